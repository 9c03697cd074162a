//! What goes over the wire to and from `POST /embeddings`, and the checks of what comes back.

use serde::{Deserialize, Serialize};

use super::error::EmbedError;

#[derive(Debug, Serialize)]
pub struct Request<'a> {
    pub model: &'a str,
    pub input: &'a [&'a str],
    pub encoding_format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimensions: Option<u16>,
}

#[derive(Debug, Deserialize)]
struct Response {
    data: Vec<Item>,
}

#[derive(Debug, Deserialize)]
struct Item {
    /// Place of the text among the inputs; some servers leave it out and answer in order.
    index: Option<usize>,
    embedding: Vec<f32>,
}

#[derive(Debug, Deserialize)]
struct Failure {
    error: FailureDetail,
}

#[derive(Debug, Deserialize)]
struct FailureDetail {
    message: String,
}

/// The vectors of an answer to `count` texts, in their order and of length 1.
///
/// # Errors
/// When the answer is not JSON of that shape, or a vector is missing, double, of another length than `dimensions` (if
/// known) or the others, zero, or holds something that is no number.
pub fn vectors(body: &[u8], count: usize, dimensions: Option<usize>) -> Result<Vec<Vec<f32>>, EmbedError> {
    let response: Response = serde_json::from_slice(body).map_err(|error| EmbedError::Answer(error.to_string()))?;
    if response.data.len() != count {
        return Err(EmbedError::Answer(format!("{} vectors for {count} texts", response.data.len())));
    }
    let mut places: Vec<Option<Vec<f32>>> = vec![None; count];
    let mut length = dimensions;
    for (at, item) in response.data.into_iter().enumerate() {
        let index = item.index.unwrap_or(at);
        let wanted = *length.get_or_insert(item.embedding.len());
        if item.embedding.len() != wanted {
            let problem = format!("a vector of {} dimensions instead of {wanted}", item.embedding.len());
            return Err(EmbedError::Answer(problem));
        }
        match places.get_mut(index) {
            Some(place @ None) => *place = Some(normalised(item.embedding)?),
            Some(Some(_)) => return Err(EmbedError::Answer(format!("two vectors for text {index}"))),
            None => return Err(EmbedError::Answer(format!("a vector for text {index} of {count}"))),
        }
    }
    // All places are taken: there are as many vectors as places, and none came twice.
    Ok(places.into_iter().flatten().collect())
}

fn normalised(mut vector: Vec<f32>) -> Result<Vec<f32>, EmbedError> {
    if vector.iter().any(|x| !x.is_finite()) {
        return Err(EmbedError::Answer("a vector holds something that is not a finite number".to_owned()));
    }
    let length = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
    if length == 0.0 {
        return Err(EmbedError::Answer("a vector is zero".to_owned()));
    }
    for x in &mut vector {
        #[expect(clippy::cast_possible_truncation, reason = "a share of the length: within -1 to 1")]
        let share = (f64::from(*x) / length) as f32;
        *x = share;
    }
    Ok(vector)
}

/// What a refusal says, shortened for a log line.
pub fn refusal(body: &[u8]) -> String {
    let said = match serde_json::from_slice::<Failure>(body) {
        Ok(failure) => failure.error.message,
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_are_an_answer_or_an_error(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = vectors(&body, 1, None);
            prop_assert!(refusal(&body).chars().count() <= 300);
        }

        #[test]
        fn vectors_come_out_at_length_one(vector in proptest::collection::vec(-1e30_f32..1e30, 1..20)) {
            prop_assume!(vector.iter().any(|x| *x != 0.0));
            let body = serde_json::json!({"data": [{"index": 0, "embedding": vector}]}).to_string();
            let out = vectors(body.as_bytes(), 1, Some(vector.len())).unwrap();
            let length: f64 = out[0].iter().map(|x| f64::from(*x).powi(2)).sum();
            prop_assert!((length - 1.0).abs() < 1e-5);
        }
    }
}
