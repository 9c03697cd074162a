//! Columns of one name, told apart where a format wants names to differ.

use std::collections::HashSet;

use crate::warehouse::cells::CellColumn;

/// A name for each column: its own, and `name_2`, `name_3` … for those that have it after the first, past names that other columns have.
#[must_use]
pub fn unique(columns: &[CellColumn]) -> Vec<String> {
    let own: HashSet<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut given: HashSet<String> = HashSet::with_capacity(columns.len());
    let mut unique = Vec::with_capacity(columns.len());
    for column in columns {
        let mut name = column.name.clone();
        let mut number = 2_u64;
        while given.contains(&name) || (number > 2 && own.contains(name.as_str())) {
            name = format!("{}_{number}", column.name);
            number += 1;
        }
        given.insert(name.clone());
        unique.push(name);
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::warehouse::cells::CellType;

    #[test]
    fn columns_of_one_name_are_numbered_past_those_that_are_called_so() {
        let columns: Vec<CellColumn> = ["a", "a", "b", "a_2", "a", "a_2", ""]
            .map(|name| CellColumn { name: name.to_owned(), kind: CellType::Text })
            .into();
        assert_eq!(unique(&columns), ["a", "a_3", "b", "a_2", "a_4", "a_2_2", ""]);
    }
}
