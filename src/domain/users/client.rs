//! From where somebody signs in, as the list of sign-ins shows it to the account's owner.

use std::net::IpAddr;

/// Longest user agent that is kept, in characters.
const MAX_USER_AGENT: usize = 400;

/// The program at the other end.
#[derive(Debug, Clone, Default)]
pub struct Client {
    /// `None` when the transport does not know.
    pub address: Option<IpAddr>,
    /// What the program calls itself, cut to a bounded length; `None` when it says nothing.
    pub user_agent: Option<String>,
}

impl Client {
    /// Takes the header `User-Agent` as it came.
    #[must_use]
    pub fn new(address: Option<IpAddr>, user_agent: Option<&str>) -> Self {
        let user_agent = user_agent
            .map(|text| text.chars().filter(|character| !character.is_control()).take(MAX_USER_AGENT).collect())
            .filter(|text: &String| !text.trim().is_empty());
        Self { address, user_agent }
    }
}
