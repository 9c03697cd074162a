//! What is wanted of a file and what was found in it, put together.

use super::model::Plan;
use crate::tabular::column::Column;

/// The columns as they are to be: found, renamed, of another type.
///
/// # Errors
/// A sentence for a person.
pub fn planned(found: &[Column], plan: &Plan) -> Result<Vec<Column>, String> {
    let mut columns = found.to_vec();
    for change in &plan.columns {
        let Some(place) = found.iter().position(|column| column.name == change.name) else {
            return Err(format!("There is no column {} in this file.", change.name));
        };
        let Some(column) = columns.get_mut(place) else { continue };
        if let Some(name) = &change.rename {
            column.name.clone_from(name);
        }
        if let Some(kind) = change.kind {
            column.kind = kind;
            column.note = None;
        }
    }
    for (place, column) in columns.iter().enumerate() {
        if columns.iter().take(place).any(|other| other.name == column.name) {
            return Err(format!("Two columns would be called {}.", column.name));
        }
    }
    Ok(columns)
}

/// The columns of a file in the order and under the types of a table that it is added to.
///
/// # Errors
/// A sentence for a person, when they are not the same.
pub fn fitted(columns: &[Column], table: &[Column]) -> Result<Vec<Column>, String> {
    let listed = |names: &mut dyn Iterator<Item = &Column>| {
        let names: Vec<&str> = names.map(|column| column.name.as_str()).collect();
        names.join(", ")
    };
    let is_in = |one: &Column, others: &[Column]| others.iter().any(|other| other.name == one.name);
    let surplus = listed(&mut columns.iter().filter(|column| !is_in(column, table)));
    let lacking = listed(&mut table.iter().filter(|column| !is_in(column, columns)));
    match (surplus.is_empty(), lacking.is_empty()) {
        (true, true) => {}
        (false, true) => return Err(format!("The table has no column {surplus}.")),
        (true, false) => return Err(format!("The file has no column {lacking}, which the table has.")),
        (false, false) => {
            return Err(format!("The table has no column {surplus}, and the file has no column {lacking}."));
        }
    }
    let of_table = |column: &Column| table.iter().find(|other| other.name == column.name);
    Ok(columns
        .iter()
        .map(|column| match of_table(column) {
            Some(known) => Column { kind: known.kind, unit: column.unit.or(known.unit), ..column.clone() },
            None => column.clone(),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::data::uploads::model::ColumnChange;
    use crate::tabular::column::ColumnType;

    fn column(name: &str, kind: ColumnType) -> Column {
        Column { name: name.into(), header: name.into(), kind, unit: None, note: None }
    }

    #[test]
    fn columns_are_renamed_and_of_another_type() {
        let found = [column("a", ColumnType::Integer), column("b", ColumnType::Text)];
        let change = |name: &str, rename: Option<&str>, kind| ColumnChange {
            name: name.into(),
            rename: rename.map(Into::into),
            kind,
        };
        let plan = |columns| Plan { columns, ..Plan::default() };
        let swapped = plan(vec![change("a", Some("b"), Some(ColumnType::Text)), change("b", Some("a"), None)]);
        let expected = [
            Column { header: "a".into(), ..column("b", ColumnType::Text) },
            Column { header: "b".into(), ..column("a", ColumnType::Text) },
        ];
        assert_eq!(planned(&found, &swapped).unwrap(), expected);
        assert_eq!(
            planned(&found, &plan(vec![change("c", None, None)])).unwrap_err(),
            "There is no column c in this file."
        );
        assert_eq!(
            planned(&found, &plan(vec![change("a", Some("b"), None)])).unwrap_err(),
            "Two columns would be called b."
        );
    }

    #[test]
    fn what_is_added_fits_the_table() {
        let table = [column("a", ColumnType::Decimal), column("b", ColumnType::Text)];
        let file = [column("b", ColumnType::Integer), column("a", ColumnType::Integer)];
        let expected = [column("b", ColumnType::Text), column("a", ColumnType::Decimal)];
        assert_eq!(fitted(&file, &table).unwrap(), expected, "in the order of the file, of the types of the table");
        let other = [column("a", ColumnType::Integer), column("c", ColumnType::Text)];
        assert_eq!(fitted(&other, &table).unwrap_err(), "The table has no column c, and the file has no column b.");
    }
}
