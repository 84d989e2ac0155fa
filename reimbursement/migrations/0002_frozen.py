"""A submitted ledger is frozen (已报送台账冻结), whoever writes and by whatever means."""

from django.db import migrations

from common.insert_only import insert_only

LEDGER = """
CREATE FUNCTION doudi_ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'open' THEN
            RAISE EXCEPTION 'ledger_frozen: 台账须先编制再报送' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status <> 'open' THEN
        RAISE EXCEPTION 'ledger_frozen: 台账 % 已报送，不允许修改或删除；更正计入下一季度', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF (NEW.id, NEW.kind_code, NEW.county_id, NEW.hospital_id, NEW.year, NEW.quarter)
        IS DISTINCT FROM (OLD.id, OLD.kind_code, OLD.county_id, OLD.hospital_id, OLD.year, OLD.quarter) THEN
        RAISE EXCEPTION 'ledger_frozen: 台账 % 的种类、县区、医疗机构和季度不允许修改', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    -- What is submitted is what its lines say, in the same moment.
    IF NEW.status = 'submitted' AND ROW(NEW.line_count::bigint, NEW.total_fen::numeric) IS DISTINCT FROM (
        SELECT ROW(count(*), coalesce(sum(amount_fen), 0))
        FROM reimbursement_ledgerline WHERE ledger_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'ledger_frozen: 台账 % 的合计与明细不符，请重新编制', OLD.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_guard BEFORE INSERT OR UPDATE OR DELETE ON reimbursement_quarterlyledger
    FOR EACH ROW EXECUTE FUNCTION doudi_ledger_guard();
"""
DROP_LEDGER = """
DROP TRIGGER ledger_guard ON reimbursement_quarterlyledger;
DROP FUNCTION doudi_ledger_guard();
"""

LINES = """
CREATE FUNCTION doudi_ledger_lines_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
    SELECT payment.id INTO wrong FROM added
        JOIN reimbursement_quarterlyledger ledger ON ledger.id = added.ledger_id
        JOIN settlement_payment payment ON payment.id = added.payment_id
        WHERE payment.payee <> 'hospital'
            OR (payment.amount_fen, payment.county_id, payment.hospital_id)
                IS DISTINCT FROM (added.amount_fen, ledger.county_id, ledger.hospital_id)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger_line_wrong: 支付 % 的金额、收款方、县区或医疗机构与台账不符', wrong
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_lines_guard AFTER INSERT ON reimbursement_ledgerline
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION doudi_ledger_lines_guard();
"""
DROP_LINES = """
DROP TRIGGER ledger_lines_guard ON reimbursement_ledgerline;
DROP FUNCTION doudi_ledger_lines_guard();
"""


class Migration(migrations.Migration):
    """Open → submitted is the only change of state; lines are only ever added, and only to an open ledger."""

    dependencies = [
        ("common", "0001_insert_only"),
        ("reimbursement", "0001_initial"),
        ("settlement", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(LEDGER, DROP_LEDGER),
        migrations.RunSQL(LINES, DROP_LINES),
        insert_only("reimbursement_ledgerline"),
    ]
