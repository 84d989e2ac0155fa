"""Lists of who is insured; who paid a contribution."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lists of who is insured; who paid a contribution."""

    dependencies = [
        ("beneficiaries", "0011_exam_attachments"),
        ("common", "0005_list_indexes"),
        ("organizations", "0007_saved_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="paid_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("self", "个人缴费"),
                    ("partly_aided", "部分资助"),
                    ("aided", "全额资助"),
                    ("employer", "单位代扣"),
                ],
                db_default="",
                default="",
                max_length=12,
                verbose_name="缴费方式",
            ),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="year",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="参保年度"),
        ),
        migrations.AddField(
            model_name="rosterrow",
            name="enrolled_on",
            field=models.DateField(null=True, verbose_name="参保日期"),
        ),
        migrations.AddField(
            model_name="rosterrow",
            name="insurance_type",
            field=models.CharField(
                blank=True,
                choices=[
                    ("residents", "城乡居民基本医疗保险"),
                    ("rural", "新型农村合作医疗"),
                    ("employees", "城镇职工基本医疗保险"),
                ],
                db_default="",
                default="",
                max_length=20,
                verbose_name="险种",
            ),
        ),
        migrations.AddField(
            model_name="rosterrow",
            name="paid_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("self", "个人缴费"),
                    ("partly_aided", "部分资助"),
                    ("aided", "全额资助"),
                    ("employer", "单位代扣"),
                ],
                db_default="",
                default="",
                max_length=12,
                verbose_name="缴费方式",
            ),
        ),
        migrations.AlterField(
            model_name="rosterchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("household_made", "新增户"),
                    ("household_changed", "户信息变更"),
                    ("person_registered", "登记人员"),
                    ("person_changed", "人员信息变更"),
                    ("identity_opened", "认定身份"),
                    ("identity_corrected", "更正认定日期"),
                    ("identity_closed", "终止身份"),
                    ("enrolment_opened", "登记参保"),
                    ("enrolment_changed", "变更参保登记"),
                ],
                max_length=20,
                verbose_name="种类",
            ),
        ),
        migrations.AlterField(
            model_name="rosterimport",
            name="kind",
            field=models.CharField(
                choices=[("full", "全量名单"), ("delta", "增减名单"), ("insured", "参保名单")],
                default="full",
                max_length=10,
                verbose_name="名单种类",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "insured"), ("year__isnull", False)),
                    models.Q(models.Q(("kind", "insured"), _negated=True), ("year", None)),
                    _connector="OR",
                ),
                name="roster_year_of_the_insured",
            ),
        ),
    ]
