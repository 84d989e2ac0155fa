"""The call log is searched by request and by refusal."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """The call log is searched by request and by refusal."""

    dependencies = [
        ("organizations", "0005_total_order"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="apicall",
            index=models.Index(fields=["request_id"], name="api_call_request"),
        ),
        migrations.AddIndex(
            model_name="apicall",
            index=models.Index(
                condition=models.Q(("code", ""), _negated=True),
                fields=["code", "-id"],
                name="api_call_refused",
            ),
        ),
    ]
