"""The database refuses to change the diseases and drugs of a list that a published pack names."""

from django.db import migrations

from policies.locking import lock_lists

# What a list grants: its diseases and drugs. ICD-10 ranges and other names of diseases only suggest.
FUNCTIONS = """
CREATE FUNCTION policies_refuse_if_list_locked(kind_wanted text, code_wanted text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    -- A publication under way waits for this change, or this change for the publication.
    PERFORM pg_advisory_xact_lock_shared(hashtext('policies_lists'));
    IF EXISTS (SELECT FROM policies_locked_list l WHERE l.kind = kind_wanted AND l.code = code_wanted) THEN
        RAISE EXCEPTION '政策已锁定：目录 % 已被发布的政策包引用，不得修改；请另建目录。',
            code_wanted USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION policies_guard_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD) THEN
        PERFORM policies_refuse_if_list_locked(TG_ARGV[0], OLD.code);
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

-- An entry knows its list by a column, or by that of the row it belongs to.
CREATE FUNCTION policies_guard_list_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    entry jsonb;
    list_code text;
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) = to_jsonb(OLD) THEN
        RETURN NEW;
    END IF;
    FOREACH entry IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[to_jsonb(NEW)]
        WHEN 'DELETE' THEN ARRAY[to_jsonb(OLD)]
        ELSE ARRAY[to_jsonb(OLD), to_jsonb(NEW)] END
    LOOP
        EXECUTE TG_ARGV[1] INTO list_code USING (entry ->> TG_ARGV[2])::bigint;
        PERFORM policies_refuse_if_list_locked(TG_ARGV[0], list_code);
    END LOOP;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION policies_guard_list_entry();
DROP FUNCTION policies_guard_list();
DROP FUNCTION policies_refuse_if_list_locked(text, text);
DROP VIEW policies_locked_list;
"""
LISTS = [("diseaselist", "disease"), ("druglist", "drug")]
# Table, kind, statement from a key to the list's code, column of the key.
ENTRIES = [
    ("disease", "disease", "SELECT code FROM policies_diseaselist WHERE id = $1", "disease_list_id"),
    (
        "diseaselist_also_includes", "disease",
        "SELECT code FROM policies_diseaselist WHERE id = $1", "diseaselist_id",
    ),
    ("drug", "drug", "SELECT code FROM policies_druglist WHERE id = $1", "drug_list_id"),
    (
        "drugalias", "drug",
        "SELECT l.code FROM policies_druglist l JOIN policies_drug d ON d.drug_list_id = l.id"
        " WHERE d.id = $1",
        "drug_id",
    ),
]  # fmt: skip
TRIGGERS = [
    *(
        f"CREATE TRIGGER policies_{table}_guard BEFORE UPDATE OR DELETE ON policies_{table}"
        f" FOR EACH ROW EXECUTE FUNCTION policies_guard_list('{kind}')"
        for table, kind in LISTS
    ),
    *(
        f"CREATE TRIGGER policies_{table}_guard BEFORE INSERT OR UPDATE OR DELETE ON policies_{table}"
        f" FOR EACH ROW EXECUTE FUNCTION policies_guard_list_entry('{kind}', '{statement}', '{column}')"
        for table, kind, statement, column in ENTRIES
    ),
]
DROP_TRIGGERS = [
    f"DROP TRIGGER policies_{table}_guard ON policies_{table}"
    for table in [*(table for table, _ in LISTS), *(table for table, _, _, _ in ENTRIES)]
]


class Migration(migrations.Migration):
    dependencies = [("policies", "0010_ledger_places")]

    operations = [
        lock_lists(),
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
    ]
