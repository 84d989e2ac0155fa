"""Reasons on the audit trail are searched by their beginning."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Reasons on the audit trail are searched by their beginning."""

    dependencies = [
        ("common", "0004_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("reason", ""), _negated=True),
                fields=["reason"],
                name="change_reason_begins",
                opclasses=["varchar_pattern_ops"],
            ),
        ),
    ]
