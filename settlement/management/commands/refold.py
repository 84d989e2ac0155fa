"""``refold --replace OLD=NEW``: settle claims again under a corrected policy (批量重算)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.money import format_yuan
from policies.models import Policy
from settlement.engine.explain_zh import TIER_NAMES
from settlement.errors import PolicyReplacementError
from settlement.services import person_years_refold_bulk
from settlement.services.bulk_refolding import YEARS_PER_RANGE, BulkSummary, YearDifferences


class Command(BaseCommand):
    """Prints the difference list with ``--preview``, else posts it range by range; may be started again."""

    help = "按更正后的政策包重算已结算的费用，差额记账（调整）。中断后可重新运行，不会重复记账。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--replace", action="append", required=True, metavar="原政策=新政策")
        parser.add_argument("--reason", default="", help="记账原因（预览时不需要）")
        parser.add_argument("--range", type=int, default=YEARS_PER_RANGE, help="每个事务的人员年度数")
        parser.add_argument("--preview", action="store_true", help="只列差额，不写入任何数据")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refold, then print the totals; exit code 1 when a year was refused."""
        if not options["preview"] and not options["reason"]:
            raise CommandError("请用 --reason 写明记账原因。")
        try:
            summary = person_years_refold_bulk(
                replace_policy=dict(map(self._pair, options["replace"])),
                reason=options["reason"],
                preview=options["preview"],
                years_per_range=options["range"],
                on_year=self._list if options["preview"] else self._refusal,
                on_range=self._progress,
            )
        except PolicyReplacementError as error:
            raise CommandError(str(error)) from error
        for (tier, fund), amount_fen in sorted(summary.amounts_fen.items()):
            self.stdout.write(f"  {TIER_NAMES.get(tier, tier)} {fund}：{format_yuan(amount_fen)} 元")
        done = "应调整" if options["preview"] else "已调整"
        self.stdout.write(f"{done} {summary.person_years} 个人员年度、{summary.claims} 笔费用。")
        if summary.refused:
            raise CommandError(f"{summary.refused} 个人员年度不能按新政策结算，未记账。", returncode=1)

    def _pair(self, text: str) -> tuple[int, int]:
        old, _, new = text.partition("=")
        keys = dict(Policy.objects.filter(code__in=[old, new]).values_list("code", "pk"))
        if missing := [code for code in (old, new) if code not in keys]:
            raise CommandError(f"没有政策包 {'、'.join(missing)}，请写成“原政策=新政策”。")
        return keys[old], keys[new]

    def _list(self, year: YearDifferences) -> None:
        self._refusal(year)
        for difference in year.differences:
            head = f"人员年度 {year.person_year_id} 单据 {difference.claim.claim_no}"
            for part in difference.parts:
                amount = format_yuan(part.amount_fen)
                self.stdout.write(f"{head} {TIER_NAMES.get(part.tier, part.tier)} {part.fund} {amount}")

    def _refusal(self, year: YearDifferences) -> None:
        if year.refused:
            self.stderr.write(f"人员年度 {year.person_year_id}：{year.refused}")

    def _progress(self, summary: BulkSummary) -> None:
        self.stderr.write(f"已处理 {summary.person_years} 个人员年度")
