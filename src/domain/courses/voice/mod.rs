//! Tutoring by voice. Nobody speaks past the tutor: what is heard is looked at like what is typed, counts against the same limits and
//! is answered by the same tutor, and what is said aloud is what stands in the transcript.
//!
//! Two ways: an agent of a provider hears and speaks, and asks this server what to say ([`credentials`] lets a browser talk to it,
//! [`turns`] answers it); or a recording is written down and a reply read aloud ([`listening`], [`aloud`]).

pub mod aloud;
pub mod credentials;
pub mod listening;
pub mod token;
pub mod turns;
