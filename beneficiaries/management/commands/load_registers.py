"""``load_registers [FILE]``: load the registers (装入登记簿); again changes nothing."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from beneficiaries.registers.file import RegisterFileError
from beneficiaries.services.register_kinds import RegisterInUseError, registers_load


class Command(BaseCommand):
    """装入登记簿."""

    help = "装入 fixtures/registers.yaml（或所给文件）中的登记簿；重复装入不产生变化"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        default = Path(settings.BASE_DIR) / "fixtures" / "registers.yaml"
        parser.add_argument("file", nargs="?", type=Path, default=default, help="登记簿文件")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how many changed."""
        try:
            loaded = registers_load(path=options["file"])
        except (RegisterFileError, RegisterInUseError) as error:
            raise CommandError(str(error)) from None
        print(f"登记簿 {loaded.total} 种：新增 {loaded.added}，更新 {loaded.changed}")
