"""What hospitals ask the office to decide, message numbers, and who asked about whom."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from common.insert_only import insert_only

INSERT_ONLY = ("settlement_approvaluse", "settlement_eligibilityquery", "settlement_message")
REVIEWED = ("settlement_consumableapproval", "settlement_referralregistration")


def decided_once(table: str) -> migrations.RunSQL:
    """What the office has decided stays as it is: claims rest on it."""
    return migrations.RunSQL(
        f"CREATE TRIGGER decided_once BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
        "WHEN (OLD.state <> 'pending') EXECUTE FUNCTION doudi_refuse_change();",
        f"DROP TRIGGER decided_once ON {table};",
    )


class Migration(migrations.Migration):
    """Requests, approvals used, messages, questions."""

    dependencies = [
        ("beneficiaries", "0003_rosters"),
        ("organizations", "0002_api_safety"),
        ("settlement", "0006_manual_claims"),
        ("common", "0001_insert_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConsumableApproval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("request_no", models.CharField(max_length=60, verbose_name="申请号")),
                ("diagnosis_code", models.CharField(max_length=20, verbose_name="诊断编码")),
                ("diagnosis_name", models.CharField(max_length=200, verbose_name="诊断名称")),
                ("reason", models.CharField(max_length=500, verbose_name="申请理由")),
                (
                    "requested_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="申请时间"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "待审核"), ("approved", "已通过"), ("rejected", "未通过")],
                        default="pending",
                        max_length=10,
                        verbose_name="审核状态",
                    ),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="审核时间")),
                ("review_note", models.CharField(blank=True, max_length=500, verbose_name="审核意见")),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="有效期")),
                ("item_code", models.CharField(blank=True, max_length=60, verbose_name="耗材编码")),
                ("item_name", models.CharField(max_length=200, verbose_name="耗材名称")),
                ("quantity", models.PositiveIntegerField(verbose_name="数量")),
                ("amount_fen", models.BigIntegerField(verbose_name="金额（分）")),
                ("approval_no", models.CharField(blank=True, max_length=60, verbose_name="批准号")),
                (
                    "hospital",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.hospital",
                        verbose_name="申请医疗机构",
                    ),
                ),
                (
                    "insured_county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.region",
                        verbose_name="参保县（市、区）",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="beneficiaries.person",
                        verbose_name="人员",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
            ],
            options={
                "verbose_name": "高值医用耗材审批",
                "verbose_name_plural": "高值医用耗材审批",
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ApprovalUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approval_use",
                        to="settlement.claim",
                        verbose_name="费用",
                    ),
                ),
                (
                    "approval",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="settlement.consumableapproval",
                        verbose_name="审批",
                    ),
                ),
            ],
            options={
                "verbose_name": "批准号使用",
                "verbose_name_plural": "批准号使用",
            },
        ),
        migrations.CreateModel(
            name="EligibilityQuery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="查询的日期")),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("enrolled", "已参保"),
                            ("not_enrolled", "未参保"),
                            ("person_not_found", "查无此人"),
                        ],
                        max_length=20,
                        verbose_name="结果",
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="查询时间"),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.hospital",
                        verbose_name="查询机构",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="eligibility_queries",
                        to="beneficiaries.person",
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "资格查询记录",
                "verbose_name_plural": "资格查询记录",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.CharField(max_length=30, verbose_name="消息号")),
                (
                    "operation",
                    models.CharField(
                        choices=[("settle", "结算"), ("reverse", "冲销")], max_length=10, verbose_name="业务"
                    ),
                ),
                (
                    "received_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="收到时间"),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="settlement.claim",
                        verbose_name="费用",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.hospital",
                        verbose_name="医疗机构",
                    ),
                ),
            ],
            options={
                "verbose_name": "消息号",
                "verbose_name_plural": "消息号",
            },
        ),
        migrations.CreateModel(
            name="ReferralRegistration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("request_no", models.CharField(max_length=60, verbose_name="申请号")),
                ("diagnosis_code", models.CharField(max_length=20, verbose_name="诊断编码")),
                ("diagnosis_name", models.CharField(max_length=200, verbose_name="诊断名称")),
                ("reason", models.CharField(max_length=500, verbose_name="申请理由")),
                (
                    "requested_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="申请时间"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("pending", "待审核"), ("approved", "已通过"), ("rejected", "未通过")],
                        default="pending",
                        max_length=10,
                        verbose_name="审核状态",
                    ),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="审核时间")),
                ("review_note", models.CharField(blank=True, max_length=500, verbose_name="审核意见")),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="有效期")),
                ("to_place", models.CharField(max_length=200, verbose_name="转往")),
                (
                    "hospital",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.hospital",
                        verbose_name="申请医疗机构",
                    ),
                ),
                (
                    "insured_county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.region",
                        verbose_name="参保县（市、区）",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="beneficiaries.person",
                        verbose_name="人员",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审核人",
                    ),
                ),
                (
                    "to_hospital",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.hospital",
                        verbose_name="转入机构",
                    ),
                ),
            ],
            options={
                "verbose_name": "转诊登记",
                "verbose_name_plural": "转诊登记",
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="consumableapproval",
            constraint=models.UniqueConstraint(
                fields=("hospital", "request_no"), name="consumableapproval_once_per_hospital"
            ),
        ),
        migrations.AddConstraint(
            model_name="consumableapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid__isempty", False)), name="consumableapproval_period_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="consumableapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewed_at", None), ("state", "pending")),
                    models.Q(
                        models.Q(("state", "pending"), _negated=True),
                        models.Q(("reviewed_at", None), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="consumableapproval_reviewed_at",
            ),
        ),
        migrations.AddConstraint(
            model_name="consumableapproval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("approval_no", ""), _negated=True),
                fields=("approval_no",),
                name="approval_no_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="consumableapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), models.Q(("approval_no", ""), _negated=True)),
                    models.Q(models.Q(("state", "approved"), _negated=True), ("approval_no", "")),
                    _connector="OR",
                ),
                name="approval_no_when_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="consumableapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_fen__gt", 0), ("quantity__gt", 0)), name="approval_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                fields=("hospital", "message_id"), name="message_once_per_hospital"
            ),
        ),
        migrations.AddConstraint(
            model_name="referralregistration",
            constraint=models.UniqueConstraint(
                fields=("hospital", "request_no"), name="referralregistration_once_per_hospital"
            ),
        ),
        migrations.AddConstraint(
            model_name="referralregistration",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid__isempty", False)), name="referralregistration_period_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="referralregistration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reviewed_at", None), ("state", "pending")),
                    models.Q(
                        models.Q(("state", "pending"), _negated=True),
                        models.Q(("reviewed_at", None), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="referralregistration_reviewed_at",
            ),
        ),
        *[insert_only(table) for table in INSERT_ONLY],
        *[decided_once(table) for table in REVIEWED],
    ]
