//! The tables and parameters of the statements in these tests.

use crate::sql::check::check;
use crate::sql::checked::Checked;
use crate::sql::parameters::{Parameter, ParameterType};
use crate::sql::refusal::Refusal;
use crate::sql::relations::Relations;

/// The tables of the statements in these tests.
pub fn relations() -> Relations {
    Relations::new(&[
        (Some("ws"), "orders"),
        (Some("ws"), "customers"),
        (Some("ws"), "events"),
        (Some("ws"), "Mixed Case"),
        (None, "loose"),
        (Some("a"), "twice"),
        (Some("b"), "twice"),
        // Dropped: nothing may declare these.
        (Some("pg_catalog"), "pg_authid"),
        (Some("information_schema"), "tables"),
        (None, "pg_shadow"),
    ])
}

pub fn parameters() -> Vec<Parameter> {
    [
        ("name", ParameterType::Text),
        ("min", ParameterType::Number),
        ("flag", ParameterType::Boolean),
        ("day", ParameterType::Date),
        ("since", ParameterType::Timestamp),
    ]
    .map(|(name, kind)| Parameter { name: name.to_owned(), kind })
    .into()
}

pub fn checked(sql: &str) -> Result<Checked, Refusal> {
    check(sql, &relations(), &parameters())
}

/// What the gate writes for what it wrote, with the parameters by name again.
pub fn again(first: &Checked) -> Result<Checked, Refusal> {
    let mut sql = first.sql.clone();
    for (index, name) in first.parameters.iter().enumerate() {
        let kind = parameters().iter().find(|parameter| parameter.name == *name).unwrap().kind.as_sql();
        sql = sql.replace(&format!("CAST(${} AS {kind})", index + 1), &format!("${name}"));
    }
    checked(&sql)
}
