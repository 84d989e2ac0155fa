"""``trial CASES.yaml``: worked cases against a loaded pack (试算); exit code 1 when a figure differs."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policies.errors import PackError
from settlement.trial import TrialError, policy_of_code, trial_read, trial_run


class Command(BaseCommand):
    """Prints expected and computed figures; writes nothing."""

    help = "用算例试算政策包：逐项列出应为与算得的金额，不写入任何数据；有不符时返回 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("cases", type=Path, help="算例文件（YAML）")
        parser.add_argument("--pack", default="", help="一律用此政策包试算，代替算例所写的 pack")

    def handle(self, *args: Any, **options: Any) -> None:
        """Try every case."""
        agreeing = differing = 0
        try:
            for case in trial_read(options["cases"]):
                self.stdout.write(f"{case.text('code')} {case.text('name')}（{case.text('clause')}）")
                for line in trial_run(case, lambda code: policy_of_code(options["pack"] or code)):
                    style = self.style.SUCCESS if line.agrees else self.style.ERROR
                    self.stdout.write(style(f"  {line}"))
                    agreeing += line.agrees
                    differing += not line.agrees
        except (PackError, TrialError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"相符 {agreeing} 项，不符 {differing} 项。")
        if differing:
            sys.exit(1)
