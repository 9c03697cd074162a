//! What the cost of an operation depends on: which fields give objects, which lists, and which are paged.

use std::collections::HashMap;

use async_graphql::Value as Constant;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition};

/// The names of the three roots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roots {
    pub query: String,
    pub mutation: String,
    pub subscription: String,
}

/// One field of an object type or an interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// What it gives, without lists and non-nulls.
    pub gives: String,
    /// Whether that has fields of its own.
    pub is_object: bool,
    pub is_list: bool,
    pub size: Size,
}

/// How many there will be of what a field gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Nothing says so.
    Unknown,
    /// `first` or `last`; without either, the default of `first`, or what a page has by default.
    Page { default: Option<u32> },
    /// As many as the list `ids` has.
    Ids,
}

/// The schema as the cost sees it.
#[derive(Debug, Clone)]
pub struct Shape {
    pub roots: Roots,
    types: HashMap<String, HashMap<String, Field>>,
}

impl Shape {
    /// Reads a schema; `None` for a text that is none.
    #[must_use]
    pub fn read(sdl: &str) -> Option<Self> {
        let document = parse_schema(sdl).ok()?;
        let mut roots = Roots {
            query: "Query".to_owned(),
            mutation: "Mutation".to_owned(),
            subscription: "Subscription".to_owned(),
        };
        let mut fields: HashMap<String, Vec<FieldDefinition>> = HashMap::new();
        let mut composite = std::collections::HashSet::new();
        for definition in document.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    let schema = schema.node;
                    for (root, name) in [
                        (&mut roots.query, schema.query),
                        (&mut roots.mutation, schema.mutation),
                        (&mut roots.subscription, schema.subscription),
                    ] {
                        if let Some(name) = name {
                            *root = name.node.to_string();
                        }
                    }
                }
                TypeSystemDefinition::Type(definition) => {
                    let name = definition.node.name.node.to_string();
                    let own = match definition.node.kind {
                        TypeKind::Object(object) => object.fields,
                        TypeKind::Interface(interface) => interface.fields,
                        TypeKind::Union(_) => Vec::new(),
                        _ => continue,
                    };
                    composite.insert(name.clone());
                    fields.entry(name).or_default().extend(own.into_iter().map(|field| field.node));
                }
                TypeSystemDefinition::Directive(_) => {}
            }
        }
        let types = fields
            .into_iter()
            .map(|(name, fields)| {
                let fields = fields.into_iter().map(|field| {
                    let gives = innermost(&field.ty.node).to_owned();
                    let shape = Field {
                        is_object: composite.contains(&gives),
                        gives,
                        is_list: matches!(field.ty.node.base, BaseType::List(_)),
                        size: size(&field),
                    };
                    (field.name.node.to_string(), shape)
                });
                (name, fields.collect())
            })
            .collect();
        Some(Self { roots, types })
    }

    /// A field of a type; `None` for those of introspection.
    #[must_use]
    pub fn field(&self, on: &str, name: &str) -> Option<&Field> {
        self.types.get(on)?.get(name)
    }
}

fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(item) => innermost(item),
    }
}

fn size(field: &FieldDefinition) -> Size {
    let argument = |name: &str| field.arguments.iter().find(|argument| argument.node.name.node.as_str() == name);
    if let Some(first) = argument("first") {
        let default = first.node.default_value.as_ref().and_then(|value| match &value.node {
            Constant::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
            _ => None,
        });
        return Size::Page { default };
    }
    if argument("ids").is_some() { Size::Ids } else { Size::Unknown }
}
