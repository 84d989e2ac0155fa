"""``coverage``: write docs/coverage.md from fixtures/coverage.yaml (要求对照表), or check it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from reporting.coverage import coverage_problems, coverage_text, read_coverage


class Command(BaseCommand):
    """Refuses a table that names what does not exist."""

    help = "由 fixtures/coverage.yaml 生成 docs/coverage.md；所列条目、数据、命令、页面和测试须真实存在。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--check", action="store_true", help="只核对，不写文件；不一致时报错")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, then write or compare."""
        root = Path(settings.BASE_DIR)
        coverage = read_coverage(root / "fixtures" / "coverage.yaml")
        if problems := coverage_problems(coverage, root=root):
            raise CommandError("\n".join(problems))
        path, text = root / "docs" / "coverage.md", coverage_text(coverage)
        if not options["check"]:
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"已写出 {path.relative_to(root)}。")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            raise CommandError(
                "docs/coverage.md 与 fixtures/coverage.yaml 不一致，请运行 python manage.py coverage。"
            )
        else:
            self.stdout.write("对照表是最新的。")
