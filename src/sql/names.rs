//! Names: what they may be, and which CTE they mean.

use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

use super::gate::Gate;
use super::refusal::{Code, Refusal, quoted};
use super::relations::{Found, is_of_the_system};

/// In bytes. Postgres cuts what is longer, and then it is another name.
const MAX_NAME: usize = 63;

/// The name as Postgres sees it: without quotes, and in lower case where there were none.
pub(super) fn folded(ident: &Ident) -> Result<String, Refusal> {
    let Ident { value, quote_style, span } = ident;
    let refused =
        |why: &str| Err(Refusal::new(Code::NameNotAllowed, format!("The name {} {why}.", quoted(value))).at(*span));
    let name = match quote_style {
        // Postgres folds the letters of ASCII only, where the encoding is UTF-8.
        None => value.to_ascii_lowercase(),
        Some('"') => value.clone(),
        Some(_) => return refused("has to be in double quotes"),
    };
    if name.is_empty() || name.contains('\0') {
        return refused("is not one");
    }
    if name.len() > MAX_NAME {
        return refused("is longer than 63 bytes");
    }
    Ok(name)
}

/// The parts of a name with dots.
pub(super) fn parts(name: &ObjectName) -> Result<Vec<&Ident>, Refusal> {
    let ObjectName(parts) = name;
    parts
        .iter()
        .map(|part| match part {
            ObjectNamePart::Identifier(ident) => Ok(ident),
            ObjectNamePart::Function(_) => Err(Refusal::new(Code::NameNotAllowed, "A name cannot be a function.")),
        })
        .collect()
}

impl Gate<'_> {
    /// A name of a column or an alias, or a new one.
    pub(super) fn ident(&mut self, ident: &Ident) -> Result<(), Refusal> {
        let name = folded(ident)?;
        self.text.name(&name);
        Ok(())
    }

    /// A column without a qualifier.
    pub(super) fn column(&mut self, ident: &Ident) -> Result<(), Refusal> {
        // Postgres takes these bare words for functions; in quotes they would be columns that do not exist.
        const SESSION: [&str; 7] = [
            "current_catalog",
            "current_role",
            "current_schema",
            "current_user",
            "session_user",
            "system_user",
            "user",
        ];
        let name = folded(ident)?;
        if ident.quote_style.is_none() && SESSION.contains(&name.as_str()) {
            let message = format!("{} is not allowed. Write a column of that name in double quotes.", quoted(&name));
            return Err(Refusal::new(Code::FunctionNotAllowed, message).at(ident.span));
        }
        self.text.name(&name);
        Ok(())
    }

    /// `table`, `schema.table` or the name of a CTE, where rows are read.
    pub(super) fn relation(&mut self, parts: &[&Ident]) -> Result<(), Refusal> {
        let (schema, ident) = match parts {
            [table] => (None, *table),
            [schema, table] => (Some(folded(schema)?), *table),
            [first, ..] => {
                let message = "Tables are named by schema and table at most.";
                return Err(Refusal::new(Code::RelationNotAllowed, message).at(first.span));
            }
            [] => return Err(Refusal::new(Code::RelationNotAllowed, "A table has no name.")),
        };
        let table = folded(ident)?;
        if schema.is_none() && self.scopes.has(&table) {
            self.text.name(&table);
            return Ok(());
        }
        let relations = self.relations;
        let shown = schema.as_ref().map_or_else(|| table.clone(), |schema| format!("{schema}.{table}"));
        let message = match relations.find(schema.as_deref(), &table) {
            Found::One(relation) => {
                if let Some(schema) = &relation.schema {
                    self.text.name(schema);
                    self.text.dot();
                }
                self.text.name(&relation.table);
                self.reads(relation);
                return Ok(());
            }
            Found::Several => format!("{} is in several schemas. Name the schema too.", quoted(&shown)),
            Found::Misspelt(relation) => format!(
                "There is no table {}. Capital letters matter in double quotes: write {}.",
                quoted(&shown),
                quoted(&format!("\"{}\"", relation.table))
            ),
            Found::None => format!("There is no table {} that can be read here.", quoted(&shown)),
        };
        Err(Refusal::new(Code::RelationNotAllowed, message).at(ident.span))
    }

    /// The new name of a CTE.
    pub(super) fn cte_name(ident: &Ident) -> Result<String, Refusal> {
        let name = folded(ident)?;
        if is_of_the_system(&name) {
            let message = format!("{} cannot be a name in WITH, as Postgres keeps names with pg_.", quoted(&name));
            return Err(Refusal::new(Code::NameNotAllowed, message).at(ident.span));
        }
        Ok(name)
    }
}
