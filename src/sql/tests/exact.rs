//! The text that comes out, to the letter.

use super::given::checked;

#[test]
fn the_text_is_written_anew() {
    for (sql, expected) in EXACT {
        assert_eq!(checked(sql).unwrap_or_else(|refusal| panic!("{sql}: {refusal}")).sql, *expected);
    }
}

#[rustfmt::skip]
const EXACT: &[(&str, &str)] = &[
    (
        "SELECT 1",
        "SELECT 1",
    ),
    (
        "SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.total > 10",
        r#"SELECT "o"."id", "c"."name" FROM "ws"."orders" AS "o" JOIN "ws"."customers" AS "c" ON "c"."id" = "o"."customer_id" WHERE "o"."total" > 10"#,
    ),
    (
        "SELECT c.name, count(*) AS n, sum(o.total) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.name HAVING count(*) > 1 ORDER BY n DESC NULLS LAST LIMIT 10 OFFSET 0",
        r#"SELECT "c"."name", pg_catalog.count(*) AS "n", pg_catalog.sum("o"."total") FROM "ws"."customers" AS "c" LEFT JOIN "ws"."orders" AS "o" ON "o"."customer_id" = "c"."id" GROUP BY "c"."name" HAVING pg_catalog.count(*) > 1 ORDER BY "n" DESC NULLS LAST LIMIT 10 OFFSET 0"#,
    ),
    (
        "SELECT * FROM orders FULL OUTER JOIN customers USING (id)",
        r#"SELECT * FROM "ws"."orders" FULL JOIN "ws"."customers" USING ("id")"#,
    ),
    (
        "SELECT * FROM orders NATURAL LEFT JOIN customers",
        r#"SELECT * FROM "ws"."orders" NATURAL LEFT JOIN "ws"."customers""#,
    ),
    (
        "SELECT o.id, x.n FROM orders o CROSS JOIN LATERAL (SELECT count(*) AS n FROM events e WHERE e.id = o.id) x",
        r#"SELECT "o"."id", "x"."n" FROM "ws"."orders" AS "o" CROSS JOIN LATERAL (SELECT pg_catalog.count(*) AS "n" FROM "ws"."events" AS "e" WHERE "e"."id" = "o"."id") AS "x""#,
    ),
    (
        "SELECT c.name, t.total FROM customers c LEFT JOIN LATERAL (SELECT total FROM orders o WHERE o.customer_id = c.id ORDER BY total DESC LIMIT 1) AS t ON true",
        r#"SELECT "c"."name", "t"."total" FROM "ws"."customers" AS "c" LEFT JOIN LATERAL (SELECT "total" FROM "ws"."orders" AS "o" WHERE "o"."customer_id" = "c"."id" ORDER BY "total" DESC LIMIT 1) AS "t" ON TRUE"#,
    ),
    (
        "SELECT a.id FROM (orders a JOIN customers b ON a.id = b.id) JOIN events e ON e.id = a.id",
        r#"SELECT "a"."id" FROM ("ws"."orders" AS "a" JOIN "ws"."customers" AS "b" ON "a"."id" = "b"."id") JOIN "ws"."events" AS "e" ON "e"."id" = "a"."id""#,
    ),
    (
        "WITH a AS MATERIALIZED (SELECT 1 AS x), b(y) AS NOT MATERIALIZED (SELECT x + 1 FROM a) SELECT * FROM a, b",
        r#"WITH "a" AS MATERIALIZED (SELECT 1 AS "x"), "b" ("y") AS NOT MATERIALIZED (SELECT "x" + 1 FROM "a") SELECT * FROM "a", "b""#,
    ),
    (
        "WITH orders AS (SELECT * FROM orders WHERE status = 'paid') SELECT sum(total) FROM orders",
        r#"WITH "orders" AS (SELECT * FROM "ws"."orders" WHERE "status" = 'paid') SELECT pg_catalog.sum("total") FROM "orders""#,
    ),
    (
        "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT sum(n) FROM t",
        r#"WITH RECURSIVE "t" ("n") AS (VALUES (1) UNION ALL SELECT "n" + 1 FROM "t" WHERE "n" < 10) SELECT pg_catalog.sum("n") FROM "t""#,
    ),
    (
        "WITH RECURSIVE tree AS (SELECT id, parent_id, 0 AS depth FROM customers WHERE parent_id IS NULL UNION ALL SELECT c.id, c.parent_id, t.depth + 1 FROM customers c JOIN tree t ON c.parent_id = t.id) SELECT * FROM tree",
        r#"WITH RECURSIVE "tree" AS (SELECT "id", "parent_id", 0 AS "depth" FROM "ws"."customers" WHERE "parent_id" IS NULL UNION ALL SELECT "c"."id", "c"."parent_id", "t"."depth" + 1 FROM "ws"."customers" AS "c" JOIN "tree" AS "t" ON "c"."parent_id" = "t"."id") SELECT * FROM "tree""#,
    ),
    (
        "SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY total DESC) AS rn FROM orders",
        r#"SELECT "id", pg_catalog.row_number() OVER (PARTITION BY "customer_id" ORDER BY "total" DESC) AS "rn" FROM "ws"."orders""#,
    ),
    (
        "SELECT id, sum(total) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM orders",
        r#"SELECT "id", pg_catalog.sum("total") OVER (ORDER BY "id" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM "ws"."orders""#,
    ),
    (
        "SELECT id, avg(total) OVER w, lag(total, 1, 0) OVER (w ORDER BY id) FROM orders WINDOW w AS (PARTITION BY status)",
        r#"SELECT "id", pg_catalog.avg("total") OVER "w", pg_catalog.lag("total", 1, 0) OVER ("w" ORDER BY "id") FROM "ws"."orders" WINDOW "w" AS (PARTITION BY "status")"#,
    ),
    (
        "SELECT id, count(*) OVER (ORDER BY created_at RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW) FROM orders",
        r#"SELECT "id", pg_catalog.count(*) OVER (ORDER BY "created_at" RANGE BETWEEN INTERVAL '7 days' PRECEDING AND CURRENT ROW) FROM "ws"."orders""#,
    ),
    (
        "SELECT count(*) FILTER (WHERE status = 'paid') AS paid FROM orders",
        r#"SELECT pg_catalog.count(*) FILTER (WHERE "status" = 'paid') AS "paid" FROM "ws"."orders""#,
    ),
    (
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM orders",
        r#"SELECT pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY "total") FROM "ws"."orders""#,
    ),
    (
        "SELECT DISTINCT ON (customer_id) customer_id, id FROM orders ORDER BY customer_id, created_at DESC",
        r#"SELECT DISTINCT ON ("customer_id") "customer_id", "id" FROM "ws"."orders" ORDER BY "customer_id", "created_at" DESC"#,
    ),
    (
        "SELECT status, customer_id, sum(total), grouping(status) FROM orders GROUP BY GROUPING SETS ((status), (customer_id, status), ())",
        r#"SELECT "status", "customer_id", pg_catalog.sum("total"), GROUPING("status") FROM "ws"."orders" GROUP BY GROUPING SETS (("status"), ("customer_id", "status"), ())"#,
    ),
    (
        "SELECT status, customer_id, sum(total) FROM orders GROUP BY ROLLUP (status, customer_id)",
        r#"SELECT "status", "customer_id", pg_catalog.sum("total") FROM "ws"."orders" GROUP BY ROLLUP (("status"), ("customer_id"))"#,
    ),
    (
        "SELECT status, customer_id, sum(total) FROM orders GROUP BY CUBE (status, (customer_id, id))",
        r#"SELECT "status", "customer_id", pg_catalog.sum("total") FROM "ws"."orders" GROUP BY CUBE (("status"), ("customer_id", "id"))"#,
    ),
    (
        "SELECT id FROM orders ORDER BY total DESC OFFSET 1 ROWS FETCH NEXT 2 ROWS WITH TIES",
        r#"SELECT "id" FROM "ws"."orders" ORDER BY "total" DESC OFFSET 1 ROWS FETCH FIRST 2 ROWS WITH TIES"#,
    ),
    (
        "SELECT * FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id) AND NOT EXISTS (SELECT FROM events)",
        r#"SELECT * FROM "ws"."customers" AS "c" WHERE EXISTS (SELECT 1 FROM "ws"."orders" AS "o" WHERE "o"."customer_id" = "c"."id") AND NOT EXISTS (SELECT FROM "ws"."events")"#,
    ),
    (
        "SELECT * FROM orders WHERE id = ANY(ARRAY[1, 2]) OR total > ALL (SELECT 5) OR id = SOME (SELECT id FROM customers)",
        r#"SELECT * FROM "ws"."orders" WHERE "id" = ANY (ARRAY[1, 2]) OR "total" > ALL (SELECT 5) OR "id" = SOME (SELECT "id" FROM "ws"."customers")"#,
    ),
    (
        "SELECT CASE WHEN total > 100 THEN 'big' WHEN total IS NULL THEN 'none' ELSE 'small' END FROM orders",
        r#"SELECT CASE WHEN "total" > 100 THEN 'big' WHEN "total" IS NULL THEN 'none' ELSE 'small' END FROM "ws"."orders""#,
    ),
    (
        r"SELECT * FROM customers WHERE name LIKE 'A%' OR name ILIKE '%b%' OR name NOT LIKE 'c\_%' ESCAPE '\'",
        r#"SELECT * FROM "ws"."customers" WHERE "name" LIKE 'A%' OR "name" ILIKE '%b%' OR "name" NOT LIKE E'c\\_%' ESCAPE E'\\'"#,
    ),
    (
        "SELECT total::int, total::numeric(10, 2), CAST(id AS text), id::varchar(20), '1'::double precision FROM orders",
        r#"SELECT "total"::integer, "total"::numeric(10, 2), CAST("id" AS text), "id"::varchar(20), '1'::double precision FROM "ws"."orders""#,
    ),
    (
        "SELECT '2024-01-01'::date, '2024-01-01'::timestamp, '2024-01-01 10:00+00'::timestamptz AT TIME ZONE 'UTC', '1 day'::interval",
        "SELECT '2024-01-01'::date, '2024-01-01'::timestamp, '2024-01-01 10:00+00'::timestamp with time zone AT TIME ZONE 'UTC', '1 day'::interval",
    ),
    (
        "SELECT date_trunc('month', created_at) AS month, sum(total) FROM orders GROUP BY 1 ORDER BY 1",
        r#"SELECT pg_catalog.date_trunc('month', "created_at") AS "month", pg_catalog.sum("total") FROM "ws"."orders" GROUP BY 1 ORDER BY 1"#,
    ),
    (
        "SELECT DATE '2024-01-31' + INTERVAL '1 month', TIMESTAMP '2024-01-01 00:00:00', INTERVAL '1' DAY, INTERVAL '1-2' YEAR TO MONTH",
        "SELECT CAST('2024-01-31' AS date) + INTERVAL '1 month', CAST('2024-01-01 00:00:00' AS timestamp), INTERVAL '1' DAY, INTERVAL '1-2' YEAR TO MONTH",
    ),
    (
        "SELECT POSITION('b' IN 'abc'), SUBSTRING('abcdef' FROM 2 FOR 3), SUBSTRING('abc', 2), substr('abcdef', 2, 2), OVERLAY('abcdef' PLACING 'XX' FROM 2 FOR 3)",
        r#"SELECT POSITION('b' IN 'abc'), SUBSTRING('abcdef' FROM 2 FOR 3), SUBSTRING('abc', 2), pg_catalog."substr"('abcdef', 2, 2), OVERLAY('abcdef' PLACING 'XX' FROM 2 FOR 3)"#,
    ),
    (
        "SELECT TRIM(name), TRIM(BOTH 'x' FROM name), TRIM(TRAILING 'y' FROM name), btrim(name, 'a') FROM customers",
        r#"SELECT TRIM("name"), TRIM(BOTH 'x' FROM "name"), TRIM(TRAILING 'y' FROM "name"), pg_catalog.btrim("name", 'a') FROM "ws"."customers""#,
    ),
    (
        "SELECT tags[1], tags[1:2], array_length(tags, 1), ARRAY[[1, 2], [3, 4]], (ARRAY[1, 2, 3])[2] FROM orders",
        r#"SELECT "tags"[1], "tags"[1 : 2], pg_catalog.array_length("tags", 1), ARRAY[[1, 2], [3, 4]], (ARRAY[1, 2, 3])[2] FROM "ws"."orders""#,
    ),
    (
        "SELECT ARRAY(SELECT id FROM customers ORDER BY id)",
        r#"SELECT ARRAY (SELECT "id" FROM "ws"."customers" ORDER BY "id")"#,
    ),
    (
        r#"SELECT data -> 'a', data ->> 'b', data #> '{a,b}', data #>> '{a,b}', data @> '{"a": 1}', data ? 'a', data ?| ARRAY['a'], data - 'a' FROM orders"#,
        r#"SELECT "data" -> 'a', "data" ->> 'b', "data" #> '{a,b}', "data" #>> '{a,b}', "data" @> '{"a": 1}', "data" ? 'a', "data" ?| ARRAY['a'], "data" - 'a' FROM "ws"."orders""#,
    ),
    (
        "SELECT name || ' (' || country || ')', concat_ws(', ', name, country), concat(name, 1) FROM customers",
        r#"SELECT "name" || ' (' || "country" || ')', pg_catalog.concat_ws(', ', "name", "country"), pg_catalog.concat("name", 1) FROM "ws"."customers""#,
    ),
    (
        "SELECT o.id, t FROM orders o, unnest(o.tags) AS t",
        r#"SELECT "o"."id", "t" FROM "ws"."orders" AS "o", pg_catalog.unnest("o"."tags") AS "t""#,
    ),
    (
        "SELECT e.value ->> 'sku' FROM events, jsonb_array_elements(payload -> 'items') AS e",
        r#"SELECT "e"."value" ->> 'sku' FROM "ws"."events", pg_catalog.jsonb_array_elements("payload" -> 'items') AS "e""#,
    ),
    (
        r"SELECT word FROM regexp_split_to_table('a b c', '\s+') AS word",
        r#"SELECT "word" FROM pg_catalog.regexp_split_to_table('a b c', E'\\s+') AS "word""#,
    ),
    (
        "SELECT string_agg(DISTINCT name, ', ' ORDER BY name) FROM customers",
        r#"SELECT pg_catalog.string_agg(DISTINCT "name", ', ' ORDER BY "name") FROM "ws"."customers""#,
    ),
    (
        "SELECT array_agg(id ORDER BY total DESC NULLS LAST), json_agg(o.*) FROM orders o",
        r#"SELECT pg_catalog.array_agg("id" ORDER BY "total" DESC NULLS LAST), pg_catalog.json_agg("o".*) FROM "ws"."orders" AS "o""#,
    ),
    (
        "SELECT round(avg(total), 2), ceil(1.2), FLOOR(2.7), abs(-3), mod(7, 3), power(2, 10), width_bucket(total, 0, 100, 10) FROM orders",
        r#"SELECT pg_catalog.round(pg_catalog.avg("total"), 2), pg_catalog."ceil"(1.2), pg_catalog."floor"(2.7), pg_catalog.abs(- 3), pg_catalog.mod(7, 3), pg_catalog.power(2, 10), pg_catalog.width_bucket("total", 0, 100, 10) FROM "ws"."orders""#,
    ),
    (
        "SELECT id FROM orders INTERSECT SELECT id FROM customers EXCEPT ALL SELECT 99",
        r#"SELECT "id" FROM "ws"."orders" INTERSECT SELECT "id" FROM "ws"."customers" EXCEPT ALL SELECT 99"#,
    ),
    (
        "SELECT v.a FROM (VALUES (1), (2)) AS v(a)",
        r#"SELECT "v"."a" FROM (VALUES (1), (2)) AS "v" ("a")"#,
    ),
    (
        "SELECT NOT true, NULL IS NULL, 1 IS DISTINCT FROM 2, true IS NOT FALSE, NULL IS NOT DISTINCT FROM NULL",
        "SELECT NOT TRUE, NULL IS NULL, 1 IS DISTINCT FROM 2, TRUE IS NOT FALSE, NULL IS NOT DISTINCT FROM NULL",
    ),
    (
        r#"SELECT name FROM customers ORDER BY name COLLATE "C" DESC"#,
        r#"SELECT "name" FROM "ws"."customers" ORDER BY "name" COLLATE pg_catalog."C" DESC"#,
    ),
    (
        "SELECT (SELECT max(total) FROM orders) - (SELECT min(total) FROM orders) AS spread",
        r#"SELECT (SELECT pg_catalog.max("total") FROM "ws"."orders") - (SELECT pg_catalog.min("total") FROM "ws"."orders") AS "spread""#,
    ),
    (
        "SELECT make_interval(days => 10), make_date(2024, 1, 31), age('2024-01-02'::timestamp, '2024-01-01'::timestamp)",
        r#"SELECT pg_catalog.make_interval("days" => 10), pg_catalog.make_date(2024, 1, 31), pg_catalog.age('2024-01-02'::timestamp, '2024-01-01'::timestamp)"#,
    ),
    (
        "SELECT ws.orders.id, orders.total, orders.* FROM ws.orders",
        r#"SELECT "ws"."orders"."id", "orders"."total", "orders".* FROM "ws"."orders""#,
    ),
    (
        "SELECT to_tsvector('english', name) @@ plainto_tsquery('english', 'anna') FROM customers",
        r#"SELECT pg_catalog.to_tsvector('english', "name") @@ pg_catalog.plainto_tsquery('english', 'anna') FROM "ws"."customers""#,
    ),
    (
        "SELECT x FROM loose -- a comment; DROP TABLE orders",
        r#"SELECT "x" FROM "loose""#,
    ),
    (
        "SELECT pg_catalog.lower(name) FROM customers",
        r#"SELECT pg_catalog.lower("name") FROM "ws"."customers""#,
    ),
    (
        "SELECT t0.id FROM orders t0 JOIN customers t1 JOIN events t2 ON t1.id = t2.id ON t0.id = t1.id",
        r#"SELECT "t0"."id" FROM "ws"."orders" AS "t0" JOIN ("ws"."customers" AS "t1" JOIN "ws"."events" AS "t2" ON "t1"."id" = "t2"."id") ON "t0"."id" = "t1"."id""#,
    ),
];
