"""``load_policy PATH…``: load pack files (载入政策包), and publish them when asked."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from policies.audit import policy_audit
from policies.codes import PolicyStatus
from policies.errors import PackError, PolicyError
from policies.models import Policy
from policies.services import findings_to_confirm, policy_load, policy_publish


class Command(BaseCommand):
    """Loads files or folders in one transaction; loading the same again changes nothing."""

    help = "载入政策包文件（全部成功或全部不载入）；--publish 同时发布。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("paths", nargs="+", type=Path, help="文件或文件夹")
        parser.add_argument("--publish", action="store_true", help="发布载入的草稿")
        parser.add_argument(
            "--confirm-provisional",
            nargs="*",
            metavar="条目",
            help="确认待核实条目（如 rules:critical-poor）；不写条目则逐条列出并全部确认",
        )
        parser.add_argument("--drafter", default="", help="起草人用户名")
        parser.add_argument("--reviewer", default="", help="复核人用户名")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, say what changed, publish."""
        drafter, reviewer = _user(options["drafter"]), _user(options["reviewer"])
        try:
            with transaction.atomic():
                result = policy_load(paths=options["paths"], drafted_by=drafter)
                for title, names in (
                    ("新增", result.created),
                    ("变更", result.changed),
                    ("未变", result.unchanged),
                ):
                    if names:
                        self.stdout.write(f"{title}：{'、'.join(names)}")
                for policy in result.policies if options["publish"] else ():
                    self._publish(policy, reviewer, options["confirm_provisional"])
        except (PackError, PolicyError) as error:
            raise CommandError(str(error)) from error

    def _publish(
        self, policy: Policy, reviewer: AbstractBaseUser | None, confirmed: list[str] | None
    ) -> None:
        if policy.status in (PolicyStatus.PUBLISHED, PolicyStatus.RETIRED):
            self.stdout.write(f"{policy}：{PolicyStatus(policy.status).label}，不重复发布。")
            return
        to_confirm = findings_to_confirm(policy_audit(policy))
        if confirmed == []:
            self.stdout.write(f"{policy}：确认以下 {len(to_confirm)} 条：{'、'.join(to_confirm)}")
        names = to_confirm if confirmed == [] else [name for name in confirmed or () if name in to_confirm]
        policy_publish(policy=policy, reviewed_by=reviewer, confirmed_provisional=names)
        self.stdout.write(self.style.SUCCESS(f"{policy}：已发布。"))


def _user(username: str) -> AbstractBaseUser | None:
    if not username:
        return None
    model = get_user_model()
    user = model._default_manager.filter(**{model.USERNAME_FIELD: username}).first()
    if user is None:
        raise CommandError(f"没有用户 {username}。")
    return user
