"""``export_policy CODE``: a pack as the text of a file (导出政策包)."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from policies.models import Policy
from policies.services import policy_export


class Command(BaseCommand):
    """Prints the pack; ``load_policy`` reads it back without a change."""

    help = "导出政策包文件到标准输出。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the argument."""
        parser.add_argument("code", help="政策包代码")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the pack."""
        policy = Policy.objects.filter(code=options["code"]).first()
        if policy is None:
            known = "、".join(Policy.objects.values_list("code", flat=True))
            raise CommandError(f"没有政策包 {options['code']}，现有：{known or '无'}。")
        self.stdout.write(policy_export(policy=policy), ending="")
