//! Figures that are changed by chance: how many of them the check lets through.

use super::corpus::{Case, cases};
use crate::insights::checking::check::check;
use crate::insights::figures::figure::DecimalMark;
use crate::insights::figures::figure::{Figure, Hedge, Kind};
use crate::insights::figures::find::figures;
use crate::insights::figures::moment::Moment;

/// Other values that are tried for each figure.
const TRIES: u64 = 12;
/// Of the changed texts, in percent, at most as many may pass.
const PASS: f64 = 2.0;

/// A small generator, so that every run tries the same (Steele, Lea and Flood 2014).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 to 1.
    fn part(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap()) / f64::from(u32::MAX)
    }
}

/// The figure as another value, written with as many digits.
fn changed(text: &str, figure: &Figure, chance: &mut Chance) -> Option<String> {
    let written = &text[figure.span.clone()];
    if let Kind::Moment(moment) = figure.kind {
        // A year elsewhere; other times have too few values to change them by chance.
        let year = moment.year.filter(|_| moment == Moment::in_year(moment.year.unwrap_or(0)))?;
        return Some((year - 20 + i32::try_from(chance.next() % 12).unwrap()).to_string());
    }
    if figure.is_word {
        const WORDS: [&[&str]; 3] = [
            &["two", "three", "four", "five", "six", "seven", "eight", "nine"],
            &["second", "third", "fourth"],
            &["doubled", "tripled", "quadrupled"],
        ];
        let list = WORDS.iter().find(|list| list.contains(&written.to_lowercase().as_str()))?;
        let others: Vec<&&str> = list.iter().filter(|word| **word != written.to_lowercase()).collect();
        let place = usize::try_from(chance.next()).unwrap_or(0) % others.len();
        return Some((*others[place]).to_owned());
    }
    let start = written.find(|c: char| c.is_ascii_digit())?;
    let end = written.rfind(|c: char| c.is_ascii_digit())? + 1;
    let digits = &written[start..end];
    let plain: String = digits.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
    let decimals = plain.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let value: f64 = plain.parse().unwrap();
    let step = 1.0 / 10_f64.powi(i32::try_from(decimals).unwrap());
    let other = if value <= 12.0 && decimals == 0 {
        let by = 1.0 + f64::from(u32::try_from(chance.next() % 6).unwrap());
        if chance.part() < 0.5 && value > by { value - by } else { value + by }
    } else {
        // At least a tenth away; further where a word such as "about" gives room.
        let nearest = if figure.hedge == Hedge::None { 0.1 } else { 0.3 };
        let by = value * (nearest + 0.6 * chance.part());
        if chance.part() < 0.5 { value - by } else { value + by }
    };
    let other = (other / step).round() * step;
    let shown = format!("{other:.decimals$}");
    let shown =
        if digits.contains(',') && decimals == 0 || digits.matches(',').count() > 1 { grouped(&shown) } else { shown };
    ((other - value).abs() > step / 2.0).then(|| format!("{}{shown}{}", &written[..start], &written[end..]))
}

fn grouped(whole: &str) -> String {
    let length = whole.len();
    whole.char_indices().fold(String::new(), |mut shown, (at, c)| {
        if at > 0 && (length - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(c);
        shown
    })
}

/// How many changed texts there were, and those that pass.
fn tried(case: &Case, chance: &mut Chance) -> (usize, Vec<String>) {
    let report = check(&case.text, &case.columns, &case.rows, &case.options);
    let known: Vec<_> = report.figures.iter().map(|checked| checked.span.clone()).collect();
    let (mut all, mut passed) = (0, Vec::new());
    // Names of the result are no figures: only those that the check has found are changed.
    let found = figures(&case.text, &[], case.options.mark).into_iter().filter(|figure| known.contains(&figure.span));
    for figure in found {
        for _ in 0..TRIES {
            let Some(other) = changed(&case.text, &figure, chance) else { continue };
            let text = format!("{}{other}{}", &case.text[..figure.span.start], &case.text[figure.span.end..]);
            all += 1;
            if check(&text, &case.columns, &case.rows, &case.options).is_grounded() {
                passed.push(format!("{}: {text}", case.result));
            }
        }
    }
    (all, passed)
}

#[test]
fn changed_figures_are_refused() {
    let mut chance = Chance(7);
    let (mut all, mut passed) = (0, Vec::new());
    for case in cases().iter().filter(|case| case.is_true() && case.options.mark == DecimalMark::Point) {
        let (tries, found) = tried(case, &mut chance);
        all += tries;
        passed.extend(found);
    }
    let share = 100.0 * f64::from(u32::try_from(passed.len()).unwrap()) / f64::from(u32::try_from(all).unwrap());
    assert!(all > 1_500, "{all} changed texts");
    assert!(share <= PASS, "{} of {all} pass\n{}", passed.len(), passed.join("\n"));
}
