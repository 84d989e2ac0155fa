"""The export log is only ever added to."""

from django.db import migrations

from common.insert_only import insert_only


class Migration(migrations.Migration):
    """Refuses changes to ``ExportLog``."""

    dependencies = [("common", "0001_insert_only"), ("reporting", "0001_initial")]
    operations = [insert_only("reporting_exportlog")]
