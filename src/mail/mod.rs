//! Mail: what is written, and how it leaves.
//!
//! [`letter`] makes a message of a template and its values, as text and as HTML; [`post`] hands it to a mail server, or in
//! development to a folder; [`mailer`] is the handle on both. Who is written to, and when, is for the domain: its jobs
//! call [`mailer::Mailer::send`], so that no request waits for a mail server and what a server puts off is tried again.
//! [`report_letter`] is what has pictures and files.
//! A link in a mail leads to the app (`APP_URL`), which hands the token in it to the API.

pub mod letter;
pub mod mailer;
pub mod post;
pub mod report_letter;
