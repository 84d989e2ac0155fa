"""Money that came back (退回) is a counter-entry with a bank reference; an acknowledged payment is not undone."""

from django.db import migrations, models

GUARD = """
CREATE FUNCTION doudi_received_payment_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Acknowledging locks the item too, so that neither overtakes the other.
    PERFORM 1 FROM reimbursement_submissionitem WHERE id = NEW.item_id FOR UPDATE;
    IF NEW.undoes_id IS NOT NULL AND NEW.bank_reference = ''
        AND EXISTS (SELECT FROM reimbursement_ledgerreceipt WHERE payment_id = NEW.undoes_id) THEN
        RAISE EXCEPTION 'payment_received: 拨付 % 已确认到账，不能撤销登记；退回的须有银行流水号', NEW.undoes_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER received_payment_guard BEFORE INSERT ON reimbursement_ledgerpayment
    FOR EACH ROW EXECUTE FUNCTION doudi_received_payment_guard();
"""
DROP_GUARD = """
DROP TRIGGER received_payment_guard ON reimbursement_ledgerpayment;
DROP FUNCTION doudi_received_payment_guard();
"""


class Migration(migrations.Migration):
    """References are unique over what came back too."""

    dependencies = [("reimbursement", "0007_service_fees")]
    operations = [
        migrations.RemoveConstraint(model_name="ledgerpayment", name="ledger_payment_reference_once"),
        migrations.RemoveConstraint(model_name="ledgerpayment", name="ledger_payment_reference_or_reason"),
        migrations.AddConstraint(
            model_name="ledgerpayment",
            constraint=models.UniqueConstraint(
                fields=["bank_reference"],
                condition=models.Q(("bank_reference", ""), _negated=True),
                name="ledger_payment_reference_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("undoes", None), models.Q(("bank_reference", ""), _negated=True)),
                    models.Q(("undoes__isnull", False), models.Q(("note", ""), _negated=True)),
                    _connector="OR",
                ),
                name="ledger_payment_reference_or_reason",
            ),
        ),
        migrations.RunSQL(GUARD, DROP_GUARD),
    ]
