"""The function behind every insert-only table."""

from django.db import migrations

from common.insert_only import CREATE_FUNCTION, DROP_FUNCTION


class Migration(migrations.Migration):
    """Creates ``doudi_refuse_change()``."""

    dependencies = []
    operations = [migrations.RunSQL(CREATE_FUNCTION, DROP_FUNCTION)]
