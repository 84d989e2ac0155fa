"""``verify_ledgers``: every fen paid is claimed exactly once (核对台账)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reimbursement.models import LedgerLine, QuarterlyLedger
from reimbursement.verify import verify_ledgers


class Command(BaseCommand):
    """Prints what does not hold; exits with an error when anything is found."""

    help = "核对台账：每笔支付只列入一个台账，明细与支付一致，合计等于明细之和"

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything and name each row that does not hold."""
        count = 0
        for count, finding in enumerate(verify_ledgers(), start=1):  # noqa: B007
            self.stdout.write(f"{finding.code}\t{finding.message}")
        if count:
            raise CommandError(f"台账核对发现 {count} 处不符")
        self.stdout.write(
            f"台账核对无误：{QuarterlyLedger.objects.count()} 本台账，{LedgerLine.objects.count()} 笔明细"
        )
