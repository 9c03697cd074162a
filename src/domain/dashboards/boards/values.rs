//! From what somebody chose to the values that a query is run with. A value stays a value: none becomes part of a statement.

use std::collections::BTreeMap;

use super::model::{Filter, FilterValue, Tile};
use super::policy::{is_chosen_from, no_choice};
use crate::domain::data::queries::identity::Given;
use crate::domain::data::queries::latest::Asked;
use crate::domain::data::saved::model::Declared;
use crate::domain::data::saved::values as parameters;
use crate::error::{Error, FieldError, Result};

/// A value for each of these filters, in their order: what somebody chose, or else the default. `path` is where they chose.
///
/// # Errors
/// BAD_USER_INPUT for names that no filter has or that come twice, and for values that a filter cannot have.
pub fn filled(filters: &[Filter], chosen: &[FilterValue], path: &str) -> Result<Vec<Given>> {
    let mut wrong = Vec::new();
    for (place, choice) in chosen.iter().enumerate() {
        let mut refuse = |part: &str, message: String| {
            wrong.push(FieldError { path: format!("{path}.{place}.{part}"), message });
        };
        if chosen.iter().take(place).any(|other| other.name == choice.name) {
            refuse("name", "There is another value for this filter.".to_owned());
        }
        match filters.iter().find(|filter| filter.name == choice.name) {
            None => refuse("name", "The dashboard has no filter of this name.".to_owned()),
            Some(filter) if !is_fitting(filter, choice) => refuse("value", no_choice(filter)),
            Some(_) => {}
        }
    }
    if wrong.is_empty() { Ok(fitting(filters, chosen)) } else { Err(Error::bad_inputs(wrong)) }
}

/// As [`filled`], for choices that once fitted: one that does not any more is passed over.
#[must_use]
pub fn fitting(filters: &[Filter], chosen: &[FilterValue]) -> Vec<Given> {
    let value = |filter: &Filter| {
        let choice = chosen.iter().find(|choice| choice.name == filter.name && is_fitting(filter, choice));
        choice.map_or_else(|| filter.default.clone(), |choice| choice.value.clone())
    };
    let given = |filter: &Filter| Given { name: filter.name.clone(), kind: filter.kind, value: value(filter) };
    filters.iter().map(given).collect()
}

fn is_fitting(filter: &Filter, choice: &FilterValue) -> bool {
    choice.value.as_deref().is_none_or(|value| is_chosen_from(filter, value))
}

/// The values that a query's parameters have by these filters, by name. A parameter is passed over that no filter of its type gives: it
/// has its default then.
#[must_use]
pub fn mapped(
    declared: &[Declared],
    filters: &BTreeMap<String, String>,
    filled: &[Given],
) -> Vec<(String, Option<String>)> {
    let value = |declared: &Declared| {
        let filter = filters.get(&declared.name)?;
        let given = filled.iter().find(|given| given.name == *filter && given.kind == declared.kind)?;
        Some((declared.name.clone(), given.value.clone()))
    };
    declared.iter().filter_map(value).collect()
}

/// What a tile's query is asked with these values; `None` for a text.
///
/// # Errors
/// INTERNAL when a row holds something else than it should.
pub fn asked(tile: &Tile, filled: &[Given]) -> Result<Option<Asked>> {
    let (Some(query), Some(declared)) = (tile.query_id, &tile.declared) else { return Ok(None) };
    let declared: Vec<Declared> = serde_json::from_value(declared.clone()).map_err(Error::internal)?;
    let values = mapped(&declared, &tile.mapped()?, filled);
    let given = parameters::given(&declared, &values)?;
    Asked::new(query, &given).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::data::queries::identity::GivenType;

    fn filter(name: &str, kind: GivenType, default: Option<&str>, options: Option<&[&str]>) -> Filter {
        let options = options.map(|options| options.iter().map(|option| (*option).to_owned()).collect());
        Filter { name: name.to_owned(), label: None, kind, default: default.map(str::to_owned), options }
    }

    fn chosen(name: &str, value: Option<&str>) -> FilterValue {
        FilterValue { name: name.to_owned(), value: value.map(str::to_owned) }
    }

    fn filters() -> [Filter; 3] {
        [
            filter("region", GivenType::Text, Some("north"), None),
            filter("year", GivenType::Number, None, None),
            filter("size", GivenType::Text, Some("S"), Some(&["S", "L"])),
        ]
    }

    fn values(given: &[Given]) -> Vec<Option<&str>> {
        given.iter().map(|given| given.value.as_deref()).collect()
    }

    #[test]
    fn what_is_not_chosen_is_the_default_and_no_value_is_a_choice() {
        let filled = |chosen: &[FilterValue]| filled(&filters(), chosen, "filters").unwrap();
        assert_eq!(values(&filled(&[])), [Some("north"), None, Some("S")]);
        let chosen = [chosen("size", Some("L")), chosen("region", None), chosen("year", Some("2026"))];
        assert_eq!(values(&filled(&chosen)), [None, Some("2026"), Some("L")]);
    }

    #[test]
    fn hostile_texts_are_texts_and_other_types_take_none() {
        let hostile = "'; DROP TABLE n; --";
        let filled = |chosen: &[FilterValue]| filled(&filters(), chosen, "input.filters");
        assert_eq!(values(&filled(&[chosen("region", Some(hostile))]).unwrap())[0], Some(hostile));
        let wrong = [
            chosen("year", Some(hostile)),
            chosen("size", Some(hostile)),
            chosen("region", Some("\0")),
            chosen("none", None),
            chosen("year", None),
        ];
        let refused = filled(&wrong).unwrap_err();
        let paths: Vec<&str> = refused.fields().iter().map(|field| field.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "input.filters.0.value",
                "input.filters.1.value",
                "input.filters.2.value",
                "input.filters.3.name",
                "input.filters.4.name"
            ]
        );
        assert_eq!(values(&fitting(&filters(), &wrong)), [Some("north"), None, Some("S")]);
    }

    #[test]
    fn parameters_have_the_values_of_filters_of_their_types() {
        let declared = |name: &str, kind| Declared { name: name.to_owned(), kind, label: None, default: None };
        let declared = [declared("r", GivenType::Text), declared("y", GivenType::Text), declared("z", GivenType::Text)];
        let mapping = [("r", "region"), ("y", "year"), ("gone", "size")];
        let mapping: BTreeMap<String, String> =
            mapping.map(|(parameter, filter)| (parameter.to_owned(), filter.to_owned())).into();
        let filled = filled(&filters(), &[], "filters").unwrap();
        assert_eq!(mapped(&declared, &mapping, &filled), [("r".to_owned(), Some("north".to_owned()))]);
    }
}
