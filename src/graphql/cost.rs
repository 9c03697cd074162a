//! What an operation may cost: how many objects its answer can hold, counted before it runs.
//!
//! An object counts 1 and a plain value nothing. A page counts as many as `first` or `last` asks for; a list that has
//! no page counts [`ASSUMED`]. A mutation, and a search, counts [`HEAVY`] besides. Fragments for several types of one
//! place count all, so that the true answer is never larger. The guard has bounded the document before, and so the work.

use async_graphql::parser::types::{
    ExecutableDocument, Field as Selected, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Value as Constant, Variables};
use async_graphql_value::Value;

use super::shape::{Field, Shape, Size};
use crate::db::page::{DEFAULT_SIZE, MAX_SIZE};

/// Items that a list without pages is taken to have.
pub const ASSUMED: u64 = 5;
/// What a mutation or a search counts besides the objects that it gives.
pub const HEAVY: u64 = 10;
/// Fields of the root `Query` that count so.
const HEAVY_QUERIES: [&str; 1] = ["search"];
/// Lists of introspection that may stand within one another, after the rule of the reference implementation: each more
/// multiplies the answer by the size of the schema.
const INTROSPECTION_LISTS: [&str; 4] = ["fields", "interfaces", "possibleTypes", "inputFields"];
const INTROSPECTION_DEPTH: usize = 3;

/// What an operation was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// Objects, weighed.
    Counted(u64),
    /// Introspection that goes in circles.
    Endless,
}

/// Counts an operation of a document.
#[must_use]
pub fn cost(
    shape: &Shape,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> Cost {
    let (root, heavy) = match operation.ty {
        OperationType::Query => (&shape.roots.query, false),
        OperationType::Mutation => (&shape.roots.mutation, true),
        OperationType::Subscription => (&shape.roots.subscription, false),
    };
    let walk = Walk { shape, document, operation, variables };
    if walk.nests_introspection(&operation.selection_set.node) {
        return Cost::Endless;
    }
    let mut total = walk.set(root, &operation.selection_set.node, None);
    walk.each_field(&operation.selection_set.node, &mut |field| {
        if heavy || HEAVY_QUERIES.contains(&field.name.node.as_str()) {
            total = total.saturating_add(HEAVY);
        }
    });
    Cost::Counted(total)
}

struct Walk<'a> {
    shape: &'a Shape,
    document: &'a ExecutableDocument,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
}

impl<'a> Walk<'a> {
    /// Everything selected of one object. `page` is how many the lists of this object have, where it is a page.
    fn set(&self, on: &str, set: &'a SelectionSet, page: Option<u64>) -> u64 {
        let mut total = 0_u64;
        for selection in &set.items {
            let counted = match &selection.node {
                Selection::Field(field) => self.field(on, &field.node, page),
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let on = condition.map_or(on, |condition| condition.node.on.node.as_str());
                    self.set(on, &fragment.node.selection_set.node, page)
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = self.document.fragments.get(&spread.node.fragment_name.node);
                    fragment.map_or(0, |fragment| {
                        let on = fragment.node.type_condition.node.on.node.as_str();
                        self.set(on, &fragment.node.selection_set.node, page)
                    })
                }
            };
            total = total.saturating_add(counted);
        }
        total
    }

    fn field(&self, on: &str, selected: &'a Selected, page: Option<u64>) -> u64 {
        let Some(field) = self.shape.field(on, selected.name.node.as_str()) else { return 0 };
        if !field.is_object {
            return 0;
        }
        let size = self.size(field, selected);
        let (items, below) = match (field.is_list, size) {
            (true, Some(size)) => (size, None),
            (true, None) => (page.unwrap_or(ASSUMED), None),
            (false, size) => (1, size),
        };
        let each = self.set(&field.gives, &selected.selection_set.node, below).saturating_add(1);
        items.saturating_mul(each)
    }

    fn size(&self, field: &Field, selected: &Selected) -> Option<u64> {
        let argument = |name: &str| selected.get_argument(name).map(|value| &value.node);
        match field.size {
            Size::Unknown => None,
            Size::Page { default } => {
                let asked = argument("first").and_then(|value| self.number(value));
                let asked = asked.or_else(|| argument("last").and_then(|value| self.number(value)));
                let standard = default.map_or(u64::try_from(DEFAULT_SIZE).unwrap_or(u64::MAX), u64::from);
                // A larger page is refused by name, and never answered.
                Some(asked.unwrap_or(standard).min(u64::try_from(MAX_SIZE).unwrap_or(u64::MAX)))
            }
            Size::Ids => Some(argument("ids").map_or(0, |value| self.length(value))),
        }
    }

    /// A number written down or given by a variable; none below 0 is ever answered.
    fn number(&self, value: &Value) -> Option<u64> {
        match value {
            Value::Number(number) => Some(number.as_u64().unwrap_or(0)),
            Value::Variable(name) => match self.variable(name)? {
                Constant::Number(number) => Some(number.as_u64().unwrap_or(0)),
                _ => None,
            },
            _ => None,
        }
    }

    fn length(&self, value: &Value) -> u64 {
        let length = match value {
            Value::List(items) => items.len(),
            Value::Variable(name) => match self.variable(name) {
                Some(Constant::List(items)) => items.len(),
                Some(Constant::Null) | None => 0,
                // A single value stands for a list of it.
                Some(_) => 1,
            },
            Value::Null => 0,
            _ => 1,
        };
        u64::try_from(length).unwrap_or(u64::MAX)
    }

    fn variable(&self, name: &str) -> Option<&Constant> {
        self.variables.get(name).or_else(|| {
            let mut definitions = self.operation.variable_definitions.iter();
            let definition = definitions.find(|definition| definition.node.name.node.as_str() == name)?;
            definition.node.default_value.as_ref().map(|value| &value.node)
        })
    }

    /// The fields of a selection set, those of its fragments included.
    fn each_field(&self, set: &'a SelectionSet, see: &mut impl FnMut(&'a Selected)) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => see(&field.node),
                Selection::InlineFragment(fragment) => self.each_field(&fragment.node.selection_set.node, see),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        self.each_field(&fragment.node.selection_set.node, see);
                    }
                }
            }
        }
    }

    /// Whether lists of introspection stand too deep within one another.
    fn nests_introspection(&self, root: &'a SelectionSet) -> bool {
        let mut nests = false;
        self.each_field(root, &mut |field| {
            if field.name.node.as_str().starts_with("__") {
                nests |= self.nests(&field.selection_set.node, 0);
            }
        });
        nests
    }

    fn nests(&self, set: &'a SelectionSet, depth: usize) -> bool {
        let mut nests = false;
        self.each_field(set, &mut |field| {
            let depth = depth + usize::from(INTROSPECTION_LISTS.contains(&field.name.node.as_str()));
            nests |= depth >= INTROSPECTION_DEPTH || self.nests(&field.selection_set.node, depth);
        });
        nests
    }
}
