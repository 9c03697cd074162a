//! Who calls, behind proxies: what can be believed of `X-Forwarded-For` and `Forwarded`.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use elenchus::config::env::Env;
use elenchus::config::load::Config;
use elenchus::http::client_address::find;
use ipnet::IpNet;

const CLIENT: &str = "203.0.113.7";

fn proxies(list: &str) -> Vec<IpNet> {
    Config::from_env(&Env::from_pairs([("TRUSTED_PROXIES", list)])).unwrap().server.trusted_proxies
}

/// The caller's address, with the header lines as given.
fn caller(peer: &str, lines: &[(&'static str, &str)], trusted: &str) -> String {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    find(peer.parse::<IpAddr>().unwrap(), &headers, &proxies(trusted)).to_string()
}

fn x(value: &str) -> [(&'static str, &str); 1] {
    [("x-forwarded-for", value)]
}

fn f(value: &str) -> [(&'static str, &str); 1] {
    [("forwarded", value)]
}

#[test]
fn nobody_is_believed_unless_named() {
    for lines in [&x("1.2.3.4")[..], &f("for=1.2.3.4"), &[("x-real-ip", "1.2.3.4")], &[]] {
        assert_eq!(caller(CLIENT, lines, ""), CLIENT);
        assert_eq!(caller(CLIENT, lines, "10.0.0.0/8, ::1"), CLIENT);
    }
    // Loopback is no exception: whoever shares the machine is not the proxy.
    assert_eq!(caller("127.0.0.1", &x("1.2.3.4"), ""), "127.0.0.1");
}

#[test]
fn the_rightmost_address_that_is_no_proxy_counts() {
    for (said, expected) in [
        (CLIENT, CLIENT),
        // What the caller wrote stands at the left of what the proxy adds.
        ("1.2.3.4, 203.0.113.7", CLIENT),
        ("10.0.0.9, 203.0.113.7", CLIENT),
        ("127.0.0.1,203.0.113.7", CLIENT),
        // Through several proxies.
        ("1.2.3.4, 203.0.113.7, 10.0.0.2, 10.255.255.255", CLIENT),
        ("203.0.113.7 ,\t10.0.0.2", CLIENT),
        // With ports, as some proxies write.
        ("203.0.113.7:51234", CLIENT),
        ("203.0.113.7:51234, 10.0.0.2:80", CLIENT),
        // Only proxies: the call comes from the first of them.
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        // What cannot be read ends at the proxy that wrote it.
        ("203.0.113.7, unknown", "10.0.0.1"),
        ("203.0.113.7, nonsense, 10.0.0.2", "10.0.0.2"),
        ("203.0.113.7, 1.2.3.4.5", "10.0.0.1"),
        ("203.0.113.7, 010.0.0.1", "10.0.0.1"),
        ("203.0.113.7\", \"1.2.3.4", "10.0.0.1"),
        ("", "10.0.0.1"),
        (" , ,", "10.0.0.1"),
        ("é", "10.0.0.1"),
    ] {
        assert_eq!(caller("10.0.0.1", &x(said), "10.0.0.0/8"), expected, "{said}");
    }
    // Several lines are one list.
    let lines = [("x-forwarded-for", "1.2.3.4"), ("x-forwarded-for", "203.0.113.7"), ("x-forwarded-for", "10.0.0.2")];
    assert_eq!(caller("10.0.0.1", &lines, "10.0.0.0/8"), CLIENT);
    // A proxy that is not named ends the walk, although one behind it is.
    assert_eq!(caller("10.0.0.1", &x("203.0.113.7, 192.0.2.1, 10.0.0.2"), "10.0.0.0/8"), "192.0.2.1");
}

#[test]
fn addresses_of_both_kinds_are_one() {
    for (peer, said, trusted, expected) in [
        ("::1", "2001:db8::17", "::1", "2001:db8::17"),
        ("::1", "[2001:db8::17]:4711", "::1", "2001:db8::17"),
        ("::1", "[2001:DB8:0::17]", "::1", "2001:db8::17"),
        ("fd00::2", "2001:db8::17, fd00::1", "fd00::/8", "2001:db8::17"),
        // An IPv4 caller of a socket for both kinds, on either side of the comparison.
        ("::ffff:10.0.0.1", "203.0.113.7", "10.0.0.0/8", CLIENT),
        ("10.0.0.1", "::ffff:203.0.113.7, ::ffff:10.0.0.2", "10.0.0.0/8", CLIENT),
        ("::ffff:10.0.0.1", "203.0.113.7", "::ffff:10.0.0.1", CLIENT),
        ("::ffff:203.0.113.7", "1.2.3.4", "10.0.0.0/8", CLIENT),
    ] {
        assert_eq!(caller(peer, &x(said), trusted), expected, "{peer} {said}");
    }
    // The IPv6 of a network is not the IPv4 of the same digits.
    assert_eq!(caller("::1", &x("1.2.3.4"), "127.0.0.1"), "::1");
}

#[test]
fn forwarded_is_read_by_its_grammar() {
    for (said, expected) in [
        ("for=203.0.113.7", CLIENT),
        ("For=\"203.0.113.7:80\";proto=https;by=10.0.0.1", CLIENT),
        ("for=1.2.3.4, for=203.0.113.7;proto=http, FOR=10.0.0.2", CLIENT),
        ("for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
        // Commas and semicolons in quotes are no separators, and an escaped quote ends none.
        ("for=203.0.113.7;ext=\"a, for=1.2.3.4; b\"", CLIENT),
        ("for=203.0.113.7;ext=\"a\\\", for=1.2.3.4; b\"", CLIENT),
        ("for=203.0.113.7, for=unknown", "10.0.0.1"),
        ("for=203.0.113.7, for=_hidden", "10.0.0.1"),
        ("for=203.0.113.7, proto=https", "10.0.0.1"),
        ("for=203.0.113.7;for=1.2.3.4", "10.0.0.1"),
        ("for=203.0.113.7, for=", "10.0.0.1"),
        ("203.0.113.7", "10.0.0.1"),
        ("for=\"203.0.113.7", "10.0.0.1"),
    ] {
        assert_eq!(caller("10.0.0.1", &f(said), "10.0.0.0/8"), expected, "{said}");
    }
}

#[test]
fn headers_that_disagree_are_believed_neither() {
    let both = |one, other| [("x-forwarded-for", one), ("forwarded", other)];
    assert_eq!(caller("10.0.0.1", &both(CLIENT, "for=203.0.113.7"), "10.0.0.0/8"), CLIENT);
    // A proxy that writes one of them passes the other on as the caller wrote it, and we know not which.
    assert_eq!(caller("10.0.0.1", &both(CLIENT, "for=1.2.3.4"), "10.0.0.0/8"), "10.0.0.1");
    assert_eq!(caller("10.0.0.1", &both("1.2.3.4", "for=203.0.113.7"), "10.0.0.0/8"), "10.0.0.1");
}

#[test]
fn a_malformed_proxy_stops_the_start() {
    for entry in [
        "nonsense",
        "*",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.1.2.3/8",
        "::1/129",
        "fd00::1/8",
        "proxy.example",
        "10.0.0.0 /8",
    ] {
        let error =
            Config::from_env(&Env::from_pairs([("TRUSTED_PROXIES", format!("127.0.0.1,{entry}"))])).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("TRUSTED_PROXIES: {entry:?} is not an address or a network such as 10.0.0.0/8 or fd00::/8")
        );
    }
    assert_eq!(proxies(" 10.0.0.0/8 ,, ::1,").len(), 2);
    assert!(proxies("").is_empty());
}
