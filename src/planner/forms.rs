//! The forms of a name: its words, what stands for it, and how one says it of a row.

use super::times::is_of_time_or_number;
use super::vocabulary;
use super::words::split;
use crate::tabular::column::ColumnType;

pub(super) fn stems(name: &str) -> Vec<String> {
    split(name).into_iter().filter(|word| word.low != ",").map(|word| word.stem).collect()
}

/// Other forms of a name: without what only says its type, and as one says it of a row.
pub(super) fn forms(name: &[String], kind: ColumnType, table: &[String]) -> Vec<Vec<String>> {
    const OF_DATES: [&str; 7] = ["on", "at", "date", "day", "time", "datetime", "timestamp"];
    let mut forms = Vec::new();
    // `loan_id` of library_loans is no loan.
    let is_of_table =
        |base: &[String]| base == table || base == table.last().map(std::slice::from_ref).unwrap_or_default();
    match kind {
        ColumnType::Boolean => {
            if let [first, rest @ ..] = name
                && ["is", "has", "was", "ha", "wa"].contains(&first.as_str())
                && !rest.is_empty()
            {
                forms.push(rest.to_vec());
            }
            for prefix in ["un", "in"] {
                // `unpaid`, `inactive`: told apart where they are used.
                let rest = forms.first().cloned().unwrap_or_else(|| name.to_vec());
                if let [one] = rest.as_slice() {
                    forms.push(vec![format!("{prefix}{one}")]);
                }
            }
        }
        ColumnType::Date | ColumnType::Timestamp | ColumnType::TimestampTz => {
            if let [base @ .., last] = name
                && !base.is_empty()
                && OF_DATES.contains(&last.as_str())
            {
                if !is_of_table(base) {
                    forms.push(base.to_vec());
                }
                forms.push([base, &["date".to_owned()]].concat());
                if let [one] = base
                    && !one.ends_with("ed")
                {
                    let past = if one.ends_with('e') { format!("{one}d") } else { format!("{one}ed") };
                    forms.push(vec![past]);
                }
            }
        }
        _ => {
            if let [base @ .., last] = name
                && !base.is_empty()
                && !is_of_table(base)
                && ["name", "id", "code"].contains(&last.as_str())
            {
                forms.push(base.to_vec());
            }
        }
    }
    forms
}

/// Whether a word of a name says enough to stand for it.
pub(super) fn may_stand_for(part: &str) -> bool {
    !vocabulary::knows(part)
        && !is_of_time_or_number(part)
        && part.chars().count() > 1
        && !["datetime", "timestamp", "id"].contains(&part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_forms() {
        let forms = |name: &str, kind| -> Vec<String> {
            let table = ["order".to_owned()];
            super::forms(&stems(name), kind, &table).iter().map(|form| form.join(" ")).collect()
        };
        assert_eq!(forms("hire_date", ColumnType::Date), ["hire", "hire date", "hired"]);
        assert_eq!(forms("order_date", ColumnType::Date), ["order date", "ordered"]);
        assert_eq!(forms("returned_on", ColumnType::Timestamp), ["returned", "returned date"]);
        assert_eq!(forms("is_paid", ColumnType::Boolean), ["paid", "unpaid", "inpaid"]);
        assert_eq!(forms("customer_name", ColumnType::Text), ["customer"]);
        assert!(forms("net", ColumnType::Decimal).is_empty());
    }
}
