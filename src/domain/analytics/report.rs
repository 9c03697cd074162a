//! Puts the rows of a report together. Every breakdown is a sum of the same rows, so that all of them come to the same.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

use bigdecimal::BigDecimal;
use uuid::Uuid;

use super::histogram::Latencies;
use super::model::{
    ConversationPart, ConversationShare, Day, DocumentFigures, Figures, Part, PartKind, Range, Report, SessionFigures,
    Share, Subject, Totals, WorkflowFigures, WorkflowKind,
};

/// What each of these used, by the rows of all of them.
#[must_use]
pub fn reports(subjects: &[Subject], range: Range, parts: Vec<Part>) -> HashMap<Subject, Report> {
    let mut of: HashMap<Uuid, Vec<Part>> = HashMap::new();
    for part in parts {
        of.entry(part.subject).or_default().push(part);
    }
    subjects.iter().map(|subject| (*subject, report(*subject, range, of.remove(&subject.uuid())))).collect()
}

fn report(subject: Subject, range: Range, parts: Option<Vec<Part>>) -> Report {
    let bounds = range.bounds();
    let mut days: Vec<Day> = range
        .dates()
        .zip(bounds.windows(2))
        .filter_map(|(date, ends)| match ends {
            [starts_at, ends_at] => {
                Some(Day { date, starts_at: *starts_at, ends_at: *ends_at, totals: Totals::default() })
            }
            _ => None,
        })
        .collect();
    let mut totals = Totals::default();
    let (mut models, mut purposes, mut courses) = (HashMap::new(), HashMap::new(), HashMap::new());
    let mut workflows: HashMap<WorkflowKind, WorkflowFigures> = HashMap::new();
    let mut people = 0;
    for part in parts.into_iter().flatten() {
        if part.kind == PartKind::People {
            people = first(&part.sums, 0);
            continue;
        }
        let added = totals_of(&part);
        totals.add(&added);
        let day =
            usize::try_from(part.day).ok().and_then(|place| place.checked_sub(1)).and_then(|place| days.get_mut(place));
        if let Some(day) = day {
            day.totals.add(&added);
        }
        if part.kind == PartKind::Workflows {
            if let Some(kind) = part.purpose.and_then(|kind| kind.parse().ok()) {
                workflows.entry(kind).or_default().add(&added.workflows);
            }
        } else if let Some(purpose) = part.purpose {
            add(&mut models, (part.provider, part.model), &added.figures);
            add(&mut purposes, purpose, &added.figures);
            if let Some(course) = part.course_id {
                add(&mut courses, course, &added.figures);
            }
        }
    }
    let starts_at = bounds.first().copied().unwrap_or_default();
    let ends_at = bounds.last().copied().unwrap_or_default();
    let (by_model, by_purpose, by_course) = (ordered(models), ordered(purposes), ordered(courses));
    let mut by_workflow: Vec<_> = workflows.into_iter().collect();
    by_workflow.sort_by_key(|(kind, figures)| (Reverse(figures.started), *kind));
    Report { subject, range, starts_at, ends_at, totals, days, by_model, by_purpose, by_course, by_workflow, people }
}

impl Totals {
    fn add(&mut self, other: &Self) {
        self.figures.add(&other.figures);
        self.documents.uploaded += other.documents.uploaded;
        self.documents.bytes += other.documents.bytes;
        self.documents.failed += other.documents.failed;
        self.documents.read += other.documents.read;
        self.sessions.count += other.sessions.count;
        self.sessions.seconds += other.sessions.seconds;
        self.workflows.add(&other.workflows);
    }
}

fn first(sums: &[i64], place: usize) -> i64 {
    sums.get(place).copied().unwrap_or_default()
}

fn totals_of(part: &Part) -> Totals {
    let at = |place| first(&part.sums, place);
    let binned =
        || Latencies::binned(part.bins.as_deref().unwrap_or_default(), part.counts.as_deref().unwrap_or_default());
    let mut totals = Totals::default();
    match part.kind {
        PartKind::Usage => {
            let cost = part.cost_usd.clone().unwrap_or_else(|| BigDecimal::from(0));
            totals.figures = Figures::of_sums(&part.sums, cost);
        }
        PartKind::Response => totals.figures.response = binned(),
        PartKind::FirstToken => totals.figures.first_token = binned(),
        PartKind::Documents => {
            totals.documents = DocumentFigures { uploaded: at(0), bytes: at(1), failed: at(2), read: at(3) };
        }
        PartKind::Sessions => totals.sessions = SessionFigures { count: at(0), seconds: at(1) },
        PartKind::Workflows => totals.workflows = WorkflowFigures::of_sums(&part.sums),
        PartKind::People => {}
    }
    totals
}

fn add<K: Eq + Hash>(shares: &mut HashMap<K, Figures>, key: K, figures: &Figures) {
    shares.entry(key).or_default().add(figures);
}

/// What cost most first, then what took most tokens, then what ran most often.
fn ordered<K: Ord>(shares: HashMap<K, Figures>) -> Vec<Share<K>> {
    let mut shares: Vec<_> = shares.into_iter().map(|(key, figures)| Share { key, figures }).collect();
    shares.sort_by(|one, other| {
        let rank = |share: &Share<K>| (share.figures.cost_usd.clone(), share.figures.tokens(), share.figures.runs);
        rank(other).cmp(&rank(one)).then_with(|| one.key.cmp(&other.key))
    });
    shares
}

/// What a conversation came to.
#[must_use]
pub fn conversation(part: ConversationPart) -> ConversationShare {
    let mut figures = Figures::of_sums(&part.sums, part.cost_usd);
    figures.response.add(&Latencies::binned(&part.response_bins, &part.response_counts));
    figures.first_token.add(&Latencies::binned(&part.first_token_bins, &part.first_token_counts));
    Share { key: part.conversation_id, figures }
}
