//! Queries that somebody vouches for: the same question is answered by them, and others are written after them.

use std::collections::BTreeSet;

use crate::domain::data::saved::model::SavedQuery;

/// The words of a question, in small letters and without signs between them: two with the same words in the same order are the same.
#[must_use]
pub fn normalised(question: &str) -> String {
    words(question).join(" ")
}

/// The query that answers this question, if one of these does: it must need no value that nobody gave.
#[must_use]
pub fn same<'a>(question: &str, queries: &'a [SavedQuery]) -> Option<&'a SavedQuery> {
    let asked = normalised(question);
    let is_complete = |query: &SavedQuery| {
        query.declared().is_ok_and(|declared| declared.iter().all(|parameter| parameter.default.is_some()))
    };
    queries.iter().find(|&query| {
        let answers = query.question.as_deref().map(normalised);
        !asked.is_empty() && answers.as_deref() == Some(asked.as_str()) && is_complete(query)
    })
}

/// Those of these queries whose questions have most words in common with this one, `most` at most, the nearest first. Only such without
/// parameters.
#[must_use]
pub fn alike<'a>(question: &str, queries: &'a [SavedQuery], most: usize) -> Vec<&'a SavedQuery> {
    let asked: BTreeSet<String> = words(question).into_iter().collect();
    let mut near: Vec<(usize, &SavedQuery)> = Vec::new();
    for query in queries {
        let its: BTreeSet<String> = words(query.question.as_deref().unwrap_or_default()).into_iter().collect();
        let (shared, all) = (asked.intersection(&its).count(), asked.union(&its).count());
        let is_plain = query.declared().is_ok_and(|declared| declared.is_empty());
        if shared > 0 && is_plain {
            // In thousandths of all their words.
            near.push((shared * 1000 / all.max(1), query));
        }
    }
    near.sort_by_key(|(share, query)| (std::cmp::Reverse(*share), query.id));
    near.into_iter().take(most).map(|(_, query)| query).collect()
}

/// How many words of a question stand in a text.
#[must_use]
pub fn shared(question: &str, text: &str) -> usize {
    let its: BTreeSet<String> = words(text).into_iter().collect();
    words(question).iter().filter(|word| its.contains(*word)).count()
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::{Value, json};

    use super::*;
    use crate::ids::{DataSourceId, SavedQueryId, WorkspaceId};

    fn query(question: &str, parameters: Value) -> SavedQuery {
        let now = DateTime::from_timestamp(1_772_366_400, 0).unwrap();
        SavedQuery {
            id: SavedQueryId::generate(now),
            source_id: DataSourceId::generate(now),
            workspace_id: WorkspaceId::generate(now),
            name: question.to_owned(),
            description: None,
            question: Some(question.to_owned()),
            sql: "SELECT 1".to_owned(),
            parameters,
            version: 1,
            author_id: None,
            is_verified: true,
            verifier_id: None,
            verified_at: Some(now),
            created_at: now,
            updated_at: now,
        }
    }

    fn since(default: impl Into<Value>) -> Value {
        let default = default.into();
        json!([{ "name": "since", "type": "DATE", "label": null, "default": default }])
    }

    #[test]
    fn the_same_words_are_the_same_question() {
        let queries = [query("Who sold how much?", json!([]))];
        for same_again in ["who sold  how much", "WHO SOLD: how much?!"] {
            assert!(same(same_again, &queries).is_some(), "{same_again}");
        }
        for other in ["how much who sold", "who sold", "", "?"] {
            assert!(same(other, &queries).is_none(), "{other}");
        }
        assert!(same("a b", &[query("A b", since(Value::Null))]).is_none(), "nobody says since when");
        assert!(same("a b", &[query("A b", since(json!("2026-01-01")))]).is_some());
        assert!(same("?", &[query("!", json!([]))]).is_none(), "nothing is asked");
    }

    #[test]
    fn the_nearest_come_first() {
        let queries =
            [query("net by day", json!([])), query("net by region", json!([])), query("who is it", json!([]))];
        let names =
            |most| alike("net by region?", &queries, most).into_iter().map(|it| it.name.as_str()).collect::<Vec<_>>();
        assert_eq!(names(5), ["net by region", "net by day"]);
        assert_eq!(names(1), ["net by region"]);
    }
}
