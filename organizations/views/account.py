"""One's own account (我的账号): logins and the second factor."""

from django.contrib import admin
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from common.admin_panels import Cell, Facts, Table, text
from organizations.models import LoginRecord
from organizations.selectors.accounts import account_security, login_records_of, recovery_codes_left

SHOWN = 50
FAILURES = {LoginRecord.Outcome.WRONG_PASSWORD, LoginRecord.Outcome.WRONG_CODE, LoginRecord.Outcome.LOCKED}


@never_cache
@staff_member_required
def my_account(request: HttpRequest) -> HttpResponse:
    """The history of logins, newest first: who sees one that was not theirs tells the administrator."""
    security = account_security(request.user)
    facts = Facts(
        title="账号安全",
        items=(
            ("用户名", text(request.user.get_username())),
            ("动态验证码", text("已绑定" if security.has_second_factor else "未绑定")),
            ("绑定时间", text(security.totp_confirmed_at)),
            (
                "未用的恢复码",
                text(f"{recovery_codes_left(request.user)} 个" if security.has_second_factor else ""),
            ),
        ),
    )
    logins = Table(
        title="登录记录",
        headers=("时间", "来源地址", "结果"),
        rows=[
            (text(row.at), text(row.address), _outcome(row))
            for row in login_records_of(request.user, limit=SHOWN)
        ],
        note=f"最近 {SHOWN} 次。发现不是本人的登录，请立即修改密码并告知系统管理员。",
    )
    context = {
        **admin.site.each_context(request),
        "title": "我的账号",
        "facts": facts,
        "logins": logins,
        "bound": security.has_second_factor,
    }
    return render(request, "organizations/account.html", context)


def _outcome(row: LoginRecord) -> Cell:
    return Cell(text=row.get_outcome_display(), tone="warning" if row.outcome in FAILURES else "")
