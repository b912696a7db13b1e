-- By hand: the order of values in documents, as two keys that an index can hold. The first tells what kind of value it
-- is, and orders numbers: -Infinity for null or none, Infinity for a text, NaN (the greatest) for all else.
CREATE FUNCTION "catalyst_order_number"("value" JSONB) RETURNS DOUBLE PRECISION LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE jsonb_typeof("value")
        WHEN 'number' THEN "value"::DOUBLE PRECISION
        WHEN 'string' THEN 'Infinity'::DOUBLE PRECISION
        WHEN 'null' THEN '-Infinity'::DOUBLE PRECISION
        ELSE CASE WHEN "value" IS NULL THEN '-Infinity'::DOUBLE PRECISION ELSE 'NaN'::DOUBLE PRECISION END
    END
$$;

-- The second orders texts, by their first 120 characters: an entry of an index has to fit into a third of a page, and
-- five fields do. It also orders false before true before lists and objects.
CREATE FUNCTION "catalyst_order_text"("value" JSONB) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE jsonb_typeof("value")
        WHEN 'string' THEN left("value" #>> '{}', 120)
        WHEN 'boolean' THEN "value"::TEXT
        WHEN 'array' THEN 'z'
        WHEN 'object' THEN 'z'
        ELSE ''
    END
$$;

-- Otherwise new entries wait in a list that each search reads as a whole, until a background process sorts them in; the
-- embedded database has none.
ALTER INDEX "plugin_documents_data_idx" SET (fastupdate = off);
