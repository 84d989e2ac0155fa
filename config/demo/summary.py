"""What the demonstration prints at its end (小结)."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Sum

from beneficiaries.models import ChronicCertificate, Person
from common.codes import Tier
from common.money import format_capital, format_yuan
from config.demo.accounts import Credentials
from config.demo.console import pad, say
from organizations.models import Hospital
from reimbursement.models import QuarterlyLedger
from settlement.models import Claim, Payment


def print_summary(
    *, site: str, credentials: Credentials, files: Sequence[Path], year: int, quarter: int
) -> None:
    """Print people, claims, payments per tier, ledgers, files, addresses and accounts."""
    say()
    if settings.BUSINESS_DATE:
        _row("业务日期", f"{settings.BUSINESS_DATE}（演示）")
    certificates = ChronicCertificate.objects.count()
    _row("人员", f"{Person.objects.count()} 人，慢性病就医证 {certificates} 份")
    _row("医疗机构", f"{Hospital.objects.count()} 家")
    _row("费用", f"{Claim.objects.count()} 笔")
    paid = {
        row["tier"]: (row["payments"], row["fen"])
        for row in Payment.objects.order_by()
        .values("tier")
        .annotate(payments=Count("id"), fen=Sum("amount_fen"))
    }
    for tier in Tier:
        payments, fen = paid.get(tier.value, (0, 0))
        _row(str(tier.label), f"{format_yuan(fen):>12} 元，{payments} 笔支付（已扣冲销）")
    ledgers = QuarterlyLedger.objects.filter(year=year, quarter=quarter).select_related("kind", "hospital")
    for kind, group in groupby(
        ledgers.order_by("-kind__tier", "kind_code", "hospital__code"), key=lambda row: row.kind
    ):
        rows = list(group)
        total_fen = sum(row.total_fen for row in rows)
        _row(
            "台账",
            f"{kind.title}：{len(rows)} 家，{format_yuan(total_fen)} 元（{format_capital(total_fen)}）",
        )
        for row in rows:
            due = f"，{row.due_on} 前报送" if row.due_on else ""
            name = pad(row.hospital.name, 22)
            _row("", f"{name} {row.line_count:>4} 笔 {format_yuan(row.total_fen):>12} 元{due}")
    for file in files:
        _row("Excel", _short(file))
    say()
    _row("管理后台", f"{site}/admin/")
    _row("接口文档", f"{site}/api/v1/docs/")
    for account in credentials.accounts:
        _row("账号", f"{pad(account.username, 10)} 密码 {account.password}（{account.title}）")
    _row("医院密钥", f"{_short(Path(settings.VAR_DIR) / 'demo' / 'credentials.json')}")


def _row(title: str, text: str) -> None:
    say(f"  {pad(title, 14)}{text}")


def _short(path: Path) -> str:
    """Relative to where the user stands, when that is shorter."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
