"""A benefit year is somebody's and of one year for good: everything posted hangs on it."""

from django.db import migrations

from common.insert_only import insert_only


class Migration(migrations.Migration):
    """The lock row refuses changes too; locking it needs none."""

    dependencies = [("common", "0001_insert_only"), ("settlement", "0003_year_end_entries")]
    operations = [insert_only("settlement_personyear")]
