"""The database holds order and amounts of the flow (办理顺序和金额), whoever writes and by whatever means."""

from django.db import migrations

from common.insert_only import insert_only

INSERT_ONLY = (
    "reimbursement_ledgerstep",
    "reimbursement_linededuction",
    "reimbursement_submission",
    "reimbursement_submissionitem",
    "reimbursement_approval",
    "reimbursement_ledgerpayment",
    "reimbursement_ledgerreceipt",
    "reimbursement_budget",
)

# As in 0002, with every source of lines; the content of the ledger's own row stays as it was built.
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

STEPS = """
CREATE FUNCTION doudi_ledger_step_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ledger reimbursement_quarterlyledger;
    before varchar;
BEGIN
    SELECT * INTO ledger FROM reimbursement_quarterlyledger WHERE id = NEW.ledger_id FOR SHARE;
    IF ledger.status <> 'open' THEN
        RAISE EXCEPTION 'ledger_frozen: 台账 % 已报送', ledger.id USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT step INTO before FROM reimbursement_ledgerstep
        WHERE ledger_id = NEW.ledger_id AND content_hash = ledger.content_hash AND id <> NEW.id
        ORDER BY id DESC LIMIT 1;
    IF NEW.content_hash <> ledger.content_hash
        OR (NEW.step = 'confirm') <> (coalesce(before, 'withdraw') IN ('withdraw', 'return'))
        OR (NEW.step IN ('review', 'withdraw') AND before <> 'confirm')
    THEN
        RAISE EXCEPTION 'ledger_step_order: 台账 % 现在不能办理这一步', ledger.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_step_guard AFTER INSERT ON reimbursement_ledgerstep
    FOR EACH ROW EXECUTE FUNCTION doudi_ledger_step_guard();
"""
DROP_STEPS = """
DROP TRIGGER ledger_step_guard ON reimbursement_ledgerstep;
DROP FUNCTION doudi_ledger_step_guard();
"""

# One rule of amounts for a fund's item: what is due is what was applied for less deductions; what is
# approved lies between nothing and what is due, what is paid between nothing and what is approved.
ITEMS = """
CREATE FUNCTION doudi_between(amount numeric, bound numeric) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT amount BETWEEN least(0, bound) AND greatest(0, bound)
$$;
CREATE FUNCTION doudi_submission_item_check(item bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    due numeric;
    approved numeric;
    paid numeric;
BEGIN
    SELECT coalesce(sum(amount_fen), 0) INTO approved FROM reimbursement_approval WHERE item_id = item;
    SELECT coalesce(sum(amount_fen), 0) INTO paid FROM reimbursement_ledgerpayment WHERE item_id = item;
    SELECT one.applied_fen - coalesce((
        SELECT sum(taken.amount_fen) FROM reimbursement_linededuction taken
        JOIN reimbursement_ledgerline line ON line.id = taken.line_id
        WHERE line.ledger_id = one.ledger_id AND line.fund = one.fund
    ), 0) INTO due FROM reimbursement_submissionitem one WHERE one.id = item;
    IF NOT doudi_between(approved, due) THEN
        RAISE EXCEPTION 'approved_beyond_due: 申报明细 % 的核定金额超过申报减扣减', item
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT doudi_between(paid, approved) THEN
        RAISE EXCEPTION 'paid_beyond_approved: 申报明细 % 的拨付超过核定金额', item
            USING ERRCODE = 'check_violation';
    END IF;
END $$;
CREATE FUNCTION doudi_item_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong boolean;
BEGIN
    -- Entries of one item queue on its row, so that each sees the sums of those before it.
    PERFORM 1 FROM reimbursement_submissionitem WHERE id = NEW.item_id FOR UPDATE;
    IF NEW.undoes_id IS NOT NULL THEN
        EXECUTE format(
            'SELECT item_id <> $1 OR amount_fen <> -$2 OR undoes_id IS NOT NULL FROM %I WHERE id = $3', TG_TABLE_NAME
        ) INTO wrong USING NEW.item_id, NEW.amount_fen, NEW.undoes_id;
        IF wrong THEN
            RAISE EXCEPTION 'counter_entry_wrong: 撤销须与原记录同一明细、金额相反'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    PERFORM doudi_submission_item_check(NEW.item_id);
    RETURN NULL;
END $$;
CREATE TRIGGER item_entry_guard AFTER INSERT ON reimbursement_approval
    FOR EACH ROW EXECUTE FUNCTION doudi_item_entry_guard();
CREATE TRIGGER item_entry_guard AFTER INSERT ON reimbursement_ledgerpayment
    FOR EACH ROW EXECUTE FUNCTION doudi_item_entry_guard();
CREATE FUNCTION doudi_deduction_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    claimed reimbursement_ledgerline;
    taken numeric;
    wrong boolean;
    item bigint;
BEGIN
    SELECT * INTO claimed FROM reimbursement_ledgerline WHERE id = NEW.line_id;
    -- The ledger's row keeps a submission in progress apart from a deduction.
    PERFORM 1 FROM reimbursement_quarterlyledger WHERE id = claimed.ledger_id FOR UPDATE;
    SELECT id INTO item FROM reimbursement_submissionitem
        WHERE ledger_id = claimed.ledger_id AND fund = claimed.fund FOR UPDATE;
    SELECT sum(amount_fen) INTO taken FROM reimbursement_linededuction WHERE line_id = NEW.line_id;
    IF taken < 0 OR taken > greatest(claimed.amount_fen, 0) THEN
        RAISE EXCEPTION 'deduction_beyond_line: 明细 % 的扣减合计须在零和该笔金额之间', NEW.line_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.undoes_id IS NOT NULL THEN
        SELECT line_id <> NEW.line_id OR amount_fen <> -NEW.amount_fen INTO wrong
            FROM reimbursement_linededuction WHERE id = NEW.undoes_id;
        IF wrong THEN
            RAISE EXCEPTION 'counter_entry_wrong: 撤销须与原记录同一明细、金额相反'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF item IS NOT NULL THEN
        PERFORM doudi_submission_item_check(item);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER deduction_guard AFTER INSERT ON reimbursement_linededuction
    FOR EACH ROW EXECUTE FUNCTION doudi_deduction_guard();
"""
DROP_ITEMS = """
DROP TRIGGER deduction_guard ON reimbursement_linededuction;
DROP FUNCTION doudi_deduction_guard();
DROP TRIGGER item_entry_guard ON reimbursement_ledgerpayment;
DROP TRIGGER item_entry_guard ON reimbursement_approval;
DROP FUNCTION doudi_item_entry_guard();
DROP FUNCTION doudi_submission_item_check(bigint);
DROP FUNCTION doudi_between(numeric, numeric);
"""

