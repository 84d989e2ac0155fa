"""Which rights the ready-made roles were given (角色下发记录)."""

from django.db import models


class RoleGrant(models.Model):
    """A right that a role's group was given once (角色下发记录): what was taken away since stays away."""

    role = models.CharField("角色", max_length=20)
    permission = models.CharField("权限", max_length=150)
    granted_at = models.DateTimeField("下发时间", auto_now_add=True)

    class Meta:
        """角色下发记录."""

        verbose_name = verbose_name_plural = "角色下发记录"
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="role_grant_once")]

    def __str__(self) -> str:
        return f"{self.role} {self.permission}"
