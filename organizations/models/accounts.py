"""Security of accounts (账号安全): whose password it is, the second factor, who logged in when."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class AccountSecurity(models.Model):
    """What an account has beside its password (账号安全). Without a row: somebody else set the password."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.PROTECT, related_name="security"
    )
    password_is_own = models.BooleanField("密码由本人设置", default=False)
    # Encrypted; empty: no second factor.
    totp_secret = models.BinaryField("动态验证码密钥", default=b"", blank=True)
    totp_last_step = models.BigIntegerField("最近使用的验证码时段", default=0)
    totp_confirmed_at = models.DateTimeField("绑定时间", null=True, blank=True)

    class Meta:
        """账号安全."""

        verbose_name = verbose_name_plural = "账号安全"

    def __str__(self) -> str:
        return str(self.user)

    @property
    def has_second_factor(self) -> bool:
        """Whether a code is asked for at login."""
        return self.totp_confirmed_at is not None


class RecoveryCode(models.Model):
    """A code for the day the telephone is lost (恢复码): works once; only its keyed hash is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.CASCADE, related_name="recovery_codes"
    )
    code_index = models.CharField("摘要", max_length=64)
    used_at = models.DateTimeField("使用时间", null=True, blank=True)

    class Meta:
        """恢复码."""

        verbose_name = verbose_name_plural = "恢复码"
        constraints = [models.UniqueConstraint(fields=["user", "code_index"], name="recovery_code_once")]

    def __str__(self) -> str:
        return str(self.user)


class LoginRecord(models.Model):
    """One attempt to log in, or what an administrator did about them (登录记录). Insert-only.

    What was typed as user name is kept as a keyed hash: people type their passwords there.
    """

    class Outcome(models.TextChoices):
        """结果."""

        SUCCESS = "success", "登录成功"
        WRONG_PASSWORD = "wrong_password", "用户名或密码错误"
        WRONG_CODE = "wrong_code", "验证码错误"
        LOCKED = "locked", "锁定期间被拒绝"
        UNLOCKED = "unlocked", "管理员解除锁定"
        SECOND_FACTOR_SET = "second_factor_set", "绑定动态验证码"
        SECOND_FACTOR_RESET = "second_factor_reset", "管理员解除动态验证码"
        PASSWORD_CHANGED = "password_changed", "本人修改密码"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="login_records",
    )
    name_index = models.CharField("用户名摘要", max_length=64)
    address = models.GenericIPAddressField("来源地址")
    outcome = models.CharField("结果", max_length=20, choices=Outcome.choices)
    at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        """登录记录."""

        verbose_name = verbose_name_plural = "登录记录"
        ordering = ["-id"]
        indexes = [models.Index(fields=["name_index", "-id"], name="login_record_of_name")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_outcome_display()}"
