//! Parameters, order and limit.

use super::given::checked;

#[test]
fn parameters_are_numbered_by_first_use() {
    let got = checked("SELECT * FROM orders WHERE total > $min AND status = $name OR $min IS NULL").unwrap();
    assert_eq!(got.parameters, ["min", "name"]);
    assert_eq!(
        got.sql,
        "SELECT * FROM \"ws\".\"orders\" WHERE \"total\" > CAST($1 AS numeric) AND \"status\" = CAST($2 AS text) \
         OR CAST($1 AS numeric) IS NULL"
    );
    let got = checked("SELECT $since, $day, $flag").unwrap();
    assert_eq!(got.sql, "SELECT CAST($1 AS timestamptz), CAST($2 AS date), CAST($3 AS boolean)");
}

#[test]
fn dollars_that_are_no_parameters_stay_text() {
    let got = checked("SELECT $$ $name $$, '$name', $name$ $min $name$, a$name FROM orders").unwrap();
    assert_eq!(got.sql, "SELECT ' $name ', '$name', ' $min ', \"a$name\" FROM \"ws\".\"orders\"");
    assert!(got.parameters.is_empty());
    let got = checked("SELECT $name||$name, -$min").unwrap();
    assert_eq!(got.sql, "SELECT CAST($1 AS text) || CAST($1 AS text), - CAST($2 AS numeric)");
}

#[test]
fn order_and_limit_of_the_outermost_query_are_told() {
    for (sql, is_ordered, limit) in [
        ("SELECT 1", false, None),
        ("SELECT id FROM orders ORDER BY 1 LIMIT 7", true, Some(7)),
        ("(SELECT id FROM orders ORDER BY 1 LIMIT 7)", true, Some(7)),
        ("SELECT id FROM orders FETCH FIRST 3 ROWS ONLY", false, Some(3)),
        ("SELECT id FROM orders FETCH FIRST ROW ONLY", false, Some(1)),
        ("SELECT id FROM orders LIMIT 3 + 4", false, None),
        ("SELECT id FROM orders LIMIT ALL", false, None),
        ("SELECT id FROM orders LIMIT 1.5", false, None),
        ("SELECT id FROM orders LIMIT $min", false, None),
        ("SELECT * FROM (SELECT id FROM orders ORDER BY 1 LIMIT 7) x", false, None),
        ("(SELECT 1 ORDER BY 1 LIMIT 2) UNION (SELECT 2 ORDER BY 1 LIMIT 2)", false, None),
        ("SELECT count(*) OVER (ORDER BY id) FROM orders", false, None),
    ] {
        let got = checked(sql).unwrap();
        assert_eq!((got.is_ordered, got.limit), (is_ordered, limit), "{sql}");
    }
}

#[test]
fn strings_mean_the_same_whatever_the_server_is_set_to() {
    let got = checked(r"SELECT 'a\', 'it''s', E'\'', E'\\', E'a\nb'").unwrap();
    assert_eq!(got.sql, "SELECT E'a\\\\', 'it''s', '''', E'\\\\', 'a\nb'");
}
