"""Rows of published packs are locked in the database (已发布政策条目的锁定), for migrations that add a table.

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
