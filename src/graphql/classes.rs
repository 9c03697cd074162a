//! What a field of the root counts as, whatever its alias.

use crate::limits::class::Class;

/// Fields that are allowed less often than requests are.
pub const COUNTED: &[(&str, Class)] = &[
    ("login", Class::SignIn),
    ("register", Class::SignIn),
    ("completeLogin", Class::SignIn),
    ("requestPasswordReset", Class::SignIn),
    ("resetPassword", Class::SignIn),
    ("verifyEmail", Class::SignIn),
    ("confirmEmailChange", Class::SignIn),
    ("beginOidcSignIn", Class::SignIn),
    ("completeOidcSignIn", Class::SignIn),
    ("sendMessage", Class::Chat),
    ("editMessage", Class::Chat),
    ("regenerateReply", Class::Chat),
    ("ask", Class::Chat),
    ("askData", Class::Chat),
    ("runQuery", Class::Statement),
    ("runSavedQuery", Class::Statement),
    ("runDataQuestion", Class::Statement),
    ("refreshDashboard", Class::Statement),
    ("evaluateAlert", Class::Statement),
    ("generateInsight", Class::Chat),
    ("sendTutoringMessage", Class::Chat),
    ("sendTutoringSpeech", Class::Chat),
    ("startTutoringSession", Class::Chat),
];

/// How many of these fields count as `class`.
#[must_use]
pub fn count(root_fields: &[String], class: Class) -> u32 {
    let counts = |field: &&String| COUNTED.iter().any(|(name, counted)| *counted == class && name == field);
    u32::try_from(root_fields.iter().filter(counts).count()).unwrap_or(u32::MAX)
}
