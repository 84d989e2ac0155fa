"""Premium aid by county and year; a submitted sheet is frozen, whoever writes."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

SHEET = """
CREATE FUNCTION doudi_premium_sheet_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status = 'submitted' THEN
            RAISE EXCEPTION 'premium_sheet_frozen: 申请须先编制再报送' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status = 'submitted' THEN
        RAISE EXCEPTION 'premium_sheet_frozen: 申请 % 已报送，不允许修改或删除；变动另编补充申请', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    -- What is submitted is what its people say, in the same moment, and every fen of it is borne by a fund.
    IF NEW.status = 'submitted' AND (
        OLD.status <> 'open'
        OR ROW(NEW.line_count::bigint, NEW.total_fen::numeric, NEW.total_fen::numeric) IS DISTINCT FROM (
            SELECT ROW(count(*), coalesce(sum(line.due_fen), 0), coalesce(sum(
                (SELECT sum(share.value::numeric) FROM jsonb_each_text(line.due_shares) share)), 0))
            FROM reimbursement_premiumsheetline line WHERE line.sheet_id = NEW.id)
    ) THEN
        RAISE EXCEPTION 'premium_sheet_frozen: 申请 % 的合计与明细不符，请重新编制', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER premium_sheet_guard BEFORE INSERT OR UPDATE OR DELETE ON reimbursement_premiumsheet
    FOR EACH ROW EXECUTE FUNCTION doudi_premium_sheet_guard();
"""
DROP_SHEET = """
DROP TRIGGER premium_sheet_guard ON reimbursement_premiumsheet;
DROP FUNCTION doudi_premium_sheet_guard();
"""
LINES = """
CREATE FUNCTION doudi_premium_lines_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    -- Waits for a submission in progress.
    PERFORM 1 FROM reimbursement_premiumsheet
        WHERE id IN (SELECT sheet_id FROM touched) ORDER BY id FOR SHARE;
    SELECT sheet.id INTO wrong FROM touched JOIN reimbursement_premiumsheet sheet ON sheet.id = touched.sheet_id
        WHERE sheet.status = 'submitted' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'premium_sheet_frozen: 申请 % 已报送，明细不允许增减；变动另编补充申请', wrong
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER premium_lines_added AFTER INSERT ON reimbursement_premiumsheetline
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION doudi_premium_lines_guard();
CREATE TRIGGER premium_lines_removed AFTER DELETE ON reimbursement_premiumsheetline
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION doudi_premium_lines_guard();
CREATE TRIGGER premium_lines_stand BEFORE UPDATE ON reimbursement_premiumsheetline
    FOR EACH ROW EXECUTE FUNCTION doudi_refuse_change();
"""
DROP_LINES = """
DROP TRIGGER premium_lines_stand ON reimbursement_premiumsheetline;
DROP TRIGGER premium_lines_removed ON reimbursement_premiumsheetline;
DROP TRIGGER premium_lines_added ON reimbursement_premiumsheetline;
DROP FUNCTION doudi_premium_lines_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0001_initial'),
        ('common', '0003_job'),
        ('organizations', '0001_initial'),
        ('policies', '0001_initial'),
        ('reimbursement', '0004_flow_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PremiumSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='参保年度')),
                ('version', models.PositiveSmallIntegerField(verbose_name='版次')),
                ('status', models.CharField(choices=[('building', '编制中'), ('open', '待报送'), ('submitted', '已报送')], default='building', max_length=10, verbose_name='状态')),
                ('line_count', models.PositiveIntegerField(default=0, verbose_name='人数')),
                ('total_fen', models.BigIntegerField(default=0, verbose_name='合计（分）')),
                ('content_hash', models.CharField(blank=True, max_length=64, verbose_name='内容摘要')),
                ('built_at', models.DateTimeField(null=True, verbose_name='编制时间')),
                ('submitted_at', models.DateTimeField(null=True, verbose_name='报送时间')),
                ('county', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='premium_sheets', to='organizations.region', verbose_name='县（市、区）')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.job', verbose_name='编制任务')),
                ('policy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='policies.policy', verbose_name='政策包')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='报送人')),
            ],
            options={
                'verbose_name': '参保资助申请',
                'verbose_name_plural': '参保资助申请',
                'ordering': ['-year', 'county__code', '-version'],
            },
        ),
        migrations.CreateModel(
            name='PremiumSheetLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('change', models.CharField(choices=[('new', '新增'), ('left', '退出'), ('corrected', '更正')], max_length=10, verbose_name='变动')),
                ('insurance_type', models.CharField(blank=True, choices=[('residents', '城乡居民基本医疗保险'), ('employees', '城镇职工基本医疗保险')], max_length=20, verbose_name='险种')),
                ('row_code', models.CharField(blank=True, max_length=80, verbose_name='资助条目')),
                ('clause', models.CharField(blank=True, max_length=200, verbose_name='依据条款')),
                ('contribution_fen', models.BigIntegerField(verbose_name='个人缴费标准（分）')),
                ('amount_fen', models.BigIntegerField(verbose_name='应资助（分）')),
                ('previous_fen', models.BigIntegerField(default=0, verbose_name='已申请（分）')),
                ('due_fen', models.BigIntegerField(verbose_name='本次申请（分）')),
                ('shares', models.JSONField(default=dict, verbose_name='各资金承担（分）')),
                ('due_shares', models.JSONField(default=dict, verbose_name='本次各资金承担（分）')),
                ('candidates', models.JSONField(default=list, verbose_name='符合的条目')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='beneficiaries.person', verbose_name='人员')),
                ('sheet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='reimbursement.premiumsheet', verbose_name='申请')),
            ],
            options={
                'verbose_name': '资助明细',
                'verbose_name_plural': '资助明细',
                'ordering': ['id'],
            },
        ),
        migrations.AddConstraint(
            model_name='premiumsheet',
            constraint=models.UniqueConstraint(fields=('county', 'year', 'version'), name='premium_sheet_version_once'),
        ),
        migrations.AddConstraint(
            model_name='premiumsheet',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'submitted'), _negated=True), fields=('county', 'year'), name='premium_sheet_one_open'),
        ),
        migrations.AddConstraint(
            model_name='premiumsheet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'submitted'), ('submitted_at__isnull', False)), models.Q(models.Q(('status', 'submitted'), _negated=True), ('submitted_at', None), ('submitted_by', None)), _connector='OR'), name='premium_sheet_submitted_at'),
        ),
        migrations.AddConstraint(
            model_name='premiumsheetline',
            constraint=models.UniqueConstraint(fields=('sheet', 'person'), name='premium_line_one_a_person'),
        ),
        migrations.AddConstraint(
            model_name='premiumsheetline',
            constraint=models.CheckConstraint(condition=models.Q(('due_fen', django.db.models.expressions.CombinedExpression(models.F('amount_fen'), '-', models.F('previous_fen')))), name='premium_line_due'),
        ),
        migrations.AddConstraint(
            model_name='premiumsheetline',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gte', 0), ('amount_fen__lte', models.F('contribution_fen')), ('previous_fen__gte', 0)), name='premium_line_amounts'),
        ),
        migrations.RunSQL(SHEET, DROP_SHEET),
        migrations.RunSQL(LINES, DROP_LINES),
    ]
