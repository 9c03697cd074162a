//! HTTP clients: whom they trust, and what none of them does.

use std::sync::Arc;

use reqwest::{Client, ClientBuilder, redirect};
use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};

/// A client that trusts what the machine trusts, as a company's gateway may have a certificate of its own; where the machine
/// has no certificates (a bare container) it trusts Mozilla's list, which is part of the binary. It follows no redirect:
/// one would carry a key, a code or a conversation to an address that nobody configured. `settings` says the rest.
///
/// # Errors
/// When TLS cannot be set up.
pub fn client(settings: impl Fn(ClientBuilder) -> ClientBuilder) -> Result<Client, Box<dyn std::error::Error>> {
    let builder = || {
        let name = concat!("elenchus/", env!("CARGO_PKG_VERSION"));
        settings(Client::builder().user_agent(name).redirect(redirect::Policy::none()))
    };
    // Without a provider of cryptography in the process the machine's list cannot be used.
    let with_platform_roots = CryptoProvider::get_default().and_then(|_| builder().build().ok());
    match with_platform_roots {
        Some(client) => Ok(client),
        None => Ok(builder().tls_backend_preconfigured(with_built_in_roots()?).build()?),
    }
}

fn with_built_in_roots() -> Result<ClientConfig, rustls::Error> {
    let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(tls)
}
