"""``verify``: fold every benefit year again and name what differs (复核)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from settlement.verify import verify_years


class Command(BaseCommand):
    """Prints one line per finding; exit code 1 when there are any."""

    help = "按留存输入重算全部人员年度，逐笔核对结算、支付与年度累计；有差异时退出码为 1。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Check all years, print the findings."""
        years = claims = findings = 0
        for checked in verify_years():
            years += 1
            claims += checked.claims
            findings += len(checked.findings)
            for finding in checked.findings:
                self.stdout.write(str(finding))
        summary = f"复核 {years} 个人员年度、{claims} 笔费用"
        if findings:
            raise CommandError(f"{summary}，发现 {findings} 处差异。", returncode=1)
        self.stdout.write(self.style.SUCCESS(f"{summary}，未发现差异。"))
