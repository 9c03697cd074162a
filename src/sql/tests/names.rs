//! Which table a name means.

use super::super::refusal::Code;
use super::super::relations::Relation;
use super::given::checked;

fn read(sql: &str) -> Vec<String> {
    checked(sql)
        .unwrap_or_else(|refusal| panic!("{sql}: {refusal}"))
        .relations
        .into_iter()
        .map(|Relation { schema, table }| schema.map_or_else(|| table.clone(), |schema| format!("{schema}.{table}")))
        .collect()
}

#[test]
fn ctes_hide_tables_inside_of_their_scope_only() {
    assert_eq!(read("WITH orders AS (SELECT 1) SELECT * FROM orders"), [] as [&str; 0]);
    assert_eq!(read("WITH orders AS (SELECT * FROM orders) SELECT * FROM orders"), ["ws.orders"]);
    assert_eq!(read("WITH orders AS (SELECT 1) SELECT * FROM ws.orders"), ["ws.orders"]);
    assert_eq!(read("WITH a AS (SELECT * FROM orders), orders AS (SELECT 1) SELECT * FROM a, orders"), ["ws.orders"]);
    assert_eq!(read("SELECT * FROM (WITH orders AS (SELECT 1) SELECT * FROM orders) x, orders"), ["ws.orders"]);
    assert_eq!(
        read("WITH x AS (SELECT 1) SELECT (SELECT count(*) FROM x) FROM events ORDER BY (SELECT 1 FROM x)"),
        ["ws.events"]
    );
    assert_eq!(read("WITH x AS (SELECT 1) (SELECT * FROM x) UNION SELECT * FROM x"), [] as [&str; 0]);
    assert_eq!(
        read("WITH RECURSIVE orders AS (SELECT 1 UNION ALL SELECT * FROM orders) TABLE orders"),
        [] as [&str; 0]
    );
    // With RECURSIVE, a name is visible in front of its definition too.
    assert_eq!(read("WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a"), [] as [&str; 0]);
}

#[test]
fn ctes_are_not_visible_outside() {
    for sql in [
        "SELECT * FROM (WITH x AS (SELECT 1) SELECT * FROM x) y, x",
        "WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a",
        "WITH a AS (SELECT * FROM a) SELECT * FROM a",
        "WITH a AS (WITH b AS (SELECT 1) SELECT * FROM b) SELECT * FROM b",
        "(WITH x AS (SELECT 1) SELECT * FROM x) UNION SELECT * FROM x",
        "WITH x AS (SELECT 1) SELECT * FROM ws.x",
        "WITH \"X\" AS (SELECT 1) SELECT * FROM X",
        "WITH x AS (SELECT 1) SELECT * FROM \"X\"",
        "SELECT (WITH x AS (SELECT 1) SELECT 1 FROM x), (SELECT 1 FROM x)",
        // An alias is not a table.
        "SELECT * FROM orders o, (SELECT * FROM o) x",
    ] {
        assert_eq!(checked(sql).unwrap_err().code, Code::RelationNotAllowed, "{sql}");
    }
}

#[test]
fn case_is_folded_as_in_postgres() {
    assert_eq!(read("SELECT * FROM ORDERS, Ws.Orders, \"orders\", \"ws\".\"orders\""), ["ws.orders"]);
    assert_eq!(read("SELECT * FROM \"Mixed Case\""), ["ws.Mixed Case"]);
    assert_eq!(read("WITH \"X\" AS (SELECT 1) SELECT * FROM \"X\""), [] as [&str; 0]);
    let refusal = checked("SELECT *\nFROM \"mixed case\"").unwrap_err();
    assert!(refusal.message.contains("write `\"Mixed Case\"`"), "{refusal}");
    assert_eq!((refusal.line, refusal.column), (Some(2), Some(6)));
}

#[test]
fn schemas_are_written_where_they_are_known() {
    assert_eq!(checked("SELECT * FROM orders, loose").unwrap().sql, "SELECT * FROM \"ws\".\"orders\", \"loose\"");
    assert_eq!(read("SELECT * FROM a.twice, b.twice"), ["a.twice", "b.twice"]);
    assert!(checked("SELECT * FROM twice").unwrap_err().message.contains("several schemas"));
}

#[test]
fn columns_of_table_functions_can_be_named() {
    for sql in [
        "SELECT g.g FROM generate_series(1, 2) g",
        "SELECT g.n FROM generate_series(1, 2) AS g(n)",
        "SELECT g.N FROM generate_series(1, 2) AS g(\"n\")",
        "SELECT generate_series.generate_series FROM generate_series(1, 2)",
        "SELECT e.value FROM jsonb_array_elements('[]') e",
        "SELECT e.item FROM jsonb_array_elements('[]') AS e(item)",
        "SELECT t.tag, t.n FROM unnest(ARRAY['a']) WITH ORDINALITY AS t(tag, n)",
        "SELECT t.ordinality FROM unnest(ARRAY['a']) WITH ORDINALITY AS t",
        "SELECT j.key FROM jsonb_each('{}') j",
        "SELECT o.total FROM orders o, generate_series(1, 2) g",
        "SELECT g.*, g FROM generate_series(1, 2) g",
    ] {
        read(sql);
    }
}
