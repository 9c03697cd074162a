//! Whether transforms say all that they need.

use super::super::problems::SpecProblem;
use super::super::spec::op::Op;
use super::super::spec::transform::{Transform, WindowOp};

/// What is wrong with transforms.
pub fn problems(steps: &[Transform], pointer: &str, problems: &mut Vec<SpecProblem>) {
    for (index, step) in steps.iter().enumerate() {
        match step {
            Transform::Aggregate { aggregate, .. } => {
                for (place, one) in aggregate.iter().enumerate() {
                    if one.op != Op::Count && one.field.is_none() {
                        let pointer = format!("{pointer}/{index}/aggregate/{place}");
                        problems.push(SpecProblem::new(pointer, "This `op` needs a `field`."));
                    }
                }
            }
            Transform::Window { window, .. } => {
                for (place, one) in window.iter().enumerate() {
                    let needs = matches!(one.op, WindowOp::Sum | WindowOp::Mean | WindowOp::Min | WindowOp::Max);
                    if needs && one.field.is_none() {
                        let pointer = format!("{pointer}/{index}/window/{place}");
                        problems.push(SpecProblem::new(pointer, "This `op` needs a `field`."));
                    }
                }
            }
            Transform::Filter { .. } | Transform::Bin { .. } | Transform::TimeUnit { .. } | Transform::Fold { .. } => {}
        }
    }
}
