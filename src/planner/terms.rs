//! The terms of a glossary that are SQL expressions.

use super::schema::Table;

/// Whether an expression is one, and over this table alone: its quotes and parentheses match, it holds no comment, and all of its names are columns,
/// functions or words of SQL. Whether it may be run is for the gate to say.
pub(super) fn fits(expression: &str, table: &Table) -> bool {
    let Some(tokens) = tokens(expression) else { return false };
    tokens.iter().enumerate().all(|(at, token)| match token {
        Token::Quoted(name) => table.columns.iter().any(|column| column.name == *name),
        Token::Name(name) => {
            let is_function = matches!(tokens.get(at + 1), Some(Token::Open));
            is_function
                || WORDS.contains(&name.as_str())
                || table.columns.iter().any(|column| column.name.eq_ignore_ascii_case(name))
        }
        Token::Open | Token::Other => true,
    })
}

/// Whether an expression gives one value for many rows.
pub(super) fn is_aggregate(expression: &str) -> bool {
    let tokens = tokens(expression).unwrap_or_default();
    tokens.iter().zip(tokens.iter().skip(1)).any(|pair| match pair {
        (Token::Name(name), Token::Open) => AGGREGATES.contains(&name.as_str()),
        _ => false,
    })
}

const AGGREGATES: &[&str] = &[
    "any_value",
    "array_agg",
    "avg",
    "bool_and",
    "bool_or",
    "corr",
    "count",
    "every",
    "max",
    "min",
    "mode",
    "percentile_cont",
    "percentile_disc",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "sum",
    "var_pop",
    "var_samp",
    "variance",
];

const WORDS: &[&str] = &[
    "and",
    "or",
    "not",
    "is",
    "null",
    "true",
    "false",
    "case",
    "when",
    "then",
    "else",
    "end",
    "in",
    "like",
    "ilike",
    "between",
    "distinct",
    "filter",
    "where",
    "within",
    "group",
    "order",
    "by",
    "asc",
    "desc",
    "numeric",
    "integer",
    "bigint",
    "text",
    "date",
    "double",
    "precision",
    "interval",
    "as",
    "extract",
    "from",
    "year",
    "month",
    "day",
];

enum Token {
    /// In small letters.
    Name(String),
    Quoted(String),
    Open,
    Other,
}

/// None for what is no expression whatever surrounds it.
fn tokens(expression: &str) -> Option<Vec<Token>> {
    let chars: Vec<char> = expression.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(&char) = chars.get(at) {
        let next = chars.get(at + 1).copied().unwrap_or(' ');
        match char {
            '\'' | '"' => {
                let end = (at + 1..chars.len()).find(|end| chars.get(*end) == Some(&char))?;
                let inner = chars.iter().skip(at + 1).take(end - at - 1).collect();
                tokens.push(if char == '"' { Token::Quoted(inner) } else { Token::Other });
                at = end;
            }
            '(' => {
                depth += 1;
                tokens.push(Token::Open);
            }
            ')' => {
                depth = depth.checked_sub(1)?;
                tokens.push(Token::Other);
            }
            // At the top it would be a second expression.
            ',' if depth == 0 => return None,
            ';' | '$' | '\\' | '@' => return None,
            '-' if next == '-' => return None,
            '/' if next == '*' => return None,
            char if char.is_alphabetic() || char == '_' => {
                let end = (at..chars.len())
                    .find(|end| chars.get(*end).is_none_or(|char| !char.is_alphanumeric() && *char != '_'));
                let end = end.unwrap_or(chars.len());
                tokens.push(Token::Name(chars.iter().skip(at).take(end - at).collect::<String>().to_lowercase()));
                at = end - 1;
            }
            char if char.is_whitespace() => {}
            _ => tokens.push(Token::Other),
        }
        at += 1;
    }
    (depth == 0 && !tokens.is_empty()).then_some(tokens)
}

#[cfg(test)]
mod tests {
    use super::super::schema::Column;
    use super::*;
    use crate::tabular::column::ColumnType;

    #[test]
    fn expressions_are_over_one_table() {
        let column = |name: &str| Column {
            name: name.to_owned(),
            header: String::new(),
            kind: ColumnType::Decimal,
            unit: None,
            description: None,
            samples: Vec::new(),
        };
        let columns = vec![column("net"), column("Odd Name")];
        let table = Table { name: "t".to_owned(), schema: None, description: None, row_count: 0, columns };
        for good in [
            "net",
            "net * 2",
            "sum(net) / nullif(count(*), 0)",
            "\"Odd Name\" - NET",
            "case when net > 1 then 'x)' end",
        ] {
            assert!(fits(good, &table), "{good}");
        }
        for bad in
            ["gross", "net) from t --", "net, net", "(net", "", "net; drop", "net /* x */", "'a", "(select gross)"]
        {
            assert!(!fits(bad, &table), "{bad}");
        }
        assert!(is_aggregate("100 * SUM (net)"));
        assert!(!is_aggregate("net + abs(net)"));
    }
}
