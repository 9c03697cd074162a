//! Shapes that are deep, long or slow: on a thread with 2 MiB of stack, in a debug build, in bounded time.

use std::time::{Duration, Instant};

use super::given::{again, checked};

/// Checks on a small stack. An overflow ends the process, and with it the test.
fn on_small_stack(sql: String) -> (Option<&'static str>, Duration) {
    std::thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(move || {
            let begun = Instant::now();
            let result = checked(&sql);
            // What is written is longer than what was read, so it may be too long to be read.
            if let Ok(first) = result.as_ref()
                && first.sql.chars().count() <= 20_000
            {
                assert!(again(first).is_ok_and(|again| again.sql == first.sql));
            }
            (result.err().map(|refusal| refusal.code.as_str()), begun.elapsed())
        })
        .unwrap()
        .join()
        .unwrap()
}

/// As many as the number of tokens and the length allow.
fn chain(start: &str, link: &str, end: &str) -> String {
    let tokens = link.split(' ').filter(|word| !word.is_empty()).count();
    let count = (4_900 / tokens).min((19_000 - start.len() - end.len()) / link.len());
    format!("{start}{}{end}", link.repeat(count))
}

#[test]
fn long_chains_pass() {
    for (start, link, end) in [
        ("SELECT 1", "+ 1 ", ""),
        ("SELECT 1 WHERE true", " AND a", ""),
        ("SELECT 1 WHERE true", " OR a = b", ""),
        ("SELECT a", " :: int", ""),
        ("SELECT a", " || 'b'", ""),
        ("SELECT a", " IS NULL", ""),
        ("SELECT a", " BETWEEN 1 AND 2", ""),
        ("SELECT a", " AT TIME ZONE 'x'", ""),
        ("SELECT a", " -> 'b'", ""),
        ("SELECT 1", " , 1", ""),
        ("SELECT 1", " UNION SELECT 1", ""),
        ("SELECT 1 FROM orders", " , orders", ""),
        ("SELECT CASE", " WHEN a THEN b", " END"),
        ("SELECT a IN ( 1", " , 1", ")"),
        ("SELECT a", " [ 1 ]", ""),
    ] {
        let sql = chain(start, link, end);
        let (refused, time) = on_small_stack(sql);
        assert_eq!(refused, None, "{link}");
        assert!(time < Duration::from_secs(5), "{link}: {time:?}");
    }
}

