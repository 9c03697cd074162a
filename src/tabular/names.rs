//! Names of tables and columns in SQL, from those that files give.
//!
//! A name needs no quotes: letters of any script, digits and underscores, in lower case, and no word that Postgres keeps for itself. So
//! what people and models write without quotes is found.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization as _;

/// Bytes of a name: Postgres takes 63, and a number may have to go behind it.
const BYTES_MAX: usize = 59;

/// What Postgres 15 to 18 reserve, or read as something else than a column at some places (its manual, appendix C), and the
/// columns that every table has. What is a column wherever one may stand is not here, such as `day` or `time`.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "ctid",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "national",
    "natural",
    "nchar",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "system_user",
    "table",
    "tableoid",
    "tablesample",
    "then",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmax",
    "xmin",
];

/// The name of a column with this header, at this place from 0.
#[must_use]
pub fn column(header: &str, place: usize) -> String {
    named(header).unwrap_or_else(|| format!("column_{}", place + 1))
}

/// The name of a table from that of its file, without its extension.
#[must_use]
pub fn table(filename: &str) -> String {
    let stem = filename.rsplit_once('.').map_or(filename, |(stem, _)| stem);
    named(stem).unwrap_or_else(|| "data".to_owned())
}

/// Whether somebody may choose this name.
#[must_use]
pub fn is_name(name: &str) -> bool {
    named(name).is_some_and(|same| same == name)
}

/// The names, each other than those before it, in any case.
#[must_use]
pub fn distinct(names: Vec<String>) -> Vec<String> {
    let mut taken = HashSet::new();
    // What is there as it is keeps its name, wherever it stands.
    let whole: HashSet<String> = names.iter().cloned().collect();
    let mut distinct = Vec::with_capacity(names.len());
    for name in names {
        let mut free = name.clone();
        let mut number = 2;
        while taken.contains(&free) || (free != name && whole.contains(&free)) {
            free = format!("{name}_{number}");
            number += 1;
        }
        taken.insert(free.clone());
        distinct.push(free);
    }
    distinct
}

/// `None` for what has no letter and no digit.
fn named(text: &str) -> Option<String> {
    let mut name = String::new();
    // A mark that is set apart belongs to its letter.
    for char in text.nfkc().flat_map(char::to_lowercase).nfc() {
        let is_word = char.is_alphanumeric();
        if is_word && name.len() + char.len_utf8() <= BYTES_MAX {
            name.push(char);
        } else if is_word {
            break;
        } else if !name.is_empty()
            && !name.ends_with('_')
            && !matches!(char, '\'' | '\u{2019}')
            && name.len() < BYTES_MAX
        {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_');
    let first = name.chars().next()?;
    if !first.is_alphabetic() {
        return Some(format!("_{name}"));
    }
    if RESERVED.contains(&name) { Some(format!("{name}_")) } else { Some(name.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_need_no_quotes() {
        let is = |header: &str, name: &str| assert_eq!(column(header, 6), name, "{header}");
        is("Order Date", "order_date");
        is("  Net revenue (EUR) ", "net_revenue_eur");
        is("Größe", "größe");
        is("O\u{308}l", "öl");
        is("売上高", "売上高");
        is("2024", "_2024");
        is("Order", "order_");
        is("user", "user_");
        is("Day", "day");
        is("Time", "time");
        is("Customer's name", "customers_name");
        is("", "column_7");
        is("***", "column_7");
        is("a\"; DROP TABLE x; --", "a_drop_table_x");
        assert_eq!(table("Sales 2024 (final).csv"), "sales_2024_final");
        assert_eq!(table(".csv"), "data");
    }

    #[test]
    fn names_are_short_and_stay_what_they_are() {
        for header in ["x".repeat(300), "é".repeat(100), "a b".repeat(40), "9".repeat(100), "_".repeat(5)] {
            let name = column(&header, 0);
            assert!(name.len() <= 63 && !name.is_empty(), "{name}");
            assert!(RESERVED.iter().all(|word| *word != name));
        }
        assert!(is_name("order_date") && is_name("größe"));
        for name in ["Order", "order", "a b", "", "a\"b", "1a"] {
            assert!(!is_name(name), "{name}");
        }
        assert!(RESERVED.is_sorted());
    }

    #[test]
    fn names_are_told_apart() {
        let names = |names: &[&str]| distinct(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(names(&["a", "a", "a_2", "a"]), ["a", "a_3", "a_2", "a_4"]);
        assert_eq!(names(&["x", "y"]), ["x", "y"]);
    }
}
