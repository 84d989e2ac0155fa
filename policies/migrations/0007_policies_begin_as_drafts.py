"""The database lets no policy begin as anything but a draft: what is published went through a publication."""

from django.db import migrations

GUARD = """
CREATE FUNCTION policies_guard_new_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'draft' THEN
        RAISE EXCEPTION '政策已锁定：政策包 % 须先作为草稿录入，经审核后发布。', NEW.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policies_policy_guard_new BEFORE INSERT ON policies_policy
    FOR EACH ROW EXECUTE FUNCTION policies_guard_new_policy();
"""
DROP = """
DROP TRIGGER policies_policy_guard_new ON policies_policy;
DROP FUNCTION policies_guard_new_policy();
"""


class Migration(migrations.Migration):
    dependencies = [("policies", "0006_premium_and_procedure_rows")]

    operations = [migrations.RunSQL(GUARD, DROP)]
