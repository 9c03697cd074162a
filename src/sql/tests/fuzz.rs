//! Random text: nothing panics, and what passes is one statement that passes again as it is.

use proptest::prelude::*;
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::{Token, Tokenizer};

use super::given::{again, checked};

/// Pieces of SQL, honest and hostile.
const PIECES: &[&str] = &[
    "SELECT",
    "SELECT 1",
    "SELECT * FROM orders",
    "FROM",
    "orders",
    "ws.orders",
    "orders o",
    "pg_class",
    "pg_sleep(1)",
    "WITH x AS (SELECT 1)",
    "WITH RECURSIVE",
    "x",
    "AS",
    "(",
    ")",
    "(",
    ")",
    ",",
    ".",
    ";",
    "::",
    "int",
    "text",
    "[",
    "]",
    "ARRAY",
    "1",
    "2.5",
    "'a'",
    "'",
    "\"",
    "\"a\"",
    "E'\\''",
    "$$a$$",
    "$name",
    "$1",
    "$",
    "--",
    "/*",
    "*/",
    "\n",
    "+",
    "-",
    "*",
    "/",
    "||",
    "->",
    "->>",
    "=",
    "<>",
    "AND",
    "OR",
    "NOT",
    "NULL",
    "IS",
    "IN",
    "LIKE",
    "BETWEEN",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "CAST(",
    "EXTRACT(year FROM",
    "count(*)",
    "sum(",
    "OVER (",
    "PARTITION BY",
    "ORDER BY",
    "GROUP BY",
    "HAVING",
    "WHERE",
    "LIMIT",
    "OFFSET",
    "FETCH FIRST",
    "ROWS",
    "ONLY",
    "UNION",
    "ALL",
    "INTERSECT",
    "EXCEPT",
    "VALUES",
    "JOIN",
    "LEFT JOIN",
    "ON",
    "USING",
    "NATURAL",
    "LATERAL",
    "generate_series(1, 2)",
    "g",
    "g.pg_sleep",
    "unnest(",
    "INTO",
    "FOR UPDATE",
    "DELETE FROM orders",
    "DROP TABLE orders",
    "COPY",
    "U&'",
    "N'a'",
    "INTERVAL '1 day'",
    "DATE '2024-01-01'",
    "EXISTS",
    "ANY",
    "ROLLUP",
    "DISTINCT",
    "FILTER (WHERE",
    "true",
    "AT TIME ZONE",
    "COLLATE \"C\"",
    "\u{e9}",
    "\u{a0}",
    "TABLE",
];

const FORBIDDEN: &[&str] = &[
    "INTO", "UPDATE", "DELETE", "INSERT", "DROP", "COPY", "SHARE", "CREATE", "ALTER", "GRANT", "CALL", "DO", "EXPLAIN",
    "EXECUTE", "SET", "SHOW", "LOCK", "MERGE", "TRUNCATE",
];

fn looks_at(sql: &str) {
    let Ok(first) = checked(sql) else { return };
    let tokens = Tokenizer::new(&PostgreSqlDialect {}, &first.sql).tokenize().unwrap();
    for token in &tokens {
        match token {
            Token::Word(word) if word.quote_style.is_none() => {
                let upper = word.value.to_ascii_uppercase();
                assert!(!FORBIDDEN.contains(&upper.as_str()), "{sql:?} gave {:?}", first.sql);
                assert!(upper == "PG_CATALOG" || !upper.starts_with("PG_"), "{sql:?} gave {:?}", first.sql);
            }
            Token::SemiColon => panic!("{sql:?} gave {:?}", first.sql),
            Token::Whitespace(space) => {
                assert_eq!(space.to_string(), " ", "{sql:?} gave {:?}", first.sql);
            }
            _ => {}
        }
    }
    let second = again(&first).unwrap_or_else(|refusal| panic!("{sql:?} gave {:?}: {refusal}", first.sql));
    assert_eq!(second, first, "{sql:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        looks_at(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn text_in_a_query_does_not_panic(text in "\\PC{0,60}") {
        looks_at(&format!("SELECT {text}"));
        looks_at(&format!("SELECT '{text}'"));
        looks_at(&format!("SELECT \"{text}\" FROM orders"));
    }

    #[test]
    fn soups_do_not_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..30)) {
        looks_at(&pieces.join(" "));
        looks_at(&format!("SELECT {}", pieces.join(" ")));
        looks_at(&format!("SELECT {} FROM orders", pieces.concat()));
    }

    #[test]
    fn short_soups_do_not_panic(pieces in prop::collection::vec(prop::sample::select(PIECES), 1..6)) {
        looks_at(&format!("SELECT {}", pieces.join(" ")));
        looks_at(&format!("SELECT {} FROM orders", pieces.join(" ")));
        looks_at(&format!("SELECT 1 FROM {}", pieces.join(" ")));
        looks_at(&format!("SELECT 1 FROM orders WHERE {}", pieces.join(" ")));
    }

    /// Honest statements with one piece put in or taken out.
    #[test]
    fn damaged_honest_statements_do_not_panic(
        index in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        cut in 0_usize..4,
        piece in prop::sample::select(PIECES),
    ) {
        let honest = *index.get(super::accepted::ACCEPTED);
        let chars: Vec<char> = honest.chars().collect();
        let at = at.index(chars.len());
        let before: String = chars[..at].iter().collect();
        let after: String = chars[(at + cut).min(chars.len())..].iter().collect();
        looks_at(&format!("{before} {piece} {after}"));
        looks_at(&format!("{before}{after}"));
    }
}
