//! All proposals, the best first.

use serde_json::Value;

use crate::warehouse::cells::CellColumn;

use super::proposal::Proposal;
use super::seen::Seen;
use super::{of_categories, of_quantities, over_time, plain};

/// Proposals that are given at most.
pub const MOST: usize = 8;

/// The charts that fit a result, the best first: up to [`MOST`], none only for a result without columns. The same result gives the same proposals.
#[must_use]
pub fn propose(columns: &[CellColumn], rows: &[Vec<Value>]) -> Vec<Proposal> {
    let seen = Seen::of(columns, rows);
    let mut proposals = Vec::new();
    plain::number(&seen, &mut proposals);
    if rows.len() > 1 {
        over_time::propose(&seen, &mut proposals);
        of_categories::propose(&seen, &mut proposals);
        of_quantities::propose(&seen, &mut proposals);
    }
    if proposals.is_empty() {
        plain::table(&seen, &mut proposals);
    }
    // Stable: rules that fit equally well stay in their order.
    proposals.sort_by_key(|proposal| std::cmp::Reverse(proposal.score));
    proposals.truncate(MOST);
    proposals
}
