//! What is too long for one call of a model is read in parts: how it is cut, and how one part is asked.

use futures::StreamExt as _;

use crate::ai::chat::part::{FinishReason, Part, Usage};
use crate::ai::chat::request::ChatRequest;
use crate::app::App;

/// The items in parts of `size` tokens each, all of them or as many as `most` parts hold: then evenly thinned, never cut off
/// at the end, since what comes last counts like what comes first.
#[must_use]
pub fn portions<T>(items: &[T], tokens: impl Fn(&T) -> u32, size: u32, most: u32) -> Vec<Vec<&T>> {
    let all: u64 = items.iter().map(|item| u64::from(tokens(item))).sum();
    let most = u64::from(size) * u64::from(most);
    let (mut parts, mut part, mut filled) = (Vec::new(), Vec::new(), 0);
    let (mut passed, mut taken) = (0_u64, 0_u64);
    for item in items {
        let its = tokens(item);
        passed += u64::from(its);
        // Keeps what is taken in step with what has been passed by.
        if all > most && taken * all >= passed * most {
            continue;
        }
        taken += u64::from(its);
        if filled + its > size && !part.is_empty() {
            parts.push(std::mem::take(&mut part));
            filled = 0;
        }
        filled += its;
        part.push(item);
    }
    if !part.is_empty() {
        parts.push(part);
    }
    parts
}

/// The whole answer of the installation's model to the question about one part; `None` when it gives none, and what it took.
pub async fn answered(app: &App, request: ChatRequest) -> (Option<String>, Usage) {
    let mut parts = app.models.default_chat().stream(request);
    let (mut text, mut spent) = (String::new(), Usage::default());
    while let Some(next) = parts.next().await {
        match next {
            Ok(Part::Text(piece)) => text.push_str(&piece),
            Ok(Part::Usage(usage)) => spent = usage,
            Ok(Part::Finished(FinishReason::Stop)) => return (Some(text), spent),
            Ok(Part::Started { .. } | Part::ToolCall(_)) => {}
            Ok(Part::Finished(_)) | Err(_) => break,
        }
    }
    (None, spent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_hold_all_there_is_or_an_even_share_of_it() {
        let items: Vec<u32> = (0..100).collect();
        let all = portions(&items, |_| 10, 95, 12);
        assert_eq!(all.concat(), items.iter().collect::<Vec<_>>());
        assert!(all.iter().all(|part| part.len() <= 9), "{all:?}");
        // A tenth of it, from all over.
        let some = portions(&items, |_| 10, 50, 2).concat();
        assert_eq!(some.len(), 10);
        assert!(some.windows(2).all(|two| two[1] - two[0] == 10), "{some:?}");
        // What is larger than a part is one by itself.
        assert_eq!(portions(&items[..2], |_| 10, 5, 9).len(), 2);
        assert!(portions(&[] as &[u32], |_| 10, 5, 9).is_empty());
    }
}
