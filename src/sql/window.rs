//! Windows: OVER, WINDOW and frames.

use sqlparser::ast::{
    NamedWindowDefinition, NamedWindowExpr, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowSpec, WindowType,
};

use super::gate::Gate;
use super::refusal::{Code, Refusal};

impl Gate<'_> {
    pub(super) fn over(&mut self, window: &WindowType) -> Result<(), Refusal> {
        self.text.word("OVER");
        match window {
            WindowType::WindowSpec(spec) => self.window(spec),
            WindowType::NamedWindow(name) => self.ident(name),
        }
    }

    pub(super) fn window_definition(&mut self, definition: &NamedWindowDefinition) -> Result<(), Refusal> {
        let NamedWindowDefinition(name, window) = definition;
        let NamedWindowExpr::WindowSpec(spec) = window else {
            return Err(Refusal::new(Code::ClauseNotAllowed, "Write WINDOW name AS (…), with parentheses."));
        };
        self.ident(name)?;
        self.text.word("AS");
        self.window(spec)
    }

    fn window(&mut self, spec: &WindowSpec) -> Result<(), Refusal> {
        let WindowSpec { window_name, partition_by, order_by, window_frame } = spec;
        self.text.open();
        if let Some(name) = window_name {
            self.ident(name)?;
        }
        if !partition_by.is_empty() {
            self.text.word("PARTITION BY");
            self.expressions(partition_by)?;
        }
        if !order_by.is_empty() {
            self.order_by_list(order_by)?;
        }
        if let Some(WindowFrame { units, start_bound, end_bound }) = window_frame {
            self.text.word(match units {
                WindowFrameUnits::Rows => "ROWS",
                WindowFrameUnits::Range => "RANGE",
                WindowFrameUnits::Groups => "GROUPS",
            });
            match end_bound {
                None => self.bound(start_bound)?,
                Some(end) => {
                    self.text.word("BETWEEN");
                    self.bound(start_bound)?;
                    self.text.word("AND");
                    self.bound(end)?;
                }
            }
        }
        self.text.close();
        Ok(())
    }

    fn bound(&mut self, bound: &WindowFrameBound) -> Result<(), Refusal> {
        let (distance, direction) = match bound {
            WindowFrameBound::CurrentRow => {
                self.text.word("CURRENT ROW");
                return Ok(());
            }
            WindowFrameBound::Preceding(distance) => (distance, "PRECEDING"),
            WindowFrameBound::Following(distance) => (distance, "FOLLOWING"),
        };
        match distance {
            None => self.text.word("UNBOUNDED"),
            Some(distance) => self.expression(distance)?,
        }
        self.text.word(direction);
        Ok(())
    }
}
