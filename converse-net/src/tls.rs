//! TLS 1.2 and 1.3 (RFC 8446) by rustls: a certificate and its key from two files, read again when
//! they change.
//!
//! Data before the handshake is done (0-RTT) is not taken: it can be sent again by whoever saw it.

use std::fmt;
use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{Error, InconsistentKeys, ServerConfig};
use tokio_rustls::server::TlsStream;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// Where the certificate is, and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate in PEM, and behind it those that vouch for it.
    pub cert: PathBuf,
    /// Its private key in PEM, without a password.
    pub key: PathBuf,
}

/// Why a certificate and its key cannot be used.
#[derive(Debug)]
pub enum TlsError {
    /// A file cannot be read.
    Unreadable(PathBuf, io::Error),
    /// A file holds no certificate.
    NoCertificate(PathBuf),
    /// A file holds no private key.
    NoKey(PathBuf),
    /// The private key has a password.
    Encrypted(PathBuf),
    /// The key is that of another certificate.
    Mismatch(TlsFiles),
    /// The certificate or the key is of no kind that is known.
    Unusable(TlsFiles, Error),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TlsError::Unreadable(path, error) => {
                write!(f, "{} cannot be read: {error}; tls_cert and tls_key name files in PEM", path.display())
            }
            TlsError::NoCertificate(path) => {
                write!(f, "{} holds no certificate; it begins with -----BEGIN CERTIFICATE-----", path.display())
            }
            TlsError::NoKey(path) => {
                write!(f, "{} holds no private key; it begins with -----BEGIN PRIVATE KEY-----", path.display())
            }
            TlsError::Encrypted(path) => {
                let path = path.display();
                write!(f, "the key in {path} has a password; remove it: openssl pkey -in {path} -out key.pem")
            }
            TlsError::Mismatch(TlsFiles { cert, key }) => {
                let (cert, key) = (cert.display(), key.display());
                write!(f, "the key in {key} is not that of the first certificate in {cert}; name the files of one pair")
            }
            TlsError::Unusable(TlsFiles { cert, key }, error) => {
                let (cert, key) = (cert.display(), key.display());
                write!(f, "{cert} and {key} cannot be used: {error}; make a key of ECDSA, Ed25519 or RSA of 2048 bits")
            }
        }
    }
}

impl std::error::Error for TlsError {}

/// TLS with the certificate that the files hold now.
pub(crate) struct Tls {
    files: TlsFiles,
    current: Arc<Current>,
    provider: Arc<CryptoProvider>,
}

/// The certificate of the next handshake.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Tls {
    /// Reads the files.
    pub(crate) fn new(files: TlsFiles) -> Result<Tls, TlsError> {
        let provider = Arc::new(ring::default_provider());
        let current = Arc::new(Current(RwLock::new(Arc::new(read(&files, &provider)?))));
        Ok(Tls { files, current, provider })
    }

    /// Does the handshakes of one protocol, named as ALPN has it (RFC 7301), if it has a name.
    pub(crate) fn acceptor(&self, protocol: Option<&str>) -> Result<TlsAcceptor, TlsError> {
        let config = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .map_err(|error| TlsError::Unusable(self.files.clone(), error))?;
        let mut config = config.with_no_client_auth().with_cert_resolver(Arc::clone(&self.current) as _);
        config.alpn_protocols = protocol.map(|name| name.as_bytes().to_vec()).into_iter().collect();
        config.max_early_data_size = 0;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Reads the files again whenever they change, for ever. What cannot be used leaves the old ones.
    pub(crate) async fn follow(&self) {
        let mut seen = self.stamps();
        loop {
            sleep(LOOK).await;
            let now = self.stamps();
            if now == seen {
                continue;
            }
            seen = now;
            match read(&self.files, &self.provider) {
                Ok(fresh) => {
                    *self.current.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
                    tracing::info!(cert = %self.files.cert.display(), "the new certificate is in use");
                }
                Err(error) => tracing::error!(%error, "the new certificate is not in use, the old one still is"),
            }
        }
    }

    /// What changes when a file does.
    fn stamps(&self) -> [Option<(SystemTime, u64)>; 2] {
        let stamp = |found: Metadata| found.modified().ok().map(|time| (time, found.len()));
        [&self.files.cert, &self.files.key].map(|path| fs::metadata(path).ok().and_then(stamp))
    }
}

/// Does the handshake within its time.
pub(crate) async fn shake(
    acceptor: &TlsAcceptor,
    socket: TcpStream,
    limit: Duration,
) -> io::Result<TlsStream<TcpStream>> {
    timeout(limit, acceptor.accept(socket)).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

fn read(files: &TlsFiles, provider: &CryptoProvider) -> Result<CertifiedKey, TlsError> {
    let (cert, key) = (bytes(&files.cert)?, bytes(&files.key)?);
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&cert).collect();
    let chain = chain.ok().filter(|chain| !chain.is_empty());
    let chain = chain.ok_or_else(|| TlsError::NoCertificate(files.cert.clone()))?;
    let encrypted = key.windows(9).any(|word| word == b"ENCRYPTED");
    let why = if encrypted { TlsError::Encrypted } else { TlsError::NoKey };
    let key = PrivateKeyDer::from_pem_slice(&key).map_err(|_| why(files.key.clone()))?;
    CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => TlsError::Mismatch(files.clone()),
        error => TlsError::Unusable(files.clone(), error),
    })
}

fn bytes(path: &Path) -> Result<Vec<u8>, TlsError> {
    fs::read(path).map_err(|error| TlsError::Unreadable(path.to_owned(), error))
}
