"""A bank reference is that of one standing entry: what was entered wrongly may be entered again with it."""

from django.db import migrations, models

# Entries of different items do not wait for one another, so those of one reference wait here.
GUARD = """
CREATE FUNCTION doudi_payment_reference_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.bank_reference = '' THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('reimbursement_ledgerpayment ' || NEW.bank_reference));
    IF EXISTS (SELECT FROM reimbursement_ledgerpayment known
        WHERE known.bank_reference = NEW.bank_reference AND NOT EXISTS (
            SELECT FROM reimbursement_ledgerpayment wrong WHERE wrong.undoes_id = known.id AND wrong.bank_reference = ''
        )) THEN
        RAISE EXCEPTION 'ledger_payment_reference_once: 银行流水号已登记过' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER payment_reference_guard BEFORE INSERT ON reimbursement_ledgerpayment
    FOR EACH ROW EXECUTE FUNCTION doudi_payment_reference_guard();
"""
DROP_GUARD = """
DROP TRIGGER payment_reference_guard ON reimbursement_ledgerpayment;
DROP FUNCTION doudi_payment_reference_guard();
"""


class Migration(migrations.Migration):
    """An index and a guard in place of the unique constraint."""

    dependencies = [("reimbursement", "0009_total_order")]
    operations = [
        migrations.RemoveConstraint(model_name="ledgerpayment", name="ledger_payment_reference_once"),
        migrations.AddIndex(
            model_name="ledgerpayment",
            index=models.Index(fields=["bank_reference"], name="ledger_payment_reference"),
        ),
        migrations.RunSQL(GUARD, DROP_GUARD),
    ]
