"""Claims from papers, and the money that goes to patients' accounts."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from common.insert_only import insert_only

INSERT_ONLY = (
    "settlement_manualline",
    "settlement_manualgiven",
    "settlement_manualstep",
    "settlement_patientaccount",
    "settlement_payoutbatch",
    "settlement_payoutitem",
    "settlement_payoutline",
    "settlement_payoutresult",
)
# Only the state moves; who reviewed a settled claim second, and its claim, stay.
CREATE = """
CREATE FUNCTION doudi_manual_claim_state_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    state CONSTANT text[] := ARRAY['status', 'resumes_to', 'due_on', 'due_provisional', 'investigated',
        'first_reviewed_by_id', 'second_reviewed_by_id', 'claim_id', 'paid_on'];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - state = to_jsonb(OLD) - state
        AND (OLD.claim_id IS NULL OR (NEW.claim_id, NEW.first_reviewed_by_id, NEW.second_reviewed_by_id)
            = (OLD.claim_id, OLD.first_reviewed_by_id, OLD.second_reviewed_by_id)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'insert_only: 零星报销的录入内容和复审结果不能修改或删除；录入有误请不予支付后重新录入'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER state_only BEFORE UPDATE OR DELETE ON settlement_manualclaim
    FOR EACH ROW EXECUTE FUNCTION doudi_manual_claim_state_only();
CREATE FUNCTION doudi_manual_invoice_release_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.released AND to_jsonb(NEW) - 'released' = to_jsonb(OLD) - 'released'
        AND EXISTS (SELECT FROM settlement_manualclaim WHERE id = OLD.manual_id
            AND status IN ('rejected', 'reversed')) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'insert_only: 发票只在不予支付或冲销后退回，不能修改或删除' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER release_only BEFORE UPDATE OR DELETE ON settlement_manualinvoice
    FOR EACH ROW EXECUTE FUNCTION doudi_manual_invoice_release_only();
"""
DROP = """
DROP TRIGGER release_only ON settlement_manualinvoice;
DROP FUNCTION doudi_manual_invoice_release_only();
DROP TRIGGER state_only ON settlement_manualclaim;
DROP FUNCTION doudi_manual_claim_state_only();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0003_rosters'),
        ('organizations', '0001_initial'),
        ('settlement', '0005_line_details'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ManualClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visit_type', models.CharField(choices=[('outpatient', '普通门诊'), ('chronic_outpatient', '门诊慢性病'), ('special_outpatient', '门诊特殊病'), ('emergency', '急诊'), ('inpatient', '住院')], max_length=20, verbose_name='就诊类型')),
                ('admitted_on', models.DateField(verbose_name='入院/就诊日期')),
                ('discharged_on', models.DateField(verbose_name='出院/就诊日期')),
                ('bed_days', models.PositiveSmallIntegerField(default=0, verbose_name='床日')),
                ('referral', models.CharField(choices=[('not_needed', '无需转诊'), ('referred', '已办理转诊'), ('not_referred', '未办理转诊')], max_length=20, verbose_name='转诊')),
                ('diagnosis_code', models.CharField(max_length=20, verbose_name='诊断编码')),
                ('diagnosis_name', models.CharField(max_length=200, verbose_name='诊断名称')),
                ('chronic_disease', models.CharField(blank=True, max_length=40, verbose_name='申报病种')),
                ('drug_lists', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None, verbose_name='用药目录')),
                ('approval_no', models.CharField(blank=True, max_length=60, verbose_name='目录外费用审批号')),
                ('total_fen', models.BigIntegerField(verbose_name='总费用（分）')),
                ('papers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None, verbose_name='收到的材料')),
                ('township_signed_by', models.CharField(blank=True, max_length=60, verbose_name='乡镇确认人')),
                ('fast_track', models.BooleanField(default=False, verbose_name='高值药品优先办理')),
                ('complete_on', models.DateField(verbose_name='材料齐全日期')),
                ('days', models.PositiveSmallIntegerField(verbose_name='办结期限（工作日）')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='录入时间')),
                ('status', models.CharField(choices=[('received', '待初审'), ('first_reviewed', '待复审'), ('suspended', '已中止'), ('settled', '待支付'), ('paid', '已支付'), ('nothing_due', '无应付金额'), ('rejected', '不予支付'), ('reversed', '已冲销')], db_index=True, default='received', max_length=20, verbose_name='状态')),
                ('resumes_to', models.CharField(blank=True, max_length=20, verbose_name='中止前状态')),
                ('investigated', models.BooleanField(default=False, verbose_name='已调查')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='办结期限日')),
                ('due_provisional', models.BooleanField(default=False, verbose_name='期限待核实')),
                ('paid_on', models.DateField(blank=True, null=True, verbose_name='支付日期')),
                ('claim', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='manual', to='settlement.claim', verbose_name='结算费用')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='organizations.region', verbose_name='参保县（市、区）')),
                ('first_reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='初审人')),
                ('hospital', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='organizations.hospital', verbose_name='就诊机构')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='manual_claims', to='beneficiaries.person', verbose_name='人员')),
                ('received_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='录入人')),
                ('second_reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='复审人')),
            ],
            options={
                'verbose_name': '零星报销',
                'verbose_name_plural': '零星报销',
                'ordering': ['-id'],
                'permissions': [('first_review_manualclaim', '初审'), ('second_review_manualclaim', '复审'), ('suspend_manualclaim', '中止和恢复')],
            },
        ),
        migrations.CreateModel(
            name='ManualGiven',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tier', models.CharField(choices=[('basic', '基本医疗保险'), ('critical', '大病保险'), ('supplementary', '大病补充保险'), ('assistance', '医疗救助'), ('backstop', '财政兜底')], max_length=20, verbose_name='层次')),
                ('fund', models.CharField(max_length=40, verbose_name='资金来源')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('manual', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='given', to='settlement.manualclaim', verbose_name='零星报销')),
            ],
            options={
                'verbose_name': '就医地已结算',
                'verbose_name_plural': '就医地已结算',
                'ordering': ['manual_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ManualInvoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issuer', models.CharField(max_length=20, verbose_name='票据代码')),
                ('number', models.CharField(max_length=30, verbose_name='票据号码')),
                ('released', models.BooleanField(default=False, verbose_name='已退回')),
                ('manual', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='settlement.manualclaim', verbose_name='零星报销')),
            ],
            options={
                'verbose_name': '零星报销发票',
                'verbose_name_plural': '零星报销发票',
                'ordering': ['manual_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ManualLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line_no', models.PositiveIntegerField(verbose_name='行号')),
                ('category', models.CharField(choices=[('bed', '床位费'), ('consultation', '诊察费'), ('examination', '检查费'), ('laboratory', '化验费'), ('treatment', '治疗费'), ('surgery', '手术费'), ('nursing', '护理费'), ('consumables', '卫生材料费'), ('western_medicine', '西药费'), ('herbal_pieces', '中药饮片费'), ('chinese_patent_medicine', '中成药费'), ('general_service', '一般诊疗费'), ('registration', '挂号费'), ('injection', '注射费'), ('dressing', '换药费'), ('ambulance', '救护车费'), ('other', '其他费用')], max_length=30, verbose_name='费用类别')),
                ('item_name', models.CharField(max_length=200, verbose_name='项目名称')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('in_scope_fen', models.BigIntegerField(verbose_name='政策范围内（分）')),
                ('upfront_fen', models.BigIntegerField(verbose_name='先行自付（分）')),
                ('over_limit_fen', models.BigIntegerField(verbose_name='超限价自费（分）')),
                ('excluded_fen', models.BigIntegerField(verbose_name='全自费（分）')),
                ('manual', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='settlement.manualclaim', verbose_name='零星报销')),
            ],
            options={
                'verbose_name': '零星报销费用明细',
                'verbose_name_plural': '零星报销费用明细',
                'ordering': ['manual_id', 'line_no'],
            },
        ),
        migrations.CreateModel(
            name='ManualStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('received', '受理'), ('investigated', '调查核实'), ('first_reviewed', '初审通过'), ('returned', '退回初审'), ('settled', '复审通过并结算'), ('suspended', '中止'), ('resumed', '恢复办理'), ('rejected', '不予支付'), ('reversed', '冲销'), ('paid', '支付'), ('bounced', '银行退回')], max_length=20, verbose_name='步骤')),
                ('on', models.DateField(verbose_name='日期')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='办理人')),
                ('manual', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='settlement.manualclaim', verbose_name='零星报销')),
            ],
            options={
                'verbose_name': '零星报销办理记录',
                'verbose_name_plural': '零星报销办理记录',
                'ordering': ['manual_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PatientAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder_name', models.CharField(max_length=60, verbose_name='户名')),
                ('relation', models.CharField(choices=[('self', '本人'), ('parent', '父母'), ('child', '子女'), ('spouse', '配偶'), ('guardian', '其他法定监护人')], max_length=10, verbose_name='与患者关系')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='由监护人代领的依据')),
                ('bank', models.CharField(max_length=100, verbose_name='开户行')),
                ('number_encrypted', models.BinaryField(verbose_name='账号（加密）')),
                ('number_last4', models.CharField(editable=False, max_length=4, verbose_name='账号后四位')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='patient_accounts', to='beneficiaries.person', verbose_name='人员')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
            ],
            options={
                'verbose_name': '一卡通账户',
                'verbose_name_plural': '一卡通账户',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='PayoutBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_on', models.DateField(verbose_name='制单日期')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='制单时间')),
                ('item_count', models.PositiveIntegerField(verbose_name='笔数')),
                ('total_fen', models.BigIntegerField(verbose_name='合计（分）')),
                ('content_hash', models.CharField(max_length=64, verbose_name='内容摘要')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='organizations.region', verbose_name='县（市、区）')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='制单人')),
            ],
            options={
                'verbose_name': '支付批次',
                'verbose_name_plural': '支付批次',
                'ordering': ['-id'],
                'permissions': [('confirm_payoutbatch', '登记银行结果')],
            },
        ),
        migrations.CreateModel(
            name='PayoutItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='settlement.patientaccount', verbose_name='账户')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='settlement.payoutbatch', verbose_name='支付批次')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payout_items', to='beneficiaries.person', verbose_name='人员')),
            ],
            options={
                'verbose_name': '批次明细',
                'verbose_name_plural': '批次明细',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='PayoutLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('bounced', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sent_again', to='settlement.payoutitem', verbose_name='退回的支付')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='settlement.payoutitem', verbose_name='支付明细')),
                ('payment', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payout_line', to='settlement.payment', verbose_name='支付')),
            ],
            options={
                'verbose_name': '支付构成',
                'verbose_name_plural': '支付构成',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='PayoutResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bounced', models.BooleanField(verbose_name='已退回')),
                ('on', models.DateField(verbose_name='银行日期')),
                ('bank_reference', models.CharField(max_length=60, verbose_name='银行流水号')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='退回原因')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='settlement.payoutitem', verbose_name='支付明细')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
            ],
            options={
                'verbose_name': '银行结果',
                'verbose_name_plural': '银行结果',
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='manualclaim',
            index=models.Index(fields=['county', 'status', 'due_on'], name='manual_claim_work'),
        ),
        migrations.AddConstraint(
            model_name='manualclaim',
            constraint=models.CheckConstraint(condition=models.Q(('second_reviewed_by', None), models.Q(('first_reviewed_by__isnull', False), models.Q(('first_reviewed_by', models.F('second_reviewed_by')), _negated=True)), _connector='OR'), name='manual_claim_two_reviewers', violation_error_message='复审人不能是初审人。'),
        ),
        migrations.AddConstraint(
            model_name='manualclaim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('claim__isnull', False), ('second_reviewed_by__isnull', False), ('status__in', ['settled', 'paid', 'nothing_due', 'reversed'])), models.Q(('claim', None), ('status__in', ['received', 'first_reviewed', 'suspended', 'rejected'])), _connector='OR'), name='manual_claim_settled_after_review'),
        ),
        migrations.AddConstraint(
            model_name='manualclaim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'first_reviewed'), _negated=True), ('first_reviewed_by__isnull', False), _connector='OR'), name='manual_claim_first_reviewer_known'),
        ),
        migrations.AddConstraint(
            model_name='manualclaim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_on', None), ('status', 'suspended'), models.Q(('resumes_to', ''), _negated=True)), models.Q(models.Q(('status', 'suspended'), _negated=True), ('due_on__isnull', False), ('resumes_to', '')), _connector='OR'), name='manual_claim_suspended_has_no_due_day'),
        ),
        migrations.AddConstraint(
            model_name='manualclaim',
            constraint=models.CheckConstraint(condition=models.Q(('complete_on__gte', models.F('discharged_on')), ('discharged_on__gte', models.F('admitted_on'))), name='manual_claim_dates_in_order'),
        ),
        migrations.AddConstraint(
            model_name='manualclaim',
            constraint=models.CheckConstraint(condition=models.Q(('total_fen__gt', 0)), name='manual_claim_total_positive'),
        ),
        migrations.AddConstraint(
            model_name='manualclaim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paid_on__isnull', False), ('status', 'paid')), models.Q(models.Q(('status', 'paid'), _negated=True), ('paid_on', None)), _connector='OR'), name='manual_claim_paid_on_a_day'),
        ),
        migrations.AddConstraint(
            model_name='manualgiven',
            constraint=models.UniqueConstraint(fields=('manual', 'tier'), name='manual_given_once'),
        ),
        migrations.AddConstraint(
            model_name='manualgiven',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gte', 0)), name='manual_given_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='manualinvoice',
            constraint=models.UniqueConstraint(condition=models.Q(('released', False)), fields=('number', 'issuer'), name='manual_invoice_once'),
        ),
        migrations.AddConstraint(
            model_name='manualinvoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('issuer', ''), _negated=True), models.Q(('number', ''), _negated=True)), name='manual_invoice_named'),
        ),
        migrations.AddConstraint(
            model_name='manualline',
            constraint=models.UniqueConstraint(fields=('manual', 'line_no'), name='manual_line_once'),
        ),
        migrations.AddConstraint(
            model_name='manualline',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('in_scope_fen'), '+', models.F('upfront_fen')), '+', models.F('over_limit_fen')), '+', models.F('excluded_fen'))), ('amount_fen__gt', 0)), name='manual_line_parts_make_amount'),
        ),
        migrations.AddConstraint(
            model_name='manualline',
            constraint=models.CheckConstraint(condition=models.Q(('excluded_fen__gte', 0), ('in_scope_fen__gte', 0), ('over_limit_fen__gte', 0), ('upfront_fen__gte', 0)), name='manual_line_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='manualstep',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['received', 'first_reviewed', 'settled', 'paid']), models.Q(('note', ''), _negated=True), _connector='OR'), name='manual_step_says_why'),
        ),
        migrations.AddConstraint(
            model_name='patientaccount',
            constraint=models.CheckConstraint(condition=models.Q(('relation', 'self'), models.Q(('basis', ''), _negated=True), _connector='OR'), name='patient_account_guardian_has_basis'),
        ),
        migrations.AddConstraint(
            model_name='payoutbatch',
            constraint=models.CheckConstraint(condition=models.Q(('item_count__gt', 0), ('total_fen__gt', 0)), name='payout_batch_pays'),
        ),
        migrations.AddConstraint(
            model_name='payoutitem',
            constraint=models.UniqueConstraint(fields=('batch', 'person'), name='payout_item_once_per_person'),
        ),
        migrations.AddConstraint(
            model_name='payoutitem',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='payout_item_positive'),
        ),
        migrations.AddConstraint(
            model_name='payoutline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bounced', None), ('payment__isnull', False)), models.Q(('bounced__isnull', False), ('payment', None)), _connector='OR'), name='payout_line_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='payoutresult',
            constraint=models.UniqueConstraint(fields=('item', 'bounced'), name='payout_result_once'),
        ),
        migrations.AddConstraint(
            model_name='payoutresult',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bounced', False), ('reason', '')), models.Q(('bounced', True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='payout_result_bounced_for_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='payoutresult',
            constraint=models.CheckConstraint(condition=models.Q(('bank_reference', ''), _negated=True), name='payout_result_has_reference'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('payee', 'patient')), fields=['county'], name='payment_to_patients'),
        ),
        *[insert_only(table) for table in INSERT_ONLY],
        migrations.RunSQL(CREATE, DROP),
    ]
