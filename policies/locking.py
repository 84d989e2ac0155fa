"""Rows of published packs are locked in the database (已发布政策条目的锁定), for migrations that add a table.

Lists of diseases and drugs are locked with the packs that name them.

A table of rows has ``policy_id`` and ``clause_id``. The operation looks for all such tables, so that a
migration need not know what others added: each gets the guard of ``0002_published_is_immutable``, and the
clauses its rows stand on are locked with them.
"""

from django.db.migrations import RunSQL

LOCK_ROWS = r"""
DO $$
DECLARE
    row_table text;
    cited text := '';
BEGIN
    FOR row_table IN
        SELECT t.table_name::text FROM information_schema.tables t
        WHERE t.table_schema = current_schema() AND t.table_type = 'BASE TABLE'
            AND t.table_name LIKE 'policies\_%'
            AND (
                SELECT count(*) FROM information_schema.columns c
                WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name
                    AND c.column_name IN ('policy_id', 'clause_id')
            ) = 2
        ORDER BY 1
    LOOP
        EXECUTE format(
            'CREATE OR REPLACE TRIGGER %I BEFORE INSERT OR UPDATE OR DELETE ON %I'
            ' FOR EACH ROW EXECUTE FUNCTION policies_guard_row()',
            row_table || '_guard', row_table
        );
        cited := cited || CASE WHEN cited = '' THEN '' ELSE ' UNION ' END || format(
            'SELECT r.clause_id FROM %I r JOIN policies_policy p ON p.id = r.policy_id'
            ' WHERE r.clause_id IS NOT NULL AND p.status IN (''published'', ''retired'')',
            row_table
        );
    END LOOP;
    EXECUTE 'CREATE OR REPLACE VIEW policies_cited_clause AS ' || cited;
END $$;
"""


def lock_rows() -> RunSQL:
    """A migration operation that guards every table of rows; it may be repeated."""
    return RunSQL(LOCK_ROWS, RunSQL.noop)


LOCK_LISTS = r"""
DO $$
DECLARE
    named record;
    locked text := 'SELECT ''disease'' AS kind, l.code FROM policies_quota q'
        ' JOIN policies_disease d ON d.id = q.disease_id'
        ' JOIN policies_diseaselist l ON l.id = d.disease_list_id'
        ' JOIN policies_policy p ON p.id = q.policy_id WHERE p.status IN (''published'', ''retired'')';
BEGIN
    FOR named IN
        SELECT c.table_name::text AS row_table, c.column_name::text AS lists FROM information_schema.columns c
        WHERE c.table_schema = current_schema() AND c.table_name LIKE 'policies\_%'
            AND c.column_name IN ('disease_lists', 'drug_lists')
            AND EXISTS (
                SELECT FROM information_schema.columns o
                WHERE o.table_schema = c.table_schema AND o.table_name = c.table_name
                    AND o.column_name = 'policy_id'
            )
        ORDER BY 1, 2
    LOOP
        locked := locked || format(
            ' UNION SELECT %L, unnest(r.%I) FROM %I r JOIN policies_policy p ON p.id = r.policy_id'
            ' WHERE p.status IN (''published'', ''retired'')',
            replace(named.lists, '_lists', ''), named.lists, named.row_table
        );
    END LOOP;
    EXECUTE 'CREATE OR REPLACE VIEW policies_locked_list AS ' || locked;
END $$;
"""


def lock_lists() -> RunSQL:
    """A migration operation that says which disease and drug lists published packs name; may be repeated."""
    return RunSQL(LOCK_LISTS, RunSQL.noop)
