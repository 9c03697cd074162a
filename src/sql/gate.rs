//! The state of one check. The rules are in the modules by kind of node.

use sqlparser::ast::{Expr, LimitClause, Query, SetExpr, Value};
use sqlparser::tokenizer::Span;

use super::bounds::MAX_DEPTH;
use super::checked::Checked;
use super::parameters::Parameter;
use super::refusal::{Code, Refusal, quoted};
use super::relations::{Relation, Relations};
use super::scopes::Scopes;
use super::text::Text;

/// A check under way: reads the tree and writes what it accepts. A node that is not written is not run.
pub(super) struct Gate<'a> {
    pub(super) relations: &'a Relations,
    parameters: &'a [Parameter],
    pub(super) text: Text,
    pub(super) scopes: Scopes,
    read: Vec<Relation>,
    used: Vec<String>,
    /// The table functions that return one plain value per row: their names in the query and their only columns.
    pub(super) scalars: Vec<(String, String)>,
    /// Every `name.column`.
    pub(super) qualified: Vec<Qualified>,
    depth: usize,
}

/// `name.column` somewhere in the statement.
pub(super) struct Qualified {
    pub(super) name: String,
    pub(super) column: String,
    pub(super) span: Span,
}

impl<'a> Gate<'a> {
    pub(super) fn new(relations: &'a Relations, parameters: &'a [Parameter]) -> Self {
        Self {
            relations,
            parameters,
            text: Text::default(),
            scopes: Scopes::default(),
            read: Vec::new(),
            used: Vec::new(),
            scalars: Vec::new(),
            qualified: Vec::new(),
            depth: 0,
        }
    }

    pub(super) fn finish(self, query: &Query) -> Result<Checked, Refusal> {
        self.look_at_columns()?;
        Ok(Checked {
            sql: self.text.into_string(),
            relations: self.read,
            parameters: self.used,
            is_ordered: is_ordered(query),
            limit: limit(query),
        })
    }

    /// Postgres reads `f.g` as `g(f)` where `f` has no column `g`. A row of a table or subquery is then the argument,
    /// which no function that matters takes. But where `f` is a table function of plain values, the value itself is:
    /// `SELECT f.pg_read_file FROM unnest(ARRAY['/etc/passwd']) f` reads the file. So there only the column may be
    /// named. Which `f` is meant where two have the name is not worked out: the column has to be that of all.
    fn look_at_columns(&self) -> Result<(), Refusal> {
        for qualified in &self.qualified {
            for (name, column) in &self.scalars {
                if *name == qualified.name && *column != qualified.column {
                    let message = format!(
                        "{} is a table function here, and its only column is {}.",
                        quoted(name),
                        quoted(column)
                    );
                    return Err(Refusal::new(Code::ColumnNotAllowed, message).at(qualified.span));
                }
            }
        }
        Ok(())
    }

    /// Runs `rule` one level deeper. The parser has bounded the depth already; this holds if it ever does not.
    pub(super) fn deeper(&mut self, rule: impl FnOnce(&mut Self) -> Result<(), Refusal>) -> Result<(), Refusal> {
        if self.depth > 2 * MAX_DEPTH {
            return Err(Refusal::new(Code::TooComplex, "The statement is nested too deeply."));
        }
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        result
    }

    /// `items` with commas between them.
    pub(super) fn list<T>(
        &mut self,
        items: &[T],
        mut rule: impl FnMut(&mut Self, &T) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.text.comma();
            }
            rule(self, item)?;
        }
        Ok(())
    }

    pub(super) fn expressions(&mut self, expressions: &[Expr]) -> Result<(), Refusal> {
        self.list(expressions, Self::expression)
    }

    pub(super) fn reads(&mut self, relation: &Relation) {
        if !self.read.contains(relation) {
            self.read.push(relation.clone());
        }
    }

    /// `$name` or something like it.
    pub(super) fn placeholder(&mut self, written: &str) -> Result<(), Refusal> {
        let refused = |message: String| Err(Refusal::new(Code::ParameterNotAllowed, message));
        let Some(name) = written.strip_prefix('$') else {
            return refused(format!("{} is not a parameter. Parameters are written $name.", quoted(written)));
        };
        if name.starts_with(|char: char| char.is_ascii_digit()) {
            return refused(format!("Parameters have names, so {} cannot be used.", quoted(written)));
        }
        let Some(parameter) = self.parameters.iter().find(|parameter| parameter.name == name) else {
            return refused(format!("There is no parameter {}.", quoted(written)));
        };
        let index = self.used.iter().position(|used| used == name).unwrap_or_else(|| {
            self.used.push(name.to_owned());
            self.used.len() - 1
        });
        self.text.word(&format!("CAST(${} AS {})", index + 1, parameter.kind.as_sql()));
        Ok(())
    }
}

fn is_ordered(query: &Query) -> bool {
    let nested = match query.body.as_ref() {
        SetExpr::Query(nested) => is_ordered(nested),
        _ => false,
    };
    query.order_by.is_some() || nested
}

fn limit(query: &Query) -> Option<u64> {
    let number = |expression: &Expr| match expression {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        _ => None,
    };
    match (&query.limit_clause, &query.fetch) {
        (Some(LimitClause::LimitOffset { limit: Some(limit), .. }), _) => number(limit),
        (_, Some(fetch)) => fetch.quantity.as_ref().map_or(Some(1), number),
        (None, None) => match query.body.as_ref() {
            SetExpr::Query(nested) => limit(nested),
            _ => None,
        },
        _ => None,
    }
}

/// Refuses a clause that is there.
pub(super) fn absent<T>(clause: Option<&T>, what: &str) -> Result<(), Refusal> {
    never(clause.is_some(), what)
}

/// Refuses a list that is not empty.
pub(super) fn empty<T>(list: &[T], what: &str) -> Result<(), Refusal> {
    never(!list.is_empty(), what)
}

pub(super) fn never(is_there: bool, what: &str) -> Result<(), Refusal> {
    if is_there { Err(Refusal::new(Code::ClauseNotAllowed, format!("{what} is not allowed."))) } else { Ok(()) }
}
