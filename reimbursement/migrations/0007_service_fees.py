"""Ledgers of family doctors' services (签约服务): lines that point at fees, guarded as the others are."""

import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models

# As in 0004, with services of family doctors.
LINES = """
CREATE OR REPLACE FUNCTION doudi_ledger_lines_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    -- Waits for a submission in progress: a foreign key alone would let a line slip in beside it.
    PERFORM 1 FROM reimbursement_quarterlyledger
        WHERE id IN (SELECT ledger_id FROM added) ORDER BY id FOR SHARE;
    SELECT ledger.id INTO wrong FROM added JOIN reimbursement_quarterlyledger ledger ON ledger.id = added.ledger_id
        WHERE ledger.status <> 'open' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger_frozen: 台账 % 已报送，不允许增加明细；更正计入下一季度', wrong
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT added.id INTO wrong FROM added
        JOIN reimbursement_quarterlyledger ledger ON ledger.id = added.ledger_id
        LEFT JOIN settlement_payment payment ON payment.id = added.payment_id
        LEFT JOIN settlement_settlement posting ON posting.id = added.settlement_id
        LEFT JOIN settlement_claim claim ON claim.id = posting.claim_id
        LEFT JOIN beneficiaries_examadvance fee ON fee.id = added.exam_advance_id
        LEFT JOIN beneficiaries_servicefee service ON service.id = added.service_fee_id
        WHERE payment.payee <> 'hospital' OR added.kind_code <> ledger.kind_code
            OR (
                coalesce(payment.county_id, claim.insured_county_id, fee.county_id, service.county_id),
                coalesce(payment.hospital_id, claim.hospital_id, fee.hospital_id, service.hospital_id)
            ) IS DISTINCT FROM (ledger.county_id, ledger.hospital_id)
            OR coalesce(payment.amount_fen, fee.amount_fen, service.amount_fen, added.amount_fen) <> added.amount_fen
            OR (posting.id IS NOT NULL AND added.amount_fen NOT IN (posting.total_fen, posting.waived_fen))
            OR (payment.id IS NOT NULL AND payment.fund <> added.fund)
            OR (service.id IS NOT NULL AND added.fund <> '')
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger_line_wrong: 明细 % 的金额、资金、收款方、县区或医疗机构与台账不符', wrong
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION doudi_ledger_lines_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    -- Waits for a submission in progress: a foreign key alone would let a line slip in beside it.
    PERFORM 1 FROM reimbursement_quarterlyledger
        WHERE id IN (SELECT ledger_id FROM added) ORDER BY id FOR SHARE;
    SELECT ledger.id INTO wrong FROM added JOIN reimbursement_quarterlyledger ledger ON ledger.id = added.ledger_id
        WHERE ledger.status <> 'open' LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger_frozen: 台账 % 已报送，不允许增加明细；更正计入下一季度', wrong
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT added.id INTO wrong FROM added
        JOIN reimbursement_quarterlyledger ledger ON ledger.id = added.ledger_id
        LEFT JOIN settlement_payment payment ON payment.id = added.payment_id
        LEFT JOIN settlement_settlement posting ON posting.id = added.settlement_id
        LEFT JOIN settlement_claim claim ON claim.id = posting.claim_id
        LEFT JOIN beneficiaries_examadvance fee ON fee.id = added.exam_advance_id
        WHERE payment.payee <> 'hospital' OR added.kind_code <> ledger.kind_code
            OR (
                coalesce(payment.county_id, claim.insured_county_id, fee.county_id),
                coalesce(payment.hospital_id, claim.hospital_id, fee.hospital_id)
            ) IS DISTINCT FROM (ledger.county_id, ledger.hospital_id)
            OR coalesce(payment.amount_fen, fee.amount_fen, added.amount_fen) <> added.amount_fen
            OR (posting.id IS NOT NULL AND added.amount_fen NOT IN (posting.total_fen, posting.waived_fen))
            OR (payment.id IS NOT NULL AND payment.fund <> added.fund)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger_line_wrong: 明细 % 的金额、资金、收款方、县区或医疗机构与台账不符', wrong
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('beneficiaries', '0008_service_fee_identities'),
        ('reimbursement', '0006_rural_scheme'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='ledgerline',
            name='ledger_line_of_one_row',
        ),
        migrations.AddField(
            model_name='ledgerline',
            name='service_fee',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ledger_lines', to='beneficiaries.servicefee', verbose_name='签约服务经费'),
        ),
        migrations.AddConstraint(
            model_name='ledgerline',
            constraint=models.UniqueConstraint(fields=('service_fee', 'kind_code'), name='ledger_line_service_fee_once'),
        ),
        migrations.AddConstraint(
            model_name='ledgerline',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func('payment', 'settlement', 'exam_advance', 'service_fee', function='num_nonnulls', output_field=models.IntegerField()), 1)), name='ledger_line_of_one_row'),
        ),
        migrations.RunSQL(LINES, BEFORE),
    ]
