-- What all triggers of the audit trail run. Arguments: the key's column, the owner's table, the column with the
-- owner's key, columns that are passed over, columns whose values are veiled (comma-separated).
CREATE OR REPLACE FUNCTION doudi_record_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said jsonb := coalesce(nullif(current_setting('pghistory.context_metadata', true), ''), '{}')::jsonb;
    together uuid := nullif(current_setting('pghistory.context_id', true), '')::uuid;
    key_column text := TG_ARGV[0];
    owner_of text := TG_ARGV[1];
    owner_column text := TG_ARGV[2];
    passed_over text[] := string_to_array(TG_ARGV[3], ',');
    veiled text[] := string_to_array(TG_ARGV[4], ',');
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO common_change ("table", row_key, owner_table, owner_key, operation, before, after,
            user_id, reason, context, context_id, database_role)
        SELECT TG_TABLE_NAME, d ->> key_column, owner_of, coalesce(d ->> owner_column, ''), 'insert',
            '{}', d - passed_over - veiled,
            (said ->> 'user')::bigint, left(coalesce(said ->> 'reason', ''), 300), said - 'user' - 'reason',
            together, session_user
        FROM new_rows n CROSS JOIN LATERAL (SELECT to_jsonb(n) AS d) AS row;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO common_change ("table", row_key, owner_table, owner_key, operation, before, after,
            user_id, reason, context, context_id, database_role)
        SELECT TG_TABLE_NAME, d ->> key_column, owner_of, coalesce(d ->> owner_column, ''), 'delete',
            d - passed_over - veiled, '{}',
            (said ->> 'user')::bigint, left(coalesce(said ->> 'reason', ''), 300), said - 'user' - 'reason',
            together, session_user
        FROM old_rows o CROSS JOIN LATERAL (SELECT to_jsonb(o) AS d) AS row;
    ELSE
        -- A changed key shows as one row gone and another come.
        INSERT INTO common_change ("table", row_key, owner_table, owner_key, operation, before, after,
            user_id, reason, context, context_id, database_role)
        SELECT TG_TABLE_NAME, coalesce(n.d, o.d) ->> key_column,
            owner_of, coalesce(coalesce(n.d, o.d) ->> owner_column, ''),
            CASE WHEN o.d IS NULL THEN 'insert' WHEN n.d IS NULL THEN 'delete' ELSE 'update' END,
            differing.before, differing.after,
            (said ->> 'user')::bigint, left(coalesce(said ->> 'reason', ''), 300), said - 'user' - 'reason',
            together, session_user
        FROM (SELECT to_jsonb(x) AS d FROM old_rows x) AS o
        FULL JOIN (SELECT to_jsonb(x) AS d FROM new_rows x) AS n ON o.d ->> key_column = n.d ->> key_column
        CROSS JOIN LATERAL (
            SELECT
                coalesce(jsonb_object_agg(c.column_name, CASE WHEN c.column_name = ANY (veiled)
                    THEN to_jsonb('******'::text) ELSE o.d -> c.column_name END)
                    FILTER (WHERE o.d IS NOT NULL), '{}') AS before,
                coalesce(jsonb_object_agg(c.column_name, CASE WHEN c.column_name = ANY (veiled)
                    THEN to_jsonb('******'::text) ELSE n.d -> c.column_name END)
                    FILTER (WHERE n.d IS NOT NULL), '{}') AS after,
                count(*) AS columns
            FROM jsonb_object_keys(coalesce(n.d, o.d) - passed_over) AS c (column_name)
            WHERE o.d -> c.column_name IS DISTINCT FROM n.d -> c.column_name
        ) AS differing
        WHERE differing.columns > 0;
    END IF;
    RETURN NULL;
END $$;
