//! What happened, told to every instance: ids only, through Postgres, never the only copy of anything.

pub mod bus;
pub mod fact;
