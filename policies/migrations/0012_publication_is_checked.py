"""The database lets a pack be published only as the service does: by two people, as it was, all confirmed."""

from django.db import migrations

CHECK = r"""
CREATE FUNCTION policies_check_publication(before policies_policy, after policies_policy) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    row_table text;
    missing text;
    decided CONSTANT text[] := ARRAY['status', 'published_at', 'reviewed_by_id', 'confirmed_provisional'];
BEGIN
    IF after.status <> 'published' THEN
        RAISE EXCEPTION '政策已锁定：政策包 % 未曾发布，不能停用。', after.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF to_jsonb(after) - decided <> to_jsonb(before) - decided THEN
        RAISE EXCEPTION '政策已锁定：政策包 % 发布时不得同时修改内容。', after.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF after.drafted_by_id IS NOT NULL
        AND (after.reviewed_by_id IS NULL OR after.reviewed_by_id = after.drafted_by_id) THEN
        RAISE EXCEPTION '政策已锁定：政策包 % 须由起草人以外的人复核后发布。', after.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    -- Changes of disease and drug lists under way end first.
    PERFORM pg_advisory_xact_lock(hashtext('policies_lists'));
    FOR row_table IN
        SELECT c.relname::text FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
            AND c.relname LIKE 'policies\_%'
            AND (
                SELECT count(*) FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attname IN ('policy_id', 'code', 'provisional')
            ) = 3
        ORDER BY 1
    LOOP
        -- Confirmed names are section:code; codes are unique within a section.
        EXECUTE format(
            'SELECT r.code FROM %I r WHERE r.policy_id = $1 AND r.provisional AND NOT EXISTS ('
            ' SELECT FROM unnest($2) name WHERE split_part(name, '':'', 2) = r.code) LIMIT 1',
            row_table
        ) INTO missing USING after.id, after.confirmed_provisional;
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION '政策已锁定：政策包 % 的待核实条目 % 未经指名确认。', after.code, missing
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
END $$;
"""
GUARD = """
CREATE OR REPLACE FUNCTION policies_guard_policy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status IN ('draft', 'reviewed') THEN
        {check}
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
"""
CHECKED = GUARD.replace(
    "{check}",
    """IF TG_OP = 'UPDATE' AND NEW.status NOT IN ('draft', 'reviewed') THEN
            PERFORM policies_check_publication(OLD, NEW);
        END IF;""",
)
UNCHECKED = GUARD.replace("{check}", "")


class Migration(migrations.Migration):
    dependencies = [("policies", "0011_lists_are_locked")]

    operations = [
        migrations.RunSQL(
            CHECK, "DROP FUNCTION policies_check_publication(policies_policy, policies_policy)"
        ),
        migrations.RunSQL(CHECKED, UNCHECKED),
    ]
