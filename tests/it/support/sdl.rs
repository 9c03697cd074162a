//! The schema as it is printed, and queries that select every field there is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
use elenchus::graphql::schema;

pub struct Field {
    pub name: String,
    /// The type at the bottom of lists.
    pub kind: String,
    /// Arguments, and whether they must be given.
    pub arguments: BTreeMap<String, bool>,
}

#[derive(Default)]
pub struct Sdl {
    /// Objects with their fields.
    pub objects: BTreeMap<String, Vec<Field>>,
    /// Interfaces and unions with the objects that they may be.
    pub possible: BTreeMap<String, Vec<String>>,
}

fn bottom(kind: &Type) -> String {
    match &kind.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(inner) => bottom(inner),
    }
}

impl Sdl {
    pub fn read() -> Self {
        let mut sdl = Self::default();
        for definition in parse_schema(schema::sdl()).unwrap().definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            match definition.node.kind {
                TypeKind::Object(object) => {
                    for interface in &object.implements {
                        sdl.possible.entry(interface.node.to_string()).or_default().push(name.clone());
                    }
                    let field = |field: &async_graphql::parser::types::FieldDefinition| Field {
                        name: field.name.node.to_string(),
                        kind: bottom(&field.ty.node),
                        arguments: field
                            .arguments
                            .iter()
                            .map(|argument| {
                                let must = !argument.node.ty.node.nullable && argument.node.default_value.is_none();
                                (argument.node.name.node.to_string(), must)
                            })
                            .collect(),
                    };
                    sdl.objects.insert(name, object.fields.iter().map(|each| field(&each.node)).collect());
                }
                TypeKind::Union(union) => {
                    sdl.possible.insert(name, union.members.iter().map(|member| member.node.to_string()).collect());
                }
                _ => {}
            }
        }
        sdl
    }

    /// Objects that have an id of their own.
    pub fn is_node(&self, name: &str) -> bool {
        name == "Node" || self.nodes().iter().any(|node| node == name)
    }

    pub fn nodes(&self) -> &[String] {
        &self.possible["Node"]
    }

    /// All objects that a query can come upon, but the root.
    pub fn readable(&self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut next: Vec<&str> = self.objects["Query"].iter().map(|field| field.kind.as_str()).collect();
        while let Some(kind) = next.pop() {
            if let Some(possible) = self.possible.get(kind) {
                next.extend(possible.iter().map(String::as_str));
            } else if let Some((name, fields)) = self.objects.get_key_value(kind)
                && found.insert(name.as_str())
            {
                next.extend(fields.iter().map(|field| field.kind.as_str()));
            }
        }
        found
    }

    /// Selects every field of an object: what has no id of its own is opened, what has is named by its id. Each field is
    /// called `Type__field`, so that an answer tells what it shows. `arguments` gives those that a field is asked with.
    pub fn select(&self, name: &str, arguments: &dyn Fn(&str, &Field) -> String) -> String {
        self.open(name, arguments, &mut Vec::new())
    }

    fn open<'a>(
        &'a self,
        name: &'a str,
        arguments: &dyn Fn(&str, &Field) -> String,
        path: &mut Vec<&'a str>,
    ) -> String {
        path.push(name);
        let mut text = "{ __typename".to_owned();
        for field in &self.objects[name] {
            let inner = if self.is_node(&field.kind) {
                "{ __typename id }".to_owned()
            } else if let Some(possible) = self.possible.get(&field.kind) {
                let parts = possible.iter().map(|kind| format!("... on {kind} {}", self.open(kind, arguments, path)));
                format!("{{ {} }}", parts.collect::<Vec<_>>().join(" "))
            } else if !self.objects.contains_key(&field.kind) {
                String::new()
            } else if path.contains(&field.kind.as_str()) {
                continue;
            } else {
                self.open(&field.kind, arguments, path)
            };
            let given = arguments(name, field);
            write!(text, " {name}__{0}: {0}{given} {inner}", field.name).unwrap();
        }
        path.pop();
        text + " }"
    }
}
