//! Parts of a whole: `what share of net is from North`, `the percentage of orders that are paid`, `share of net by region`.

use super::measures;
use super::query::{Condition, Filter, Function, Measure, Shape, Share};
use super::reader::Reader;
use super::refusal::{No, Reason};
use super::vocabulary::SHARE;

/// Behind them stands what makes the part.
const VERBS: &[&str] =
    &["is", "are", "was", "were", "has", "have", "had", "comes", "come", "came", "belongs", "belong"];

/// Takes note that a share is asked for.
pub(super) fn begin(reader: &mut Reader<'_>) {
    let at = (0..reader.len()).find(|at| reader.is(*at, SHARE) && reader.thing(*at).is_none());
    if let Some(at) = at {
        let is_percent = reader.raw(at).starts_with("percent");
        reader.query.share = Some(if is_percent { Share::Percent } else { Share::Ratio });
        reader.claim(at..at + 1);
    }
}

/// Divides the conditions into those of the whole and those of the part.
///
/// # Errors
/// When it is not clear what the part is.
pub(super) fn finish(reader: &mut Reader<'_>) -> Result<(), No> {
    if reader.query.share.is_none() {
        return Ok(());
    }
    reader.query.shape = Shape::Figures;
    if reader.query.measures.is_empty() {
        measures::add(reader, Measure { function: Function::Count, field: None });
    }
    let [Measure { function: Function::Count | Function::Sum, .. }] = reader.query.measures.as_slice() else {
        return No::err(Reason::Unsupported, "A share is that of a count or a sum.");
    };
    let start = (0..reader.len()).find(|at| SHARE.contains(&reader.raw(*at))).unwrap_or_default();
    let verb = (start..reader.len()).find(|at| VERBS.contains(&reader.raw(*at)));
    let is_time = |filter: &Filter| matches!(filter.condition, Condition::Times { .. });
    let has_others = verb.is_some_and(|verb| reader.query.filters.iter().any(|it| it.at > verb && !is_time(it)));
    if verb.is_none() && !reader.query.groups.is_empty() && !reader.query.filters.iter().all(is_time) {
        let message =
            "It is not clear what is the part and what the whole, as in “what share of the rows of each group is …”.";
        return No::err(Reason::Unsupported, message);
    }
    let is_part = |filter: &Filter| match verb {
        // Within that time, unless the time itself is the part.
        Some(verb) => filter.at > verb && !(has_others && is_time(filter)),
        None => filter.at > start && !is_time(filter),
    };
    let filters = std::mem::take(&mut reader.query.filters);
    let (mut part, mut whole): (Vec<Filter>, Vec<Filter>) = filters.into_iter().partition(is_part);
    // `What percentage are paid orders?` and `what is the share of paid orders?` have nothing behind a verb.
    if part.is_empty() && reader.query.groups.is_empty() {
        (part, whole) = whole.into_iter().partition(|filter| !is_time(filter));
    }
    if part.is_empty() && reader.query.groups.is_empty() {
        return No::err(Reason::Unsupported, "It is not clear which part is meant.");
    }
    (reader.query.part, reader.query.filters) = (part, whole);
    Ok(())
}
