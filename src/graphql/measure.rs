//! What a document amounts to once its fragments are spread out, counted without spreading them.
//!
//! Every fragment is counted once and the count is reused at every spread, so that the cost is linear in the document
//! while the counts are those of the expanded tree. Recursion follows selection sets and values alone, whose nesting
//! was bounded before ([`super::nesting`]); fragments are visited with a stack of our own.

use std::collections::{HashMap, HashSet};
use std::fmt::Display;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Pos, Positioned};

/// How the engine writes an upload into a variable; nobody else may write it.
pub const UPLOAD_MARK: &str = "#__graphql_file__";

/// Counts of the expanded tree. They saturate: a bomb counts as very many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    pub fields: usize,
    /// Fields on the first level.
    pub roots: usize,
    /// Spreads and inline fragments.
    pub spreads: usize,
    pub aliases: usize,
    pub directives: usize,
    /// Levels of fields.
    pub depth: usize,
    /// Levels of selection sets, fragments included.
    pub nesting: usize,
}

/// A document that cannot be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uncountable {
    /// The fragment spreads itself, directly or through others.
    Circle { fragment: String, at: Pos },
    /// A literal pretends to be an upload.
    ForgedUpload { at: Pos },
}

/// The counts of a document's operations, by name; and of everything that no operation reaches.
pub struct Measures<'a> {
    pub operations: Vec<(Option<&'a Name>, Count)>,
    pub unused: Count,
}

/// Counts every operation of the document.
///
/// # Errors
/// When fragments go in a circle, even unused ones, or a literal pretends to be an upload.
pub fn measure(document: &ExecutableDocument) -> Result<Measures<'_>, Uncountable> {
    let mut memo = Memo { document, counts: HashMap::new(), used: HashMap::new() };
    let mut operations = Vec::new();
    for (name, operation) in document.operations.iter() {
        let mut count = memo.operation(&operation.node)?;
        count.directives = count.directives.saturating_add(operation.node.directives.len());
        for variable in &operation.node.variable_definitions {
            count.directives = count.directives.saturating_add(variable.node.directives.len());
            refuse_forged_directives(&variable.node.directives)?;
            if let Some(default) = &variable.node.default_value {
                refuse_forged(&default.node, default.pos)?;
            }
        }
        operations.push((name, count));
    }
    let reached: HashSet<&Name> = memo.used.keys().copied().collect();
    let mut unused = Count::default();
    for (name, fragment) in &document.fragments {
        if !reached.contains(name) {
            memo.visit(name)?;
            let own = memo.set(&fragment.node.selection_set.node, Expand::Nothing)?;
            unused = beside(unused, own);
        }
    }
    Ok(Measures { operations, unused })
}

#[derive(Clone, Copy)]
enum Expand {
    Fragments,
    Nothing,
}

struct Memo<'a> {
    document: &'a ExecutableDocument,
    counts: HashMap<&'a Name, Count>,
    /// Fragments on the way down (`false`), and fragments done (`true`).
    used: HashMap<&'a Name, bool>,
}

