"""Certification of chronic diseases, and the registers of the papers that people hold."""

import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from common.insert_only import insert_only


TABLES = (
    "applieddisease", "certificationstep", "certificationpaper", "certificationexam", "examadvance",
    "certificationdecision", "certificatestep", "treatmentmeasure", "healthcardstep",
)  # fmt: skip
# An application moves on but is never rewritten; a certificate is only ever closed earlier.
CREATE = """
CREATE FUNCTION doudi_certification_state_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state CONSTANT text[] := ARRAY['state', 'checked_by_id', 'reviewed_by_id', 'decided_by_id'];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - state = to_jsonb(OLD) - state
        AND (OLD.decided_by_id IS NULL OR (NEW.checked_by_id, NEW.reviewed_by_id, NEW.decided_by_id)
            = (OLD.checked_by_id, OLD.reviewed_by_id, OLD.decided_by_id)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'insert_only: 鉴定申请的内容和决定不能修改或删除；有误请撤回后重新申请'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER state_only BEFORE UPDATE OR DELETE ON beneficiaries_certificationapplication
    FOR EACH ROW EXECUTE FUNCTION doudi_certification_state_only();
CREATE FUNCTION doudi_certificate_close_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'valid' = to_jsonb(OLD) - 'valid'
        AND lower(NEW.valid) = lower(OLD.valid) AND NOT upper_inf(NEW.valid)
        AND (upper_inf(OLD.valid) OR upper(NEW.valid) < upper(OLD.valid)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'insert_only: 就医证不能修改或删除，只能提前终止；变更请办理新的鉴定'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER close_only BEFORE UPDATE OR DELETE ON beneficiaries_chroniccertificate
    FOR EACH ROW EXECUTE FUNCTION doudi_certificate_close_only();
CREATE FUNCTION doudi_health_card_status_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'status' = to_jsonb(OLD) - 'status' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'insert_only: 健康保障证只能变更状态，不能修改或删除；有误请收回后重新发放'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER status_only BEFORE UPDATE OR DELETE ON beneficiaries_healthcard
    FOR EACH ROW EXECUTE FUNCTION doudi_health_card_status_only();
"""
DROP = """
DROP TRIGGER status_only ON beneficiaries_healthcard;
DROP FUNCTION doudi_health_card_status_only();
DROP TRIGGER close_only ON beneficiaries_chroniccertificate;
DROP FUNCTION doudi_certificate_close_only();
DROP TRIGGER state_only ON beneficiaries_certificationapplication;
DROP FUNCTION doudi_certification_state_only();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0003_rosters'),
        ('organizations', '0003_account_security'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CertificationApplication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('application_no', models.CharField(max_length=40, unique=True, verbose_name='申请编号')),
                ('applied_on', models.DateField(verbose_name='申请日期')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='受理时间')),
                ('state', models.CharField(choices=[('received', '待核对材料'), ('papers_missing', '待补材料'), ('checked', '待体检'), ('examined', '待审核'), ('reviewed', '待决定'), ('approved', '待发证'), ('certified', '已发证'), ('refused', '未通过'), ('withdrawn', '已撤回')], default='received', max_length=20, verbose_name='状态')),
                ('checked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='材料核对人')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='organizations.region', verbose_name='参保县（市、区）')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
                ('hospital', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='organizations.hospital', verbose_name='鉴定机构')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certification_applications', to='beneficiaries.person', verbose_name='人员')),
                ('received_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='受理人')),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审核人')),
            ],
            options={
                'verbose_name': '鉴定申请',
                'verbose_name_plural': '鉴定申请',
                'ordering': ['-id'],
                'permissions': [('check_papers_certification', '核对鉴定材料'), ('examine_certification', '录入鉴定体检'), ('review_certification', '审核鉴定'), ('decide_certification', '决定鉴定'), ('issue_certificate', '发放和终止就医证')],
            },
        ),
        migrations.CreateModel(
            name='AppliedDisease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('disease', models.CharField(max_length=40, verbose_name='病种')),
                ('disease_name', models.CharField(max_length=100, verbose_name='病种名称')),
                ('accepted_because', models.CharField(max_length=200, verbose_name='受理依据')),
                ('clause', models.CharField(blank=True, max_length=100, verbose_name='条款')),
                ('provisional', models.BooleanField(default=False, verbose_name='待核实')),
                ('renews', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewals', to='beneficiaries.chroniccertificate', verbose_name='续期的就医证')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='diseases', to='beneficiaries.certificationapplication', verbose_name='鉴定申请')),
            ],
            options={
                'verbose_name': '申请病种',
                'verbose_name_plural': '申请病种',
                'ordering': ['application_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CertificationDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('granted', models.BooleanField(verbose_name='通过')),
                ('valid', django.contrib.postgres.fields.ranges.DateRangeField(blank=True, null=True, verbose_name='有效期')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='理由')),
                ('decided_on', models.DateField(verbose_name='决定日期')),
                ('applied', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='beneficiaries.applieddisease', verbose_name='申请病种')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='决定人')),
            ],
            options={
                'verbose_name': '鉴定结论',
                'verbose_name_plural': '鉴定结论',
                'ordering': ['applied_id'],
            },
        ),
        migrations.CreateModel(
            name='CertificationExam',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=60, verbose_name='项目')),
                ('done_on', models.DateField(verbose_name='体检日期')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('standing', models.CharField(choices=[('waived', '标准内，免收'), ('charged', '标准内，不减免'), ('outside', '标准外，不减免'), ('not_entitled', '非减免对象')], max_length=15, verbose_name='对照结果')),
                ('receipt_no', models.CharField(blank=True, max_length=30, verbose_name='票据号')),
                ('entered_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='录入时间')),
                ('applied', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exams', to='beneficiaries.applieddisease', verbose_name='申请病种')),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='beneficiaries.certificationexam', verbose_name='冲销')),
            ],
            options={
                'verbose_name': '鉴定体检项目',
                'verbose_name_plural': '鉴定体检项目',
                'ordering': ['applied_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CertificationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('applied', '受理申请'), ('papers_missing', '材料不全'), ('checked', '材料齐全'), ('exam_entered', '录入体检项目'), ('exam_cancelled', '冲销体检项目'), ('examined', '体检完成'), ('reviewed', '审核'), ('returned', '退回补充体检'), ('decided', '决定'), ('certified', '发证'), ('withdrawn', '撤回申请')], max_length=20, verbose_name='步骤')),
                ('on', models.DateField(verbose_name='日期')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='beneficiaries.certificationapplication', verbose_name='鉴定申请')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
            ],
            options={
                'verbose_name': '鉴定办理记录',
                'verbose_name_plural': '鉴定办理记录',
                'ordering': ['application_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CertificationPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paper', models.CharField(choices=[('id_card', '身份证正反面'), ('form', '慢性病鉴定审批表'), ('photograph', '1寸照'), ('social_card', '社会保障卡'), ('diagnosis', '诊断说明书'), ('outpatient_record', '门诊病历'), ('inpatient_record', '住院病历')], max_length=20, verbose_name='材料')),
                ('result', models.CharField(choices=[('present', '齐全'), ('missing', '缺少或不符'), ('not_needed', '不需要')], max_length=12, verbose_name='结果')),
                ('step', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='beneficiaries.certificationstep', verbose_name='核对')),
            ],
            options={
                'verbose_name': '鉴定材料',
                'verbose_name_plural': '鉴定材料',
                'ordering': ['step_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ExamAdvance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(max_length=60, verbose_name='项目')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('posted_on', models.DateField(verbose_name='记账日期')),
                ('posted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='记账时间')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='advances', to='beneficiaries.certificationapplication', verbose_name='鉴定申请')),
                ('corrects', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='beneficiaries.examadvance', verbose_name='冲销')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exam_advances', to='organizations.region', verbose_name='参保县（市、区）')),
                ('exam', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='advance', to='beneficiaries.certificationexam', verbose_name='体检项目')),
                ('hospital', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exam_advances', to='organizations.hospital', verbose_name='医疗机构')),
            ],
            options={
                'verbose_name': '鉴定费用垫付',
                'verbose_name_plural': '鉴定费用垫付',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='HealthCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('card_no', models.CharField(max_length=40, unique=True, verbose_name='证号')),
                ('issued_on', models.DateField(verbose_name='发放日期')),
                ('status', models.CharField(choices=[('issued', '有效'), ('lost', '挂失'), ('replaced', '已补换'), ('withdrawn', '已收回')], default='issued', max_length=10, verbose_name='状态')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='health_cards', to='beneficiaries.person', verbose_name='人员')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replacement', to='beneficiaries.healthcard', verbose_name='补换自')),
            ],
            options={
                'verbose_name': '健康保障证',
                'verbose_name_plural': '健康保障证',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='HealthCardStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('issued', '有效'), ('lost', '挂失'), ('replaced', '已补换'), ('withdrawn', '已收回')], max_length=10, verbose_name='状态')),
                ('on', models.DateField(verbose_name='日期')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='原因')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='beneficiaries.healthcard', verbose_name='健康保障证')),
            ],
            options={
                'verbose_name': '健康保障证记录',
                'verbose_name_plural': '健康保障证记录',
                'ordering': ['card_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('application', '鉴定申请'), ('certificate', '门诊规定病种就医证'), ('health_card', '健康保障证')], max_length=20, verbose_name='种类')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                ('last', models.PositiveIntegerField(default=0, verbose_name='已用到')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.region', verbose_name='县（市、区）')),
            ],
            options={
                'verbose_name': '编号序列',
                'verbose_name_plural': '编号序列',
            },
        ),
        migrations.CreateModel(
            name='TreatmentMeasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='日期')),
                ('measure', models.CharField(max_length=1000, verbose_name='治疗措施')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='beneficiaries.chroniccertificate', verbose_name='就医证')),
            ],
            options={
                'verbose_name': '治疗措施',
                'verbose_name_plural': '治疗措施',
                'ordering': ['certificate_id', '-on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='CertificateStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('issued', '发证'), ('renewed', '续期发证'), ('ended', '终止')], max_length=10, verbose_name='事项')),
                ('on', models.DateField(verbose_name='日期')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='原因')),
                ('applied', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificate_step', to='beneficiaries.applieddisease', verbose_name='申请病种')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
                ('certificate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='beneficiaries.chroniccertificate', verbose_name='就医证')),
            ],
            options={
                'verbose_name': '就医证记录',
                'verbose_name_plural': '就医证记录',
                'ordering': ['certificate_id', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'ended'), models.Q(('reason', ''), _negated=True)), models.Q(('applied__isnull', False), ('kind__in', ['issued', 'renewed'])), _connector='OR'), name='certificate_step_complete')],
            },
        ),
        migrations.AddIndex(
            model_name='certificationapplication',
            index=models.Index(fields=['county', 'state', 'applied_on'], name='certification_work'),
        ),
        migrations.AddConstraint(
            model_name='certificationapplication',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('checked_by__isnull', False), ('reviewed_by__isnull', False), models.Q(('decided_by', models.F('checked_by')), _negated=True), models.Q(('decided_by', models.F('reviewed_by')), _negated=True)), _connector='OR'), name='certification_two_people', violation_error_message='决定人不能是材料核对人或审核人。'),
        ),
        migrations.AddConstraint(
            model_name='certificationapplication',
            constraint=models.CheckConstraint(condition=models.Q(('decided_by__isnull', False), models.Q(('state__in', ['approved', 'certified']), _negated=True), _connector='OR'), name='certification_decided_first'),
        ),
        migrations.AddConstraint(
            model_name='applieddisease',
            constraint=models.UniqueConstraint(fields=('application', 'disease'), name='applied_disease_once'),
        ),
        migrations.AddConstraint(
            model_name='certificationdecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('granted', True), ('valid__isempty', False), ('valid__isnull', False)), models.Q(('granted', False), ('valid', None), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='certification_decision_complete'),
        ),
        migrations.AddConstraint(
            model_name='certificationexam',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_fen__gt', 0), ('corrects', None)), models.Q(('amount_fen__lt', 0), ('corrects__isnull', False)), _connector='OR'), name='certification_exam_sign'),
        ),
        migrations.AddConstraint(
            model_name='certificationstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['papers_missing', 'exam_cancelled', 'reviewed', 'returned', 'withdrawn']), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='certification_step_says_why'),
        ),
        migrations.AddConstraint(
            model_name='certificationpaper',
            constraint=models.UniqueConstraint(fields=('step', 'paper'), name='certification_paper_once'),
        ),
        migrations.AddIndex(
            model_name='examadvance',
            index=models.Index(fields=['county', 'hospital', 'posted_on'], name='exam_advance_quarter'),
        ),
        migrations.AddConstraint(
            model_name='examadvance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_fen__gt', 0), ('corrects', None)), models.Q(('amount_fen__lt', 0), ('corrects__isnull', False)), _connector='OR'), name='exam_advance_sign'),
        ),
        migrations.AddConstraint(
            model_name='healthcard',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'issued')), fields=('person',), name='health_card_one_valid', violation_error_message='该人员已有有效的健康保障证。'),
        ),
        migrations.AddConstraint(
            model_name='healthcardstep',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'issued'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='health_card_step_says_why'),
        ),
        migrations.AddConstraint(
            model_name='numberseries',
            constraint=models.UniqueConstraint(fields=('kind', 'county', 'year'), name='number_series_once'),
        ),
        migrations.AddConstraint(
            model_name='treatmentmeasure',
            constraint=models.CheckConstraint(condition=models.Q(('measure', ''), _negated=True), name='treatment_measure_said'),
        ),
        *[insert_only(f"beneficiaries_{table}") for table in TABLES],
        migrations.RunSQL(CREATE, DROP),
    ]
