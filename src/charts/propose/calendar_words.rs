//! Days and months by their English names, which have an order of their own.

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Characters of a name that is cut.
const SHORTEST: usize = 3;

/// The names in the order of the calendar, if all of them are days, or all are months, whole or cut to at least three letters.
#[must_use]
pub fn in_order(names: &[String]) -> Option<Vec<String>> {
    place_all(names, &DAYS).or_else(|| place_all(names, &MONTHS))
}

fn place_all(names: &[String], known: &[&str]) -> Option<Vec<String>> {
    let place = |name: &String| {
        let lower = name.trim().trim_end_matches('.').to_lowercase();
        let fits = |known: &&str| lower.chars().count() >= SHORTEST && known.starts_with(&lower);
        known.iter().position(fits)
    };
    let mut placed = names.iter().map(|name| Some((place(name)?, name.clone()))).collect::<Option<Vec<_>>>()?;
    placed.sort();
    (placed.len() > 1).then(|| placed.into_iter().map(|(_, name)| name).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn names_of_the_calendar_are_put_in_its_order() {
        assert_eq!(in_order(&names(&["Sun", "Mon", "Fri"])), Some(names(&["Mon", "Fri", "Sun"])));
        assert_eq!(in_order(&names(&["March", "Jan", "Sept."])), Some(names(&["Jan", "March", "Sept."])));
        assert_eq!(in_order(&names(&["Mon", "May"])), None);
        assert_eq!(in_order(&names(&["Mo", "Tu"])), None);
        assert_eq!(in_order(&[]), None);
    }
}
