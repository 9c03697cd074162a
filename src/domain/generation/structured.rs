//! Answers that follow a schema, as models give them: some put their JSON into a block of code, and write more than a line.

/// What stands in a code block, for models that put their JSON into one.
#[must_use]
pub fn unfenced(answer: &str) -> &str {
    let text = answer.trim();
    let inner = text.strip_prefix("```").and_then(|rest| rest.strip_suffix("```"));
    inner.map_or(text, |inner| inner.strip_prefix("json").unwrap_or(inner).trim())
}

/// One line of at most so many characters, cut between words.
#[must_use]
pub fn line(text: &str, most: usize) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if line.chars().count() + 1 + word.chars().count() > most {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_model_puts_around_its_answer_is_left_out() {
        for answer in ["{}", " {} ", "```json\n{}\n```", "```\n{}\n```"] {
            assert_eq!(unfenced(answer), "{}", "{answer:?}");
        }
        assert_eq!(line(" One\n two\u{7}three  four ", 13), "One two three");
        assert_eq!(line("\n", 9), "");
    }
}
