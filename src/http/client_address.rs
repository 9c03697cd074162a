//! The address of whoever calls, through any number of proxies.
//!
//! A caller may write what it likes into `X-Forwarded-For` or `Forwarded` (RFC 7239). Each proxy adds the address that it
//! was called from at the right, so that only what trusted proxies added can be believed: read from the right, the first
//! address that is none of theirs is the caller's.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderName, header};
use ipnet::IpNet;

/// Who calls, as far as it can be known. An extension of each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Notes the caller's address in the request. Without a connection, as in tests, there is none.
pub fn note(proxies: &[IpNet], mut request: Request) -> Request {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    if let Some(peer) = peer {
        let address = find(peer, request.headers(), proxies);
        request.extensions_mut().insert(ClientAddress(address));
    }
    request
}

/// The caller's address, given who opened the connection and which proxies are trusted.
///
/// Where both headers are there and disagree one of them was the caller's own, and nobody can say which: then it is the
/// address of the proxy, which all who try this share.
#[must_use]
pub fn find(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    if !is_trusted(peer, proxies) {
        return peer;
    }
    let said = joined(headers, &X_FORWARDED_FOR).map(|text| walk(peer, &pieces(&text, ','), address, proxies));
    let forwarded = joined(headers, &header::FORWARDED).map(|text| walk(peer, &pieces(&text, ','), node, proxies));
    match (said, forwarded) {
        (Some(one), None) | (None, Some(one)) => one,
        (Some(one), Some(other)) if one == other => one,
        (None, None) | (Some(_), Some(_)) => peer,
    }
}

fn is_trusted(address: IpAddr, proxies: &[IpNet]) -> bool {
    proxies.iter().any(|network| network.contains(&address))
}

/// All lines of a header as one list, as RFC 9110 has it. Bytes that are no text become marks that no address has.
fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines: Vec<_> = headers.get_all(name).iter().map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

/// From the right: past trusted proxies to the first address that is none. What cannot be read ends the walk at the
/// proxy that wrote it.
fn walk(peer: IpAddr, entries: &[&str], read: fn(&str) -> Option<IpAddr>, proxies: &[IpNet]) -> IpAddr {
    let mut nearest = peer;
    for entry in entries.iter().rev() {
        match read(entry) {
            Some(address) if is_trusted(address, proxies) => nearest = address,
            Some(address) => return address,
            None => break,
        }
    }
    nearest
}

/// Pieces between separators that do not stand in quotes.
fn pieces(text: &str, separator: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(|char| {
        let literal = std::mem::take(&mut escaped);
        match char {
            '\\' if quoted && !literal => escaped = true,
            '"' if !literal => quoted = !quoted,
            _ => {}
        }
        char == separator && !quoted
    })
    .map(str::trim)
    .filter(|piece| !piece.is_empty())
    .collect()
}

/// The address in an element of `Forwarded`: `for=192.0.2.60;proto=https`, `For="[2001:db8::17]:4711"`.
fn node(element: &str) -> Option<IpAddr> {
    let mut found = None;
    for pair in pieces(element, ';') {
        let (name, value) = pair.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("for") {
            let value = value.trim();
            let bare = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
            // Twice in one element is nobody's address.
            if found.replace(address(bare)?).is_some() {
                return None;
            }
        }
    }
    found
}

/// An address with or without a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let found = match text.parse::<IpAddr>() {
        Ok(address) => address,
        Err(_) => match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(bare) => IpAddr::V6(bare.parse().ok()?),
            None => text.parse::<SocketAddr>().ok()?.ip(),
        },
    };
    Some(found.to_canonical())
}
