"""Notices (公示), reported figures and score items (指标填报、评分项), inspections (检查)."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from common.insert_only import insert_only

INSERT_ONLY = (
    "notice", "noticerow", "noticeobjection", "noticeobjectionstep", "indicatorfigure", "inspectionplan",
    "inspectiondraw", "drawframe", "drawn", "finding", "findingstep",
)  # fmt: skip


class Migration(migrations.Migration):
    """Make the tables and refuse changes to facts."""

    dependencies = [
        ("common", "0001_insert_only"),
        ("organizations", "0003_account_security"),
        ("reporting", "0003_print_settings"),
        ("settlement", "0008_flags"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="printsetting",
            name="notice_days",
            field=models.PositiveSmallIntegerField(
                default=7,
                help_text="文件没有写明公示多少天，7 天待核实",
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="公示天数",
            ),
        ),
        migrations.AddField(
            model_name="printsetting",
            name="notice_full_names",
            field=models.BooleanField(
                default=False, help_text="不勾选时姓名隐去中间的字，如“张*三”", verbose_name="季度公示写全名"
            ),
        ),
        migrations.CreateModel(
            name="InspectionPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="计划名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[("hospitals", "医疗机构"), ("claims", "结算单据"), ("people", "救助对象")],
                        max_length=10,
                        verbose_name="抽查对象",
                    ),
                ),
                (
                    "since",
                    models.DateField(help_text="抽取结算单据时按出院（就诊）日期", verbose_name="单据起始日"),
                ),
                ("until", models.DateField(help_text="含当日", verbose_name="单据截止日")),
                (
                    "object_count",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="抽取数量"
                    ),
                ),
                (
                    "inspector_count",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="抽取检查人员数",
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="制定时间")),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.region",
                        verbose_name="县（市、区）",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制定人",
                    ),
                ),
            ],
            options={
                "verbose_name": "双随机抽查",
                "verbose_name_plural": "双随机抽查",
                "ordering": ["-id"],
                "permissions": [("draw_inspectionplan", "双随机抽取")],
            },
        ),
        migrations.CreateModel(
            name="InspectionDraw",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seed", models.CharField(max_length=64, verbose_name="随机种子")),
                ("frame_count", models.PositiveIntegerField(verbose_name="对象名册数量")),
                ("frame_hash", models.CharField(max_length=64, verbose_name="对象名册摘要")),
                (
                    "inspector_keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None, verbose_name="检查人员名册"
                    ),
                ),
                (
                    "drawn_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="抽取时间"),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="抽取人",
                    ),
                ),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draw",
                        to="reporting.inspectionplan",
                        verbose_name="抽查计划",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽取结果",
                "verbose_name_plural": "抽取结果",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("random", "双随机抽查"),
                            ("supervision", "部门监督检查"),
                            ("third_party", "第三方检查"),
                            ("unannounced", "暗访、飞行检查"),
                        ],
                        max_length=12,
                        verbose_name="检查方式",
                    ),
                ),
                ("inspected_by", models.CharField(max_length=100, verbose_name="检查单位")),
                ("found_on", models.DateField(verbose_name="检查日期")),
                ("what", models.CharField(max_length=1000, verbose_name="发现的问题")),
                ("responsible", models.CharField(max_length=60, verbose_name="整改责任人")),
                ("due_on", models.DateField(verbose_name="整改期限")),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="登记时间"),
                ),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.region",
                        verbose_name="县（市、区）",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        blank=True,
                        help_text="被查的是经办机构时不填",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.hospital",
                        verbose_name="被查医疗机构",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="reporting.inspectionplan",
                        verbose_name="抽查计划",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查问题整改",
                "verbose_name_plural": "检查问题整改",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Inspector",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, verbose_name="执法或工作证号")),
                ("name", models.CharField(max_length=60, verbose_name="姓名")),
                ("workplace", models.CharField(max_length=100, verbose_name="单位")),
                ("active", models.BooleanField(default=True, verbose_name="在册")),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.region",
                        verbose_name="县（市、区）",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查人员名录",
                "verbose_name_plural": "检查人员名录",
                "ordering": ["county_id", "number"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("notice_no", models.CharField(max_length=40, unique=True, verbose_name="公示编号")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("quarter", models.PositiveSmallIntegerField(verbose_name="季度")),
                ("edition", models.PositiveSmallIntegerField(verbose_name="版次")),
                ("full_names", models.BooleanField(verbose_name="公示全名")),
                ("hotline", models.CharField(max_length=60, verbose_name="监督电话")),
                ("shown_from", models.DateField(verbose_name="公示起始日")),
                ("shown_to", models.DateField(help_text="含当日", verbose_name="公示截止日")),
                ("row_count", models.PositiveIntegerField(verbose_name="人次")),
                ("total_fen", models.BigIntegerField(verbose_name="总费用（分）")),
                ("paid_fen", models.BigIntegerField(verbose_name="补偿合计（分）")),
                ("patient_fen", models.BigIntegerField(verbose_name="个人负担（分）")),
                ("content_hash", models.CharField(max_length=64, verbose_name="内容摘要")),
                (
                    "published_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="发布时间"),
                ),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.region",
                        verbose_name="参保县（市、区）",
                    ),
                ),
                (
                    "hospital",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.hospital",
                        verbose_name="医疗机构",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发布人",
                    ),
                ),
            ],
            options={
                "verbose_name": "季度公示",
                "verbose_name_plural": "季度公示",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="NoticeObjection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("raised_on", models.DateField(verbose_name="提出日期")),
                (
                    "raised_by",
                    models.CharField(help_text="匿名的写“匿名”", max_length=60, verbose_name="提出人"),
                ),
                ("contact", models.CharField(blank=True, max_length=60, verbose_name="联系方式")),
                ("what", models.CharField(max_length=500, verbose_name="异议内容")),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="登记时间"),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="objections",
                        to="reporting.notice",
                        verbose_name="公示",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
            ],
            options={
                "verbose_name": "公示异议",
                "verbose_name_plural": "公示异议",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="NoticeObjectionStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("handled", "核查处理"), ("closed", "答复办结")],
                        max_length=10,
                        verbose_name="步骤",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("note", models.CharField(max_length=500, verbose_name="处理情况")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="reporting.noticeobjection",
                        verbose_name="异议",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议处理记录",
                "verbose_name_plural": "异议处理记录",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="NoticeRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="序号")),
                ("shown_name", models.CharField(max_length=100, verbose_name="患者姓名")),
                ("disease", models.CharField(max_length=200, verbose_name="慢性病病种")),
                ("visited_on", models.DateField(verbose_name="就诊日期")),
                ("total_fen", models.BigIntegerField(verbose_name="总费用（分）")),
                ("basic_fen", models.BigIntegerField(verbose_name="基本医保（分）")),
                ("critical_fen", models.BigIntegerField(verbose_name="大病保险（分）")),
                ("supplementary_fen", models.BigIntegerField(verbose_name="大病补充（分）")),
                ("assistance_fen", models.BigIntegerField(verbose_name="医疗救助（分）")),
                ("backstop_fen", models.BigIntegerField(verbose_name="财政兜底（分）")),
                ("hospital_fen", models.BigIntegerField(verbose_name="医院减免及承担（分）")),
                ("patient_fen", models.BigIntegerField(verbose_name="个人负担（分）")),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="settlement.claim",
                        verbose_name="费用",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="reporting.notice",
                        verbose_name="公示",
                    ),
                ),
            ],
            options={
                "verbose_name": "公示明细",
                "verbose_name_plural": "公示明细",
                "ordering": ["notice_id", "number"],
            },
        ),
        migrations.CreateModel(
            name="ScoreItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[("county", "县（市、区）"), ("hospital", "医疗机构")],
                        max_length=10,
                        verbose_name="考核对象",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="序号")),
                ("indicator", models.CharField(max_length=40, verbose_name="指标")),
                (
                    "points",
                    models.PositiveSmallIntegerField(
                        validators=[django.core.validators.MinValueValidator(1)], verbose_name="满分"
                    ),
                ),
                (
                    "bound",
                    models.CharField(
                        choices=[("at_least", "不低于"), ("at_most", "不高于")],
                        max_length=10,
                        verbose_name="达标方向",
                    ),
                ),
                (
                    "target_bp",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="9000 即 90%；不填用政策包的目标",
                        null=True,
                        verbose_name="目标值（万分之一）",
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("provisional", models.BooleanField(default=True, verbose_name="待核实")),
                (
                    "region",
                    models.ForeignKey(
                        help_text="县（市、区）；填写后代替系统自带的评分表",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.region",
                        verbose_name="适用区划",
                    ),
                ),
            ],
            options={
                "verbose_name": "考核评分项",
                "verbose_name_plural": "考核评分项",
                "ordering": ["region_id", "subject", "position"],
            },
        ),
        migrations.CreateModel(
            name="FindingStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("rectified", "整改情况"),
                            ("checked", "复查"),
                            ("criticised", "通报批评"),
                            ("closed", "销号"),
                        ],
                        max_length=12,
                        verbose_name="步骤",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("note", models.CharField(max_length=1000, verbose_name="情况")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="登记时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="reporting.finding",
                        verbose_name="问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "整改记录",
                "verbose_name_plural": "整改记录",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "closed")),
                        fields=("finding",),
                        name="finding_closed_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True), name="finding_step_says_what"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndicatorFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("village-clinic", "贫困村标准化卫生室"),
                            ("village-doctor", "贫困村合格乡村医生"),
                            ("major-disease", "大病专项救治"),
                        ],
                        max_length=20,
                        verbose_name="指标",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "numerator",
                    models.PositiveIntegerField(help_text="如达标村数、已救治人数", verbose_name="分子"),
                ),
                (
                    "denominator",
                    models.PositiveIntegerField(help_text="如贫困村数、确诊人数", verbose_name="分母"),
                ),
                ("counted_on", models.DateField(verbose_name="统计截止日")),
                ("source", models.CharField(max_length=200, verbose_name="数据来源")),
                (
                    "entered_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="填报时间"),
                ),
                (
                    "county",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.region",
                        verbose_name="县（市、区）",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="填报人",
                    ),
                ),
            ],
            options={
                "verbose_name": "指标填报",
                "verbose_name_plural": "指标填报",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["code", "county", "year", "-id"], name="indicator_figure_newest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("denominator__gt", 0), ("numerator__lte", models.F("denominator"))
                        ),
                        name="indicator_figure_is_a_share",
                        violation_error_message="分母须大于 0，分子不能大于分母。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True), name="indicator_figure_has_source"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Drawn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("object", "检查对象"), ("inspector", "检查人员")],
                        max_length=10,
                        verbose_name="名册",
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="序号")),
                ("key", models.CharField(max_length=100, verbose_name="名册键")),
                ("label", models.CharField(max_length=200, verbose_name="名称")),
                ("hash", models.CharField(max_length=64, verbose_name="散列值")),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drawn",
                        to="reporting.inspectiondraw",
                        verbose_name="抽取",
                    ),
                ),
            ],
            options={
                "verbose_name": "抽中名单",
                "verbose_name_plural": "抽中名单",
                "ordering": ["draw_id", "-side", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("draw", "side", "position"), name="drawn_position_once"),
                    models.UniqueConstraint(fields=("draw", "side", "key"), name="drawn_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DrawFrame",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("part", models.PositiveIntegerField(verbose_name="分段")),
                ("keys", models.TextField(verbose_name="名册")),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="frame",
                        to="reporting.inspectiondraw",
                        verbose_name="抽取",
                    ),
                ),
            ],
            options={
                "verbose_name": "对象名册",
                "verbose_name_plural": "对象名册",
                "ordering": ["draw_id", "part"],
                "constraints": [
                    models.UniqueConstraint(fields=("draw", "part"), name="draw_frame_part_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="inspectionplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("inspector_count__gt", 0), ("object_count__gt", 0)),
                name="inspection_plan_draws_some",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspectionplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))),
                name="inspection_plan_days_in_order",
                violation_error_message="截止日不能早于起始日。",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("what", ""), _negated=True), name="finding_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("due_on__gte", models.F("found_on"))),
                name="finding_days_in_order",
                violation_error_message="整改期限不能早于检查日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="inspector",
            constraint=models.UniqueConstraint(fields=("county", "number"), name="inspector_once"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                fields=("county", "hospital", "year", "quarter", "edition"), name="notice_edition_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("quarter__range", (1, 4))), name="notice_quarter"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("shown_to__gte", models.F("shown_from"))),
                name="notice_days_in_order",
                violation_error_message="公示截止日不能早于起始日。",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeobjection",
            constraint=models.CheckConstraint(
                condition=models.Q(("what", ""), _negated=True), name="notice_objection_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeobjectionstep",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "closed")),
                fields=("objection",),
                name="notice_objection_closed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticeobjectionstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("note", ""), _negated=True), name="notice_objection_step_says_what"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticerow",
            constraint=models.UniqueConstraint(fields=("notice", "number"), name="notice_row_once"),
        ),
        migrations.AddConstraint(
            model_name="noticerow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total_fen",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("basic_fen"), "+", models.F("critical_fen")
                                            ),
                                            "+",
                                            models.F("supplementary_fen"),
                                        ),
                                        "+",
                                        models.F("assistance_fen"),
                                    ),
                                    "+",
                                    models.F("backstop_fen"),
                                ),
                                "+",
                                models.F("hospital_fen"),
                            ),
                            "+",
                            models.F("patient_fen"),
                        ),
                    )
                ),
                name="notice_row_parts_make_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="scoreitem",
            constraint=models.UniqueConstraint(
                fields=("region", "subject", "indicator"), name="score_item_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="scoreitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("points__gt", 0)), name="score_item_points_positive"
            ),
        ),
        *[insert_only(f"reporting_{table}") for table in INSERT_ONLY],
    ]
