"""What patients pay back of sums to recover; batches take it up."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from common.insert_only import insert_only

# A standing entry's bank reference is its own, also against entries made at the same moment; a counter-entry
# mirrors what it takes back; the shares make the amount when the transaction ends.
GUARD = """
CREATE FUNCTION doudi_repayment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong boolean;
BEGIN
    IF NEW.undoes_id IS NOT NULL THEN
        SELECT (person_id, county_id, amount_fen) IS DISTINCT FROM (NEW.person_id, NEW.county_id, -NEW.amount_fen)
                OR undoes_id IS NOT NULL
            INTO wrong FROM settlement_patientrepayment WHERE id = NEW.undoes_id;
        IF wrong IS DISTINCT FROM false THEN
            RAISE EXCEPTION 'counter_entry_wrong: 撤销须与原记录同一人员、金额相反' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('settlement_patientrepayment ' || NEW.bank_reference));
    IF EXISTS (SELECT FROM settlement_patientrepayment known
        WHERE known.bank_reference = NEW.bank_reference AND known.undoes_id IS NULL
            AND NOT EXISTS (SELECT FROM settlement_patientrepayment WHERE undoes_id = known.id)) THEN
        RAISE EXCEPTION 'repayment_reference_once: 银行流水号已登记过' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER repayment_guard BEFORE INSERT ON settlement_patientrepayment
    FOR EACH ROW EXECUTE FUNCTION doudi_repayment_guard();
CREATE FUNCTION doudi_repayment_shares_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.amount_fen IS DISTINCT FROM
        (SELECT sum(amount_fen) FROM settlement_repaymentshare WHERE repayment_id = NEW.id) THEN
        RAISE EXCEPTION 'repayment_shares_wrong: 退还 % 的资金合计与金额不符', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER repayment_shares_guard AFTER INSERT ON settlement_patientrepayment
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION doudi_repayment_shares_guard();
"""
DROP_GUARD = """
DROP TRIGGER repayment_shares_guard ON settlement_patientrepayment;
DROP FUNCTION doudi_repayment_shares_guard();
DROP TRIGGER repayment_guard ON settlement_patientrepayment;
DROP FUNCTION doudi_repayment_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('settlement', '0008_flags'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PatientRepayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
                ('received_on', models.DateField(verbose_name='到账日期')),
                ('bank_reference', models.CharField(blank=True, max_length=60, verbose_name='银行流水号')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
            ],
            options={
                'verbose_name': '患者退还',
                'verbose_name_plural': '患者退还',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='RepaymentShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tier', models.CharField(choices=[('basic', '基本医疗保险'), ('critical', '大病保险'), ('supplementary', '大病补充保险'), ('assistance', '医疗救助'), ('backstop', '财政兜底')], max_length=20, verbose_name='保障层次')),
                ('fund', models.CharField(max_length=40, verbose_name='资金')),
                ('amount_fen', models.BigIntegerField(verbose_name='金额（分）')),
            ],
            options={
                'verbose_name': '退还资金',
                'verbose_name_plural': '退还资金',
                'ordering': ['id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='payoutline',
            name='payout_line_of_one_thing',
        ),
        migrations.AddField(
            model_name='patientrepayment',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='patientrepayment',
            name='county',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='organizations.region', verbose_name='县（市、区）'),
        ),
        migrations.AddField(
            model_name='patientrepayment',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='repayments', to='beneficiaries.person', verbose_name='人员'),
        ),
        migrations.AddField(
            model_name='patientrepayment',
            name='undoes',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='settlement.patientrepayment', verbose_name='所撤销的退还'),
        ),
        migrations.AddField(
            model_name='payoutline',
            name='repayment',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payout_line', to='settlement.patientrepayment', verbose_name='患者退还'),
        ),
        migrations.AddConstraint(
            model_name='payoutline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bounced', None), ('payment__isnull', False), ('repayment', None)), models.Q(('bounced__isnull', False), ('payment', None), ('repayment', None)), models.Q(('bounced', None), ('payment', None), ('repayment__isnull', False)), _connector='OR'), name='payout_line_of_one_thing'),
        ),
        migrations.AddField(
            model_name='repaymentshare',
            name='repayment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shares', to='settlement.patientrepayment', verbose_name='患者退还'),
        ),
        migrations.AddIndex(
            model_name='patientrepayment',
            index=models.Index(fields=['bank_reference'], name='repayment_reference'),
        ),
        migrations.AddConstraint(
            model_name='patientrepayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_fen__gt', 0), ('undoes', None), models.Q(('bank_reference', ''), _negated=True)), models.Q(('amount_fen__lt', 0), ('bank_reference', ''), ('undoes__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='repayment_reference_or_reason'),
        ),
        migrations.AddConstraint(
            model_name='repaymentshare',
            constraint=models.UniqueConstraint(fields=('repayment', 'tier', 'fund'), name='repayment_share_once'),
        ),
        migrations.AddConstraint(
            model_name='repaymentshare',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen', 0), _negated=True), name='repayment_share_of_something'),
        ),
        insert_only('settlement_patientrepayment'),
        insert_only('settlement_repaymentshare'),
        migrations.RunSQL(GUARD, DROP_GUARD),
    ]
