"""The database refuses to change a published policy, its rows and the clauses they stand on."""

from django.db import migrations

ROWS = [
    "rule", "uplift", "waiver", "sharelimit", "quota", "funding", "notgranted", "ledgerkind", "policyparameter",
]
# Children of rows: table, column that names the row, table of the row.
CHILDREN = [("band", "rule_id", "rule"), ("rulecap", "rule_id", "rule"), ("fundingshare", "funding_id", "funding")]

FUNCTIONS = """
CREATE FUNCTION policies_refuse_if_locked(wanted bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    policy_code text;
    policy_status text;
BEGIN
    -- FOR SHARE: a publication under way waits for this change, or this change for the publication.
    SELECT code, status INTO policy_code, policy_status FROM policies_policy WHERE id = wanted FOR SHARE;
    IF policy_status IN ('published', 'retired') THEN
        RAISE EXCEPTION '政策已锁定：政策包 % 已发布，其条目不得增加、修改或删除；请复制为新草稿。', policy_code
            USING ERRCODE = 'restrict_violation';
    END IF;
END $$;

CREATE FUNCTION policies_guard_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('draft', 'reviewed') THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'published' THEN
        IF NEW.status = 'retired' AND to_jsonb(NEW) - 'status' = to_jsonb(OLD) - 'status' THEN
            RETURN NEW;
        END IF;
        -- An earlier end makes room for the pack that follows; nothing else of the period may move.
        IF to_jsonb(NEW) - 'valid' = to_jsonb(OLD) - 'valid' AND NOT isempty(NEW.valid)
            AND lower(NEW.valid) = lower(OLD.valid) AND NEW.valid <@ OLD.valid THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '政策已锁定：政策包 % 已发布，不得修改或删除；请复制为新草稿。', OLD.code
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION policies_guard_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM policies_refuse_if_locked(OLD.policy_id);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM policies_refuse_if_locked(NEW.policy_id);
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION policies_guard_child() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    policy bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        EXECUTE format('SELECT policy_id FROM %I WHERE id = $1', TG_ARGV[0])
            INTO policy USING (to_jsonb(OLD) ->> TG_ARGV[1])::bigint;
        PERFORM policies_refuse_if_locked(policy);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE format('SELECT policy_id FROM %I WHERE id = $1', TG_ARGV[0])
            INTO policy USING (to_jsonb(NEW) ->> TG_ARGV[1])::bigint;
        PERFORM policies_refuse_if_locked(policy);
        RETURN NEW;
    END IF;
    RETURN OLD;
END $$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION policies_guard_child();
DROP FUNCTION policies_guard_row();
DROP FUNCTION policies_guard_policy();
DROP FUNCTION policies_refuse_if_locked(bigint);
"""

# Which clauses published packs stand on.
CITED = "CREATE VIEW policies_cited_clause AS " + " UNION ".join(
    f"SELECT r.clause_id FROM policies_{row} r JOIN policies_policy p ON p.id = r.policy_id"
    " WHERE r.clause_id IS NOT NULL AND p.status IN ('published', 'retired')"
    for row in ROWS
)

CLAUSES = """
CREATE FUNCTION policies_guard_clause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'DELETE' OR to_jsonb(NEW) <> to_jsonb(OLD))
        AND EXISTS (SELECT FROM policies_cited_clause c WHERE c.clause_id = OLD.id) THEN
        RAISE EXCEPTION '政策已锁定：条款 % 已被发布的政策包引用，不得修改或删除。', OLD.path
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION policies_guard_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) <> to_jsonb(OLD) AND EXISTS (
        SELECT FROM policies_cited_clause c JOIN policies_clause k ON k.id = c.clause_id
        WHERE k.document_id = OLD.id
    ) THEN
        RAISE EXCEPTION '政策已锁定：文件 % 已被发布的政策包引用，不得修改。', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER policies_clause_guard BEFORE UPDATE OR DELETE ON policies_clause
    FOR EACH ROW EXECUTE FUNCTION policies_guard_clause();
CREATE TRIGGER policies_document_guard BEFORE UPDATE ON policies_policydocument
    FOR EACH ROW EXECUTE FUNCTION policies_guard_document();
"""

DROP_CLAUSES = """
DROP TRIGGER policies_document_guard ON policies_policydocument;
DROP TRIGGER policies_clause_guard ON policies_clause;
DROP FUNCTION policies_guard_document();
DROP FUNCTION policies_guard_clause();
"""

TRIGGERS = [
    "CREATE TRIGGER policies_policy_guard BEFORE UPDATE OR DELETE ON policies_policy"
    " FOR EACH ROW EXECUTE FUNCTION policies_guard_policy()",
    *(
        f"CREATE TRIGGER policies_{row}_guard BEFORE INSERT OR UPDATE OR DELETE ON policies_{row}"
        " FOR EACH ROW EXECUTE FUNCTION policies_guard_row()"
        for row in ROWS
    ),
    *(
        f"CREATE TRIGGER policies_{child}_guard BEFORE INSERT OR UPDATE OR DELETE ON policies_{child}"
        f" FOR EACH ROW EXECUTE FUNCTION policies_guard_child('policies_{parent}', '{column}')"
        for child, column, parent in CHILDREN
    ),
]
DROP_TRIGGERS = [
    f"DROP TRIGGER policies_{table}_guard ON policies_{table}"
    for table in ["policy", *ROWS, *(child for child, _, _ in CHILDREN)]
]


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        migrations.RunSQL(TRIGGERS, DROP_TRIGGERS),
        migrations.RunSQL(CITED, "DROP VIEW policies_cited_clause"),
        migrations.RunSQL(CLAUSES, DROP_CLAUSES),
    ]
