//! Every text of the corpus gets the verdicts that it must.

use serde_json::{Value, json};

use super::corpus::cases;
use crate::insights::checking::check::{Options, check};
use crate::insights::checking::report::{Checked, Report, Verdict};
use crate::insights::figures::figure::Exactness;
use crate::warehouse::cells::{CellColumn, CellType};

fn letter(checked: &Checked) -> &'static str {
    match &checked.verdict {
        Verdict::Grounded { exactness: Exactness::Exact, .. } => "E",
        Verdict::Grounded { exactness: Exactness::Rounded, .. } => "R",
        Verdict::Grounded { exactness: Exactness::Approximate, .. } => "A",
        Verdict::Unsupported { .. } => "U",
        Verdict::Contradicted { .. } => "C",
    }
}

fn letters(report: &Report) -> String {
    let list = |checked: &[Checked]| checked.iter().map(letter).collect::<Vec<_>>().join(" ");
    let claims = list(&report.claims);
    let figures = list(&report.figures);
    if claims.is_empty() { figures } else { format!("{figures} / {claims}").trim().to_owned() }
}

#[test]
fn large_results_are_searched_within_bounds() {
    let columns: Vec<CellColumn> = [("city", CellType::Text), ("net", CellType::Integer)]
        .map(|(name, kind)| CellColumn { name: name.to_owned(), kind })
        .into();
    let rows: Vec<Vec<Value>> = (0..50_000).map(|n| vec![json!(format!("City {n}")), json!(n)]).collect();
    let text = "City 7 has a net of 7. Net totals 1,249,975,000. City 9 has a net of 12.345.";
    let report = check(text, &columns, &rows, &Options::default());
    assert_eq!(letters(&report), "E E U");
    assert!(report.is_complete);
    let report = check(text, &columns, &rows, &Options { steps: 1_000, ..Options::default() });
    assert!(!report.is_complete && !report.is_grounded());
}

#[test]
fn figures_of_the_question_may_be_quoted() {
    let case = cases().into_iter().find(|case| case.result == "regions").unwrap();
    let text = "Of the 2023 target of 5,000, net reached 3,010.";
    let given = vec!["How far are we from the target of 5,000 for 2023?".to_owned()];
    let check = |options: &Options| letters(&check(text, &case.columns, &case.rows, options));
    assert_eq!(check(&Options { given, ..Options::default() }), "E E E");
    assert_eq!(check(&Options::default()), "U U E");
}

#[test]
fn texts_get_their_verdicts() {
    let mut wrong = Vec::new();
    let cases = cases();
    for case in &cases {
        let report = check(&case.text, &case.columns, &case.rows, &case.options);
        let found = letters(&report);
        if found != case.verdicts {
            let shown: Vec<String> = report
                .figures
                .iter()
                .chain(&report.claims)
                .map(|one| format!("    {:?} {:?}", one.text, one.verdict))
                .collect();
            wrong.push(format!(
                "{}: {}\n  must be {} and is {found}\n{}",
                case.result,
                case.text,
                case.verdicts,
                shown.join("\n")
            ));
        }
        assert_eq!(report.is_grounded(), !found.contains(['U', 'C']));
    }
    assert!(cases.len() >= 230, "{} texts", cases.len());
    assert!(wrong.is_empty(), "\n{}\n{} of {}", wrong.join("\n"), wrong.len(), cases.len());
}