impl<'a> Memo<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Count, Uncountable> {
        refuse_forged_directives(&operation.directives)?;
        let mut spreads = Vec::new();
        collect_spreads(&operation.selection_set.node, &mut spreads);
        for name in spreads {
            self.visit(name)?;
        }
        self.set(&operation.selection_set.node, Expand::Fragments)
    }

    /// Counts a fragment after all those that it spreads.
    fn visit(&mut self, root: &'a Name) -> Result<(), Uncountable> {
        let mut stack = vec![(root, false)];
        while let Some((name, entered)) = stack.pop() {
            let Some((name, fragment)) = self.document.fragments.get_key_value(name) else { continue };
            if entered {
                let count = self.fragment(&fragment.node)?;
                self.counts.insert(name, count);
                self.used.insert(name, true);
                continue;
            }
            match self.used.get(name) {
                Some(true) => continue,
                Some(false) => {
                    return Err(Uncountable::Circle { fragment: name.to_string(), at: fragment.pos });
                }
                None => {}
            }
            self.used.insert(name, false);
            stack.push((name, true));
            let mut spreads = Vec::new();
            collect_spreads(&fragment.node.selection_set.node, &mut spreads);
            spreads.sort_unstable();
            spreads.dedup();
            for spread in spreads {
                match self.used.get(spread) {
                    Some(true) => {}
                    Some(false) => {
                        return Err(Uncountable::Circle { fragment: spread.to_string(), at: fragment.pos });
                    }
                    None => stack.push((spread, false)),
                }
            }
        }
        Ok(())
    }

    fn fragment(&self, fragment: &FragmentDefinition) -> Result<Count, Uncountable> {
        refuse_forged_directives(&fragment.directives)?;
        let mut count = self.set(&fragment.selection_set.node, Expand::Fragments)?;
        count.directives = count.directives.saturating_add(fragment.directives.len());
        Ok(count)
    }

    fn set(&self, set: &SelectionSet, expand: Expand) -> Result<Count, Uncountable> {
        let mut total = Count::default();
        for selection in &set.items {
            let directives = selection.node.directives();
            refuse_forged_directives(directives)?;
            let mut count = match &selection.node {
                Selection::Field(field) => {
                    for (_, value) in &field.node.arguments {
                        refuse_forged(&value.node, value.pos)?;
                    }
                    let below = self.set(&field.node.selection_set.node, expand)?;
                    Count {
                        fields: below.fields.saturating_add(1),
                        roots: 1,
                        aliases: below.aliases.saturating_add(usize::from(field.node.alias.is_some())),
                        depth: below.depth.saturating_add(1),
                        ..below
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let below = self.set(&fragment.node.selection_set.node, expand)?;
                    Count { spreads: below.spreads.saturating_add(1), ..below }
                }
                Selection::FragmentSpread(spread) => {
                    let below = match expand {
                        Expand::Fragments => {
                            self.counts.get(&spread.node.fragment_name.node).copied().unwrap_or_default()
                        }
                        Expand::Nothing => Count::default(),
                    };
                    Count { spreads: below.spreads.saturating_add(1), ..below }
                }
            };
            count.directives = count.directives.saturating_add(directives.len());
            total = beside(total, count);
        }
        total.nesting = total.nesting.saturating_add(1);
        Ok(total)
    }
}

/// Two subtrees of one selection set.
fn beside(a: Count, b: Count) -> Count {
    Count {
        fields: a.fields.saturating_add(b.fields),
        roots: a.roots.saturating_add(b.roots),
        spreads: a.spreads.saturating_add(b.spreads),
        aliases: a.aliases.saturating_add(b.aliases),
        directives: a.directives.saturating_add(b.directives),
        depth: a.depth.max(b.depth),
        nesting: a.nesting.max(b.nesting),
    }
}

fn collect_spreads<'a>(set: &'a SelectionSet, into: &mut Vec<&'a Name>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => collect_spreads(&field.node.selection_set.node, into),
            Selection::InlineFragment(fragment) => collect_spreads(&fragment.node.selection_set.node, into),
            Selection::FragmentSpread(spread) => into.push(&spread.node.fragment_name.node),
        }
    }
}

fn refuse_forged_directives(directives: &[Positioned<Directive>]) -> Result<(), Uncountable> {
    directives
        .iter()
        .flat_map(|directive| &directive.node.arguments)
        .try_for_each(|(_, value)| refuse_forged(&value.node, value.pos))
}

/// Looks at the value's text, so that lists and objects need no walk of their own.
fn refuse_forged(value: &impl Display, at: Pos) -> Result<(), Uncountable> {
    if value.to_string().contains(UPLOAD_MARK) { Err(Uncountable::ForgedUpload { at }) } else { Ok(()) }
}

/// Names of the fields that an operation selects on its root, through fragments. Only for documents whose counts were
/// found small: the work is that of the expanded first level.
#[must_use]
pub fn root_fields(document: &ExecutableDocument, operation: &OperationDefinition) -> Vec<String> {
    let mut names = Vec::new();
    let mut sets = vec![&operation.selection_set.node];
    while let Some(set) = sets.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => names.push(field.node.name.node.to_string()),
                Selection::InlineFragment(fragment) => sets.push(&fragment.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                        sets.push(&fragment.node.selection_set.node);
                    }
                }
            }
        }
    }
    names
}
