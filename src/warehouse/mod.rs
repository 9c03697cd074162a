//! Where people's data are, and where what they ask of them runs.
//!
//! Uploads are kept in a database of their own ([`place`]), a schema and a login role for each workspace ([`tenant`]). Statements
//! that users or models wrote come through the gate in `sql` first and run here as that role ([`reader`], [`session`]): it may read that one schema
//! and nothing else, in transactions that change nothing, for so long and no more. [`lockdown`] takes away what Postgres
//! lets everybody do. [`loading`] puts tables in, whole or not at all. [`cells`] says what comes out. [`survey`]
//! tells an operator whether all that can be done here.
//! Databases of somebody else's are asked in the same way, and trusted less ([`external`]).

pub mod cells;
pub mod external;
mod idle;
mod line;
pub mod loading;
pub mod lockdown;
pub mod names;
pub mod place;
pub mod reader;
pub mod refusal;
pub mod session;
pub mod survey;
pub mod tenant;
