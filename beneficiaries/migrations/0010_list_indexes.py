"""People are searched by the beginning of the name and by the last digits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """People are searched by the beginning of the name and by the last digits."""

    dependencies = [
        ("beneficiaries", "0009_total_order"),
        ("organizations", "0006_list_indexes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["name"], name="person_name_begins", opclasses=["varchar_pattern_ops"]),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["id_last4"], name="person_last4"),
        ),
    ]
