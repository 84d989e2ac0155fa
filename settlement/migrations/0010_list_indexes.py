"""Lists of claims, settlements and payments are ordered, filtered and searched by index."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists of claims, settlements and payments are ordered, filtered and searched by index."""

    dependencies = [
        ("beneficiaries", "0010_list_indexes"),
        ("organizations", "0006_list_indexes"),
        ("policies", "0014_total_order"),
        ("settlement", "0009_patient_repayments"),
    ]

    operations = [
        migrations.AlterField(
            model_name="payment",
            name="hospital",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="organizations.hospital",
                verbose_name="医疗机构",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["hospital", "-id"], name="claim_hospital"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["insured_county", "discharged_on"], name="claim_county_days"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["discharged_on"], name="claim_days"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["claim_no"], name="claim_number"),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(
                fields=["diagnosis_name"], name="claim_diagnosis_begins", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["county", "-id"], name="payment_county"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["hospital", "-id"], name="payment_hospital"),
        ),
        migrations.AddIndex(
            model_name="settlement",
            index=models.Index(
                condition=models.Q(("kind", "original"), _negated=True),
                fields=["kind", "claim"],
                name="settlement_corrections",
            ),
        ),
    ]
