"""Insert-only tables (只增不改): the database itself refuses to change or delete a posted fact."""

from django.db.migrations import RunSQL

CREATE_FUNCTION = """
CREATE FUNCTION doudi_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'insert_only: 表 % 只允许新增，不允许修改或删除；更正请另记一笔', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""
DROP_FUNCTION = "DROP FUNCTION doudi_refuse_change();"


def insert_only(table: str) -> RunSQL:
    """A migration operation that makes ``table`` insert-only."""
    return RunSQL(
        f"CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION doudi_refuse_change();",
        f"DROP TRIGGER insert_only ON {table};",
    )
