"""What was claimed and posted is never changed, only added to."""

from django.db import migrations

from common.insert_only import insert_only

TABLES = (
    "settlement_claim",
    "settlement_claimline",
    "settlement_settlement",
    "settlement_payment",
    "settlement_poolentry",
)


class Migration(migrations.Migration):
    """The facts refuse changes."""

    dependencies = [("common", "0001_insert_only"), ("settlement", "0001_initial")]
    operations = [insert_only(table) for table in TABLES]
