//! Messages to addresses that users gave us: only to those that may be called, without redirects, proxies and pooled connections, in
//! little time, and with next to nothing read of what comes back.

use std::error::Error;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, Response};
use url::{Host, Url};

use super::addresses::{NoAddress, Reachable};
use super::client::client;

/// For finding the address and reaching it.
const CONNECT: Duration = Duration::from_secs(5);
/// For a whole call.
pub const WHOLE: Duration = Duration::from_secs(10);
/// For what comes behind the status, of which nobody reads anything.
const BODY: Duration = Duration::from_secs(1);
/// Bytes of that which are taken, so that a short answer ends as its sender means it to.
const BODY_MAX: usize = 4096;

/// What came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// 100 to 999.
    pub status: u16,
    /// How long it asks to be left alone; `None` when it does not say, or says a date.
    pub retry_after: Option<Duration>,
}

/// Why nothing came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    #[error("the name has no address")]
    NoAddress,
    #[error("the address is not one that may be called")]
    Closed,
    #[error("the address may be called with TLS alone")]
    Plain,
    #[error("no TLS connection that can be trusted")]
    Tls,
    #[error("no answer in time")]
    Late,
    #[error("no connection, or one that broke")]
    Broken,
}

/// Posts. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Poster {
    tls: Door,
    /// Without TLS; `None` where nothing goes out in plain text.
    plain: Option<Door>,
}

/// A client, and what it may call.
#[derive(Debug, Clone)]
struct Door {
    client: Client,
    reachable: Reachable,
}

impl Poster {
    /// Calls public addresses and those in these networks, with TLS; without TLS those in the networks alone, if anything may be plain.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(networks: &[IpNet], may_be_plain: bool) -> Result<Self, String> {
        let tls = Door::new(Reachable::new(networks))?;
        let plain = if may_be_plain { Some(Door::new(Reachable::only(networks))?) } else { None };
        Ok(Self { tls, plain })
    }

    /// Whether this could be called as things are now. A name that nobody knows yet may mean something later.
    ///
    /// # Errors
    /// When it goes where nothing may go, or in plain text where that may not be.
    pub async fn judge(&self, url: &Url) -> Result<(), Unanswered> {
        let door = self.door(url)?;
        door.judge_literal(url)?;
        let Some(Host::Domain(name)) = url.host() else { return Ok(()) };
        match tokio::time::timeout(CONNECT, door.reachable.resolve(name, 0)).await {
            Ok(Err(NoAddress::Closed)) => Err(Unanswered::Closed),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Posts a body, and says what came back: any status is an answer.
    ///
    /// # Errors
    /// When nothing came back.
    pub async fn post(&self, url: &Url, headers: HeaderMap, body: String) -> Result<Answer, Unanswered> {
        let door = self.door(url)?;
        door.judge_literal(url)?;
        let sent = door.client.post(url.clone()).headers(headers).body(body).send().await;
        let mut response = sent.map_err(|error| unanswered(&error))?;
        let answer = Answer { status: response.status().as_u16(), retry_after: retry_after(response.headers()) };
        // Whatever becomes of it, the status has been said.
        let _ = tokio::time::timeout(BODY, skip(&mut response)).await;
        Ok(answer)
    }

    fn door(&self, url: &Url) -> Result<&Door, Unanswered> {
        match url.scheme() {
            "https" => Ok(&self.tls),
            _ => self.plain.as_ref().ok_or(Unanswered::Plain),
        }
    }
}

impl Door {
    fn new(reachable: Reachable) -> Result<Self, String> {
        let names = Arc::new(Names { reachable: reachable.clone() });
        let client = client(|builder| {
            let builder = builder.dns_resolver(Arc::clone(&names)).connect_timeout(CONNECT).timeout(WHOLE);
            // A connection that is kept would outlive the judgement of its address.
            builder.pool_max_idle_per_host(0).no_proxy().no_gzip().referer(false)
        });
        Ok(Self { client: client.map_err(|error| error.to_string())?, reachable })
    }

    /// What is an address already is called as it is: no name is looked up.
    fn judge_literal(&self, url: &Url) -> Result<(), Unanswered> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(Unanswered::NoAddress),
        };
        if self.reachable.permits(address) { Ok(()) } else { Err(Unanswered::Closed) }
    }
}

/// Looks names up: the client connects to what this says, and to nothing else.
struct Names {
    reachable: Reachable,
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let reachable = self.reachable.clone();
        Box::pin(async move {
            // The port of the URL takes the place of this one.
            let found = reachable.resolve(name.as_str(), 0).await?;
            let found: Addrs = Box::new(found.into_iter());
            Ok(found)
        })
    }
}

/// Reads a little, and forgets it.
async fn skip(response: &mut Response) {
    let mut left = BODY_MAX;
    while let Ok(Some(bytes)) = response.chunk().await {
        left = left.saturating_sub(bytes.len());
        if left == 0 {
            return;
        }
    }
}

/// In seconds (RFC 9110, section 10.2.3); a date is not read.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// What went wrong, by its causes.
fn unanswered(error: &reqwest::Error) -> Unanswered {
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(cause) = next {
        match cause.downcast_ref::<NoAddress>() {
            Some(NoAddress::Closed) => return Unanswered::Closed,
            Some(NoAddress::Unknown) => return Unanswered::NoAddress,
            None => {}
        }
        // What an I/O error holds is not among its sources.
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if cause.is::<rustls::Error>() || inner.is_some_and(<dyn Error + Send + Sync>::is::<rustls::Error>) {
            return Unanswered::Tls;
        }
        next = cause.source();
    }
    if error.is_timeout() { Unanswered::Late } else { Unanswered::Broken }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn what_is_not_public_is_not_called() {
        let public = Poster::new(&[], false).unwrap();
        for (address, told) in [
            ("https://127.0.0.1/", Unanswered::Closed),
            ("https://2130706433/", Unanswered::Closed),
            ("https://0x7f.1/", Unanswered::Closed),
            ("https://[::1]:8443/", Unanswered::Closed),
            ("https://[::ffff:10.0.0.1]/", Unanswered::Closed),
            ("https://169.254.169.254/latest/meta-data", Unanswered::Closed),
            ("https://localhost/", Unanswered::Closed),
            ("http://127.0.0.1/", Unanswered::Plain),
            ("http://1.1.1.1/", Unanswered::Plain),
        ] {
            assert_eq!(public.judge(&url(address)).await, Err(told), "{address}");
            assert_eq!(public.post(&url(address), HeaderMap::new(), String::new()).await, Err(told), "{address}");
        }
    }

    #[tokio::test]
    async fn plain_text_stays_in_the_networks_of_the_operator() {
        let own = Poster::new(&["127.0.0.0/8".parse().unwrap()], true).unwrap();
        for (address, told) in [
            ("http://127.0.0.1:6000/", Ok(())),
            ("https://127.0.0.1/", Ok(())),
            ("https://1.1.1.1/", Ok(())),
            ("http://1.1.1.1/", Err(Unanswered::Closed)),
            ("https://10.0.0.1/", Err(Unanswered::Closed)),
        ] {
            assert_eq!(own.judge(&url(address)).await, told, "{address}");
        }
    }

    #[test]
    fn seconds_to_wait_are_read() {
        let of = |text: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            retry_after(&headers)
        };
        assert_eq!(of("120"), Some(Duration::from_mins(2)));
        for other in ["", "-1", "soon", "Fri, 31 Dec 1999 23:59:59 GMT", "99999999999999999999999"] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
