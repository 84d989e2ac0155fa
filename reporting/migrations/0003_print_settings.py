"""How a county prints papers for patients (打印设置)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Make the table of print settings."""

    dependencies = [("organizations", "0001_initial"), ("reporting", "0002_insert_only")]

    operations = [
        migrations.CreateModel(
            name="PrintSetting",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "full_id_number",
                    models.BooleanField(
                        default=False,
                        help_text="不勾选时只印后四位；勾选后每次打印仍记入导出记录",
                        verbose_name="结算单印全部身份证号",
                    ),
                ),
                (
                    "hotline",
                    models.CharField(
                        blank=True,
                        help_text="印在结算单和政策明白纸上",
                        max_length=60,
                        verbose_name="咨询监督电话",
                    ),
                ),
                (
                    "county",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="print_setting",
                        to="organizations.region",
                        verbose_name="县（市、区）",
                    ),
                ),
            ],
            options={
                "verbose_name": "打印设置",
                "verbose_name_plural": "打印设置",
                "ordering": ["county__code"],
            },
        ),
    ]
