//! Numbers as people write them: `1,000`, `1.5k`, `2 million`, `twenty five`, `€100`, `10 percent`.

use super::words::Word;

/// A number as SQL takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    /// Digits, with a point and a minus where there are.
    pub text: String,
    /// `$`, `€`, `£`, `¥` or `%`.
    pub unit: Option<char>,
}

impl Number {
    /// If it is a plain whole number.
    pub fn whole(&self) -> Option<u32> {
        if self.unit.is_some() { None } else { self.text.parse().ok() }
    }
}

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

/// The number that begins at this word, and of how many words it is.
pub(super) fn at(words: &[Word], start: usize) -> Option<(Number, usize)> {
    let low = |index: usize| words.get(index).filter(|word| !word.is_quoted).map_or("", |word| word.low.as_str());
    let mut next = start;
    let mut unit = currency(low(next));
    next += usize::from(unit.is_some());
    let (mut amount, used) = written(low(next)).map(|amount| (amount, 1)).or_else(|| spelt(&low, next))?;
    next += used;
    if let Some(zeros) = magnitude(low(next)) {
        amount = amount.times(zeros)?;
        next += 1;
    }
    if unit.is_none() {
        unit = match low(next) {
            "%" | "percent" => Some('%'),
            sign => currency(sign).or(match sign {
                "euro" | "euros" | "eur" => Some('€'),
                "dollar" | "dollars" | "usd" => Some('$'),
                "pounds" | "gbp" => Some('£'),
                "yen" | "jpy" => Some('¥'),
                _ => None,
            }),
        };
        next += usize::from(unit.is_some());
    }
    Some((Number { text: amount.text(), unit }, next - start))
}

/// A small whole number, in digits or as a word.
pub(super) fn whole(low: &str) -> Option<u32> {
    low.parse().ok().or_else(|| ONES.iter().chain(&TENS).position(|word| *word == low).and_then(value_of))
}

/// Whether a word may be part of a number.
pub(super) fn is_word(low: &str) -> bool {
    ONES.contains(&low)
        || TENS.contains(&low)
        || magnitude(low).is_some()
        || currency(low).is_some()
        || ["percent", "%", "euro", "euros", "eur", "dollar", "dollars", "usd", "pounds", "gbp", "yen", "jpy"]
            .contains(&low)
}

fn value_of(index: usize) -> Option<u32> {
    let index = u32::try_from(index).ok()?;
    Some(if index < 20 { index } else { (index - 18) * 10 })
}

fn currency(sign: &str) -> Option<char> {
    ['$', '€', '£', '¥'].into_iter().find(|unit| sign.len() == unit.len_utf8() && sign.starts_with(*unit))
}

fn magnitude(low: &str) -> Option<u32> {
    Some(match low {
        "hundred" => 2,
        "thousand" => 3,
        "million" => 6,
        "billion" => 9,
        _ => return None,
    })
}

/// Digits and how many of them stand behind the point.
#[derive(Debug, Clone, Copy)]
struct Amount {
    digits: i128,
    scale: u32,
}

impl Amount {
    fn times(self, zeros: u32) -> Option<Self> {
        let scale = self.scale.saturating_sub(zeros);
        let factor = 10_i128.checked_pow(zeros.saturating_sub(self.scale))?;
        Some(Self { digits: self.digits.checked_mul(factor)?, scale })
    }

    fn text(self) -> String {
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = self.digits.unsigned_abs().to_string();
        let scale = usize::try_from(self.scale).unwrap_or(0);
        if scale == 0 {
            return format!("{sign}{digits}");
        }
        let digits = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        match fraction.trim_end_matches('0') {
            "" => format!("{sign}{whole}"),
            fraction => format!("{sign}{whole}.{fraction}"),
        }
    }
}

/// `1,000`, `-2.5`, `1.5k`, `2m`.
fn written(low: &str) -> Option<Amount> {
    let (number, zeros) = match low.chars().next_back()? {
        'k' => (low.strip_suffix('k')?, 3),
        'm' => (low.strip_suffix('m')?, 6),
        _ => (low, 0),
    };
    let (minus, number) = number.strip_prefix('-').map_or((false, number), |rest| (true, rest));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut is_grouped = false;
    let mut digits = first.to_owned();
    for group in groups {
        is_grouped = true;
        if group.len() != 3 {
            return None;
        }
        digits.push_str(group);
    }
    let is_sound = !first.is_empty() && (!is_grouped || first.len() <= 3) && !number.ends_with('.');
    digits.push_str(fraction);
    // 28 digits and a billion stay within 128 bits.
    if !is_sound || digits.len() > 28 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits: i128 = digits.parse().ok()?;
    let amount = Amount { digits: if minus { -digits } else { digits }, scale: u32::try_from(fraction.len()).ok()? };
    amount.times(zeros)
}

/// `five`, `twenty five`, `hundred`.
fn spelt<'a>(low: &impl Fn(usize) -> &'a str, at: usize) -> Option<(Amount, usize)> {
    let one = |index: usize| ONES.iter().position(|word| *word == low(index)).and_then(value_of);
    let amount = |value: u32| Amount { digits: i128::from(value), scale: 0 };
    if let Some(tens) = TENS.iter().position(|word| *word == low(at)) {
        let tens = value_of(tens + 20)?;
        return Some(match one(at + 1).filter(|ones| (1..10).contains(ones)) {
            Some(ones) => (amount(tens + ones), 2),
            None => (amount(tens), 1),
        });
    }
    if let Some(value) = one(at) {
        return Some((amount(value), 1));
    }
    // `a hundred`, whose article is none of ours.
    magnitude(low(at)).map(|_| (amount(1), 0))
}

#[cfg(test)]
mod tests {
    use super::super::words::split;
    use super::*;

    #[test]
    fn numbers_are_read() {
        let read = |text: &str| at(&split(text), 0).map(|(number, used)| (number.text, number.unit, used));
        let number = |text: &str, unit, used| Some((text.to_owned(), unit, used));
        assert_eq!(read("100"), number("100", None, 1));
        assert_eq!(read("1,000"), number("1000", None, 1));
        assert_eq!(read("1,234.50"), number("1234.5", None, 1));
        assert_eq!(read("1.5k"), number("1500", None, 1));
        assert_eq!(read("2 million"), number("2000000", None, 2));
        assert_eq!(read("0.05 thousand"), number("50", None, 2));
        assert_eq!(read("1.23456k"), number("1234.56", None, 1));
        assert_eq!(read("five"), number("5", None, 1));
        assert_eq!(read("twenty five"), number("25", None, 2));
        assert_eq!(read("hundred"), number("100", None, 1));
        assert_eq!(read("two hundred"), number("200", None, 2));
        assert_eq!(read("€100"), number("100", Some('€'), 2));
        assert_eq!(read("$2.5m"), number("2500000", Some('$'), 2));
        assert_eq!(read("10%"), number("10", Some('%'), 2));
        assert_eq!(read("10 percent"), number("10", Some('%'), 2));
        assert_eq!(read("50 euros"), number("50", Some('€'), 2));
        assert_eq!(read("-5"), number("-5", None, 1));
        for text in ["", "net", "1,00", "1000,000", "2024-01-01", "1.2.3", "30th", "€", "99999999999999999999999999999"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!((whole("7"), whole("seven"), whole("thirty"), whole("x")), (Some(7), Some(7), Some(30), None));
    }
}
