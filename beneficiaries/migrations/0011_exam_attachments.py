"""Receipts and reports of exams that hospitals advance."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from common.insert_only import insert_only


class Migration(migrations.Migration):
    """Receipts and reports of exams that hospitals advance."""

    dependencies = [
        ("beneficiaries", "0010_list_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExamAttachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=150, verbose_name="文件名")),
                ("content_encrypted", models.BinaryField(verbose_name="文件（加密）")),
                ("size", models.PositiveIntegerField(verbose_name="大小（字节）")),
                ("media_type", models.CharField(max_length=80, verbose_name="类型")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件摘要")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="上传时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                (
                    "exam",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="beneficiaries.certificationexam",
                        verbose_name="体检项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "鉴定体检附件",
                "verbose_name_plural": "鉴定体检附件",
                "ordering": ["exam_id", "id"],
            },
        ),
        insert_only("beneficiaries_examattachment"),
    ]
