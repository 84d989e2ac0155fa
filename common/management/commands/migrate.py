"""``migrate``: Django's own, then the triggers of the audit trail and the rights of the database role."""

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from common.audit.tables import audit_triggers_install
from common.database_role import app_role_grant


class Command(DjangoMigrate):
    """Migrate, then guard: a new table is on the trail, usable and guarded at once.

    What other apps do afterwards stands in the settings (``AFTER_MIGRATE``): this one knows none of them.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Do all; looking only (``--plan``, ``--check``) grants nothing."""
        super().handle(*args, **options)
        if options["plan"] or options["check_unapplied"]:
            return
        audit_triggers_install()
        if _is_up_to_date():
            for name in settings.AFTER_MIGRATE:
                import_string(name)()
        if not app_role_grant() and options["verbosity"] > 0:
            self.stdout.write(
                f"数据库没有角色 {settings.DATABASE_APP_ROLE}：程序以表的所有者身份连接。"
                "建议建立该角色，DATABASE_URL 改用它，DATABASE_OWNER_URL 留给 migrate。"
            )


def _is_up_to_date() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
