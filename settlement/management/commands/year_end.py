"""``year_end --city CODE --year YEAR``: what assistance still owes for a year (年末补算)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.money import format_yuan
from organizations.models import Region
from settlement.errors import YearNotOverError
from settlement.services import year_end_preview, year_end_run
from settlement.services.year_end import Grant, YearEndSummary


class Command(BaseCommand):
    """Prints the list and the totals; with ``--preview`` nothing is written. May be started again."""

    help = "年末医疗救助补算：对全年未达到启动线的人员按年度累计补算，付给个人。可重复运行，只补差额。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--city", required=True, help="统筹地区（市）的行政区划代码")
        parser.add_argument("--year", type=int, required=True, help="待遇年度")
        parser.add_argument("--preview", action="store_true", help="只列名单和金额，不写入任何数据")

    def handle(self, *args: Any, **options: Any) -> None:
        """Preview or run, then print the totals; exit code 1 when somebody could not be computed."""
        city = Region.objects.filter(code=options["city"], level=Region.Level.PREFECTURE).first()
        if city is None:
            raise CommandError(f"没有行政区划代码为 {options['city']} 的市。")
        self.stdout.write("人员年度,县（区划代码）,金额（元）")
        self._counties = dict(Region.objects.values_list("pk", "code"))
        try:
            summary = self._run(city, options["year"], preview=options["preview"])
        except YearNotOverError as error:
            raise CommandError(str(error)) from error
        done = "应补" if options["preview"] else "已补"
        amount = format_yuan(summary.amount_fen)
        self.stdout.write(f"查看 {summary.looked_at} 人，{done} {summary.granted} 人，共 {amount} 元。")
        if summary.refused:
            raise CommandError(f"{summary.refused} 人不能计算，未记账。", returncode=1)

    def _run(self, city: Region, year: int, *, preview: bool) -> YearEndSummary:
        if preview:
            return year_end_preview(city=city, year=year, on_grant=self._list)
        return year_end_run(city=city, year=year, on_grant=self._list, on_progress=self._progress)

    def _list(self, grant: Grant) -> None:
        if grant.refused:
            self.stderr.write(f"人员年度 {grant.person_year_id}：{grant.refused}")
            return
        county = self._counties[grant.county_id]
        self.stdout.write(f"{grant.person_year_id},{county},{format_yuan(grant.amount_fen)}")

    def _progress(self, summary: YearEndSummary) -> None:
        if summary.granted % 1_000 == 0:
            self.stderr.write(f"已补 {summary.granted} 人")