# Items are those of a submitted ledger, and come to what its lines come to, per fund.
SUBMITTED = """
CREATE FUNCTION doudi_submission_item_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong boolean;
BEGIN
    SELECT ledger.status <> 'submitted' OR ledger.hospital_id <> NEW.hospital_id
            OR (ledger.kind_code, ledger.county_id, ledger.year, ledger.quarter)
                IS DISTINCT FROM (sent.kind_code, sent.county_id, sent.year, sent.quarter)
            OR (sent.pays AND NEW.applied_fen IS DISTINCT FROM (
                SELECT coalesce(sum(line.amount_fen), 0) FROM reimbursement_ledgerline line
                WHERE line.ledger_id = NEW.ledger_id AND line.fund = NEW.fund
            ))
        INTO wrong
        FROM reimbursement_quarterlyledger ledger, reimbursement_submission sent
        WHERE ledger.id = NEW.ledger_id AND sent.id = NEW.submission_id;
    IF wrong IS DISTINCT FROM false THEN
        RAISE EXCEPTION 'submission_item_wrong: 申报明细与台账 % 不符', NEW.ledger_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER submission_item_guard AFTER INSERT ON reimbursement_submissionitem
    FOR EACH ROW EXECUTE FUNCTION doudi_submission_item_guard();
CREATE FUNCTION doudi_receipt_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM reimbursement_ledgerpayment paid
        WHERE paid.id = NEW.payment_id AND paid.undoes_id IS NULL AND paid.paid_on <= NEW.received_on
            AND NOT EXISTS (SELECT 1 FROM reimbursement_ledgerpayment WHERE undoes_id = paid.id);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'receipt_wrong: 拨付 % 已撤销，或到账日期早于拨付日期', NEW.payment_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER receipt_guard AFTER INSERT ON reimbursement_ledgerreceipt
    FOR EACH ROW EXECUTE FUNCTION doudi_receipt_guard();
"""
DROP_SUBMITTED = """
DROP TRIGGER receipt_guard ON reimbursement_ledgerreceipt;
DROP FUNCTION doudi_receipt_guard();
DROP TRIGGER submission_item_guard ON reimbursement_submissionitem;
DROP FUNCTION doudi_submission_item_guard();
"""


class Migration(migrations.Migration):
    """Steps in order, amounts within bounds, facts that refuse changes."""

    dependencies = [("common", "0001_insert_only"), ("reimbursement", "0003_flow")]
    operations = [
        migrations.RunSQL(LINES, migrations.RunSQL.noop),
        migrations.RunSQL(STEPS, DROP_STEPS),
        migrations.RunSQL(ITEMS, DROP_ITEMS),
        migrations.RunSQL(SUBMITTED, DROP_SUBMITTED),
        *(insert_only(table) for table in INSERT_ONLY),
    ]
