"""A service fee says whom it was posted for (记账时身份)."""

from django.db import migrations, models

# Of before: the identities of the day of posting, as they are known now.
BACKFILL = """
ALTER TABLE beneficiaries_servicefee DISABLE TRIGGER insert_only;
UPDATE beneficiaries_servicefee fee SET identities = coalesce((
    SELECT jsonb_agg(identity.category ORDER BY identity.category)
    FROM beneficiaries_identity identity
    JOIN beneficiaries_doctorcontract contract ON contract.person_id = identity.person_id
    WHERE contract.id = fee.contract_id AND identity.valid @> fee.posted_on
), '[]');
ALTER TABLE beneficiaries_servicefee ENABLE TRIGGER insert_only;
"""


class Migration(migrations.Migration):
    """The list of services may name identities; what it lists must not move when they are corrected."""

    dependencies = [("beneficiaries", "0007_rural_scheme")]
    operations = [
        migrations.AddField(
            model_name="servicefee",
            name="identities",
            field=models.JSONField(default=list, verbose_name="记账时身份"),
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
    ]