#[test]
fn deep_and_long_shapes_are_refused_at_once() {
    for (start, link, end) in [
        ("SELECT ", "( ", "1"),
        ("SELECT ", "NOT ", "true"),
        ("SELECT ", "- ", "1"),
        ("SELECT ", "~ ", "1"),
        ("SELECT ", "@ ", "1"),
        ("SELECT ", "+ - ", "1"),
        ("SELECT ", "( SELECT ", "1"),
        ("SELECT ", "ARRAY [ ", "1"),
        ("SELECT ARRAY ", "[ ", "1"),
        ("SELECT ", "CASE WHEN ", "1"),
        ("SELECT ", "CASE ", "1"),
        ("SELECT ", "CASE WHEN a THEN b ELSE ", "1"),
        ("SELECT ", "lower( ", "1"),
        ("SELECT ", "cast( ", "1"),
        ("SELECT ", "EXISTS ( ", "1"),
        ("SELECT ", "COALESCE ( ", "1"),
        ("SELECT ", "EXTRACT ( year FROM ", "1"),
        ("SELECT ", "POSITION ( ", "1"),
        ("SELECT ", "TRIM ( BOTH ", "1"),
        ("SELECT ", "SUBSTRING ( ", "1"),
        ("SELECT ", "INTERVAL ", "1"),
        ("SELECT ", "IF ( ", "1"),
        ("SELECT ", "case - ", "1"),
        ("SELECT a", " . ( ", "1"),
        ("SELECT a", " . b (", "1"),
        ("SELECT a", " [ b", "1"),
        ("SELECT a ", "= ANY ( a ", "1"),
        ("SELECT a ", "IN ( a ", "1"),
        ("SELECT a ", "IN ( SELECT a ", "1"),
        ("SELECT a ", "BETWEEN a ", "1"),
        ("SELECT a ", "LIKE ", "1"),
        ("SELECT a ::", "int [ ] ", ""),
        ("SELECT a :: int", " [ ]", ""),
        ("SELECT CAST ( a AS ", "ARRAY < ", "int"),
        ("SELECT CAST ( a AS ", "Nullable ( ", "int"),
        ("SELECT CAST ( a AS ", "STRUCT < a ", "int"),
        ("SELECT * FROM ", "( ", "orders"),
        ("SELECT * FROM ", "( SELECT * FROM ", "orders"),
        ("SELECT * FROM ", "( orders JOIN ", "orders"),
        ("SELECT * FROM orders", " JOIN orders", ""),
        ("SELECT * FROM orders ", "CROSS JOIN LATERAL ( ", "orders"),
        ("", "( ", "SELECT 1"),
        ("", "( SELECT 1 UNION ", "SELECT 1"),
        ("SELECT 1 ", "UNION ( SELECT 1 ", ""),
        ("", "WITH a AS ( ", "SELECT 1"),
        ("", "WITH a AS ( SELECT 1 ) ", "SELECT 1"),
        ("VALUES ", "( ", "1"),
        ("SELECT 1 ORDER BY ", "( ", "1"),
        ("SELECT 1 LIMIT ", "( ", "1"),
        ("SELECT 1 GROUP BY ", "ROLLUP ( ", "1"),
        ("SELECT 1 GROUP BY ", "GROUPING SETS ( ", "1"),
        ("SELECT ", "sum( 1 ) OVER ( ORDER BY ", "1"),
        ("SELECT ", "sum( 1 ) FILTER ( WHERE ", "1"),
        ("SELECT ", "$$ ", ""),
        ("SELECT ", "/* ", ""),
        ("SELECT 1", " ; SELECT 1", ""),
        ("SELECT ", "{ ", "1"),
        ("SELECT ", "a -> ( ", "1"),
        ("SELECT ", "x -> ", "1 +"),
        ("SELECT ", "1 = ALL ( ", "1"),
        ("SELECT * FROM unnest( ", "ARRAY [ ", "1"),
        ("SELECT date ", "'1' date ", "("),
        ("SELECT * FROM orders", " NATURAL JOIN orders", ""),
        ("SELECT * FROM orders", " LEFT JOIN orders", " ON true"),
        ("SELECT * FROM JSON_TABLE ( '' , '' COLUMNS (", " NESTED PATH '' COLUMNS (", ""),
        ("SELECT * FROM orders", " PIVOT ( sum ( a ) FOR b IN (", ""),
        ("SELECT * FROM XMLTABLE ( ", "XMLTABLE ( ", ""),
        ("SELECT a", " COLLATE \"C\"", ""),
    ] {
        for repeats in [20, 45, 95, 200, usize::MAX] {
            let whole = chain(start, link, end);
            let most = (whole.len() - start.len() - end.len()) / link.len();
            let sql = format!("{start}{}{end}", link.repeat(repeats.min(most)));
            let (refused, time) = on_small_stack(sql);
            assert!(refused.is_some() || repeats < 101, "{start}{link}{end}");
            assert!(time < Duration::from_secs(5), "{start}{link}{end} x {repeats}: {time:?}");
        }
    }
}

#[test]
fn closed_nesting_passes_to_a_depth_that_people_write() {
    for (open, close) in [
        ("(", ")"),
        ("lower(", ")"),
        ("COALESCE(", ", 1)"),
        ("(SELECT ", ")"),
        ("CASE WHEN a THEN ", " END"),
        ("CAST(", " AS text)"),
    ] {
        let nested = |depth: usize| format!("SELECT {}1{}", open.repeat(depth), close.repeat(depth));
        assert_eq!(on_small_stack(nested(12)).0, None, "{open}");
        assert!(matches!(on_small_stack(nested(60)).0, Some("TOO_COMPLEX" | "UNREADABLE")), "{open}");
        // Anything may be said about what is far deeper, as long as it is said.
        assert!(on_small_stack(nested(1_500)).0.is_some(), "{open}");
    }
    let derived = |depth: usize| format!("{}SELECT 1{}", "SELECT * FROM (".repeat(depth), ") AS x".repeat(depth));
    assert_eq!(on_small_stack(derived(10)).0, None);
    assert_eq!(on_small_stack(derived(60)).0, Some("TOO_COMPLEX"));
}

#[test]
fn length_and_tokens_are_bounded() {
    let long = |count: usize| format!("SELECT '{}'", "é".repeat(count));
    assert_eq!(on_small_stack(long(19_991)).0, None);
    assert_eq!(on_small_stack(long(19_992)).0, Some("TOO_LONG"));
    assert_eq!(on_small_stack(format!("SELECT 1{}", "+1".repeat(5_000))).0, Some("TOO_COMPLEX"));
    assert_eq!(on_small_stack("(".repeat(5_000)).0, Some("EMPTY"));
    assert_eq!(on_small_stack("-".repeat(20_000)).0, Some("EMPTY"));
    assert_eq!(on_small_stack(format!("SELECT {}", "(".repeat(19_000))).0, Some("TOO_COMPLEX"));
}
