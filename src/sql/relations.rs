//! What may be read.

use std::collections::BTreeSet;

/// A table or view.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Relation {
    /// None: whatever `search_path` finds first.
    pub schema: Option<String>,
    pub table: String,
}

/// The tables and views that a statement may read. Give schemas wherever they are known: a name that was declared
/// without one is also written without one, and then `search_path` decides.
#[derive(Debug, Clone, Default)]
pub struct Relations {
    declared: BTreeSet<Relation>,
    /// Whose table a name without a schema means that several have.
    first: Option<String>,
}

/// What a name means.
pub(super) enum Found<'a> {
    One(&'a Relation),
    /// In more than one declared schema.
    Several,
    /// Not declared; there is one whose name differs in case only.
    Misspelt(&'a Relation),
    None,
}

impl Relations {
    /// Names as the catalogue has them: exactly, without quotes. Those that can only be of the catalogue itself are
    /// dropped, as nothing may make them readable.
    #[must_use]
    pub fn new<S: AsRef<str>>(declared: &[(Option<S>, S)]) -> Self {
        let declared = declared
            .iter()
            .map(|(schema, table)| Relation {
                schema: schema.as_ref().map(|schema| schema.as_ref().to_owned()),
                table: table.as_ref().to_owned(),
            })
            .filter(|relation| match &relation.schema {
                Some(schema) => !is_of_the_system(schema) && schema != "information_schema",
                // `pg_catalog` is searched first, and everything in it begins so.
                None => !is_of_the_system(&relation.table),
            })
            .collect();
        Self { declared, first: None }
    }

    /// Lets a name without a schema mean the table of this one, where several have a table of that name.
    #[must_use]
    pub fn first_in(self, schema: &str) -> Self {
        Self { first: Some(schema.to_owned()), ..self }
    }

    pub(super) fn find(&self, schema: Option<&str>, table: &str) -> Found<'_> {
        let fits = |relation: &&Relation| schema.is_none() || relation.schema.as_deref() == schema;
        let mut same = self.declared.iter().filter(fits).filter(|relation| relation.table == table);
        match (same.next(), same.next()) {
            (Some(one), None) => Found::One(one),
            // The one without a schema sorts first, and that is what was written.
            (Some(one), Some(_)) if one.schema.is_none() => Found::One(one),
            (Some(_), Some(_)) => {
                let mut same = self.declared.iter().filter(fits).filter(|relation| relation.table == table);
                let first = self.first.as_deref();
                same.find(|relation| first.is_some() && relation.schema.as_deref() == first)
                    .map_or(Found::Several, Found::One)
            }
            (None, _) => self
                .declared
                .iter()
                .filter(fits)
                .find(|relation| relation.table.eq_ignore_ascii_case(table))
                .map_or(Found::None, Found::Misspelt),
        }
    }
}

/// Whether Postgres keeps the name for itself.
pub(super) fn is_of_the_system(name: &str) -> bool {
    name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("pg_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_several_have_is_that_of_the_first() {
        let declared = [(Some("public"), "orders"), (Some("archive"), "orders"), (Some("archive"), "old")];
        let found = |relations: &Relations, schema: Option<&str>, table: &str| match relations.find(schema, table) {
            Found::One(relation) => relation.schema.clone().unwrap(),
            Found::Several => "several".to_owned(),
            Found::Misspelt(_) | Found::None => "none".to_owned(),
        };
        let plain = Relations::new(&declared);
        assert_eq!(found(&plain, None, "orders"), "several");
        let ordered = plain.clone().first_in("public");
        assert_eq!(found(&ordered, None, "orders"), "public");
        assert_eq!(found(&ordered, Some("archive"), "orders"), "archive");
        assert_eq!(found(&ordered, None, "old"), "archive");
        assert_eq!(found(&plain.first_in("elsewhere"), None, "orders"), "several");
    }
}
