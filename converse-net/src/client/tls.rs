//! Encryption, and who is believed to be the server (RFC 8446, RFC 9525).

use std::io;
use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error, RootCertStore};

use super::dial::Io;
use super::error::Trouble;

/// The protocol that is spoken within (RFC 7301): a server that has others too must not choose one.
const HTTP: &[u8] = b"http/1.1";

/// Who vouches for servers: the authorities of the system, and those of these PEM texts.
pub(crate) async fn connector(more: Vec<Vec<u8>>) -> Result<TlsConnector, Trouble> {
    // The system's are in files.
    let made = tokio::task::spawn_blocking(move || configured(&more)).await;
    let config = made.unwrap_or_else(|panic| Err(Trouble::Io(io::Error::other(panic))))?;
    Ok(TlsConnector::from(Arc::new(config)))
}

fn configured(more: &[Vec<u8>]) -> Result<ClientConfig, Trouble> {
    let mut roots = RootCertStore::empty();
    for pem in more {
        add(pem, &mut roots)?;
    }
    // What cannot be read among many is passed over, as every other program of the system does.
    let system = rustls_native_certs::load_native_certs();
    let (_added, _unreadable) = roots.add_parsable_certificates(system.certs);
    if roots.is_empty() {
        let remedy = "this system knows no certificate authority; install its package ca-certificates, or name one \
                      with `.root_certificate(…)`";
        return Err(Trouble::Url(remedy.to_owned()));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().map_err(|error| Trouble::Io(io::Error::other(error)))?;
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![HTTP.to_vec()];
    Ok(config)
}

/// Adds every certificate of a PEM text.
fn add(pem: &[u8], roots: &mut RootCertStore) -> Result<(), Trouble> {
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let added = certificate.ok().and_then(|certificate| roots.add(certificate).ok());
        added.ok_or_else(not_a_root)?;
    }
    if roots.len() == before { Err(not_a_root()) } else { Ok(()) }
}

fn not_a_root() -> Trouble {
    Trouble::Url("what `.root_certificate(…)` was given is no certificate in PEM: BEGIN CERTIFICATE, …".to_owned())
}

/// Encrypts a connection to the server of this name.
pub(crate) async fn encrypt(io: Box<dyn Io>, connector: &TlsConnector, host: &str) -> Result<Box<dyn Io>, Trouble> {
    let name = ServerName::try_from(host.to_owned());
    let name = name.map_err(|_| Trouble::Url("its host is no name that a certificate can have".to_owned()))?;
    match connector.connect(name, io).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => Err(trouble(error)),
    }
}

fn trouble(error: io::Error) -> Trouble {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    Trouble::Stranger(match inner {
        Some(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
            "nobody vouches for its certificate; if it is of your own authority, name that with `.root_certificate(…)`"
        }
        Some(Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        )) => "its certificate is for another host; connect by the name that is in it",
        Some(Error::InvalidCertificate(
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. },
        )) => "its certificate has expired, or is not valid yet; is the clock right?",
        Some(Error::InvalidCertificate(_)) => "its certificate is not valid; the server needs another",
        Some(Error::InvalidMessage(_)) => "what answers does not speak TLS; is it ws:// or http:// without an s?",
        Some(_) => "it does not agree to a way to encrypt; is its TLS older than 1.2?",
        // It may also be about to end.
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            let text = "it ended the connection instead of agreeing to TLS; is it ws:// or http:// without an s?";
            return Trouble::Io(io::Error::new(error.kind(), text));
        }
        None => return Trouble::Io(error),
    })
}

#[cfg(test)]
mod tests {
    use super::configured;

    #[test]
    fn what_is_no_certificate_is_refused() {
        const EMPTY: &[u8] = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for pem in [&b""[..], b"no PEM", EMPTY] {
            let trouble = configured(&[pem.to_vec()]).unwrap_err();
            assert!(trouble.to_string().contains("BEGIN CERTIFICATE"), "{trouble}");
        }
    }
}
