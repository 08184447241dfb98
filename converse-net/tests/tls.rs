//! TLS: both versions on both protocols, new files while it runs, and what cannot be used.

#![allow(clippy::unwrap_used, missing_docs)]

mod toy;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use converse_net::{Access, Admission, Listen, NetLimits, Server, TlsError, TlsFiles};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use toy::Toy;
use toy::running::{PATIENCE, until};

/// A certificate for `localhost` and its key, in files of a folder of its own.
struct Pair {
    folder: PathBuf,
    cert: CertificateDer<'static>,
}

impl Pair {
    fn new(name: &str) -> Pair {
        let folder = std::env::temp_dir().join(format!("converse-tls-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut pair = Pair { folder, cert: CertificateDer::from(Vec::new()) };
        pair.renew();
        pair
    }

    /// Another certificate, in the same files.
    fn renew(&mut self) {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(self.folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
        std::fs::write(self.folder.join("cert.pem"), cert.pem()).unwrap();
        self.cert = cert.der().clone();
    }

    fn files(&self) -> TlsFiles {
        TlsFiles { cert: self.folder.join("cert.pem"), key: self.folder.join("key.pem") }
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).unwrap();
    }
}

async fn bound(files: TlsFiles, limits: NetLimits) -> Result<Server<Toy>, TlsError> {
    let any = Some("127.0.0.1:0".parse().unwrap());
    let listen = Listen { http: any, tcp: any, ..Listen::default() };
    let server = Server::bind(Arc::new(Toy::default()), listen, limits).await.unwrap();
    server.with_access(Access::default()).with_tls(files)
}

/// Where HTTP and TCP are served.
async fn started(files: TlsFiles, limits: NetLimits) -> (SocketAddr, SocketAddr, Admission) {
    let server = bound(files, limits).await.unwrap();
    let at = (server.http_address().unwrap(), server.tcp_address().unwrap(), server.admission());
    tokio::spawn(server.run(std::future::pending()));
    at
}

/// A client that trusts this certificate and no other.
async fn connect(
    at: SocketAddr,
    cert: &CertificateDer<'static>,
    version: &'static SupportedProtocolVersion,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(cert.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, TcpStream::connect(at).await?).await
}

#[tokio::test]
async fn both_versions_carry_both_protocols() {
    let pair = Pair::new("both");
    let (http, tcp, _) = started(pair.files(), NetLimits::default()).await;
    for version in [&TLS12, &TLS13] {
        let mut client = connect(http, &pair.cert, version).await.unwrap();
        assert_eq!(client.get_ref().1.protocol_version(), Some(version.version));
        client.write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        let mut client = connect(tcp, &pair.cert, version).await.unwrap();
        let large = format!("{{\"A\":\"{}\"}}\n", "x".repeat(300_000));
        client.write_all(large.as_bytes()).await.unwrap();
        client.shutdown().await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer == large, "{} bytes", answer.len());
    }
}

#[tokio::test]
async fn a_cookie_that_comes_over_tls_goes_over_nothing_else() {
    let pair = Pair::new("cookie");
    let (http, _, _) = started(pair.files(), NetLimits::default()).await;
    let mut client = connect(http, &pair.cert, &TLS13).await.unwrap();
    let head = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n";
    client.write_all(format!("{head}content-length: 6\r\n\r\ncookie").as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("\r\nset-cookie: a=1; Secure\r\n"), "{answer}");
}

#[tokio::test]
async fn websocket_is_carried_too() {
    let pair = Pair::new("websocket");
    let (http, _, _) = started(pair.files(), NetLimits::default()).await;
    let mut client = connect(http, &pair.cert, &TLS13).await.unwrap();
    let request = "GET /ws HTTP/1.1\r\nhost: localhost\r\norigin: https://localhost\r\nupgrade: websocket\r\n\
                   connection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    client.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.unwrap());
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    client.write_all(&[0x81, 0x82, 0, 0, 0, 0, b'{', b'}']).await.unwrap();
    let mut frame = [0; 4];
    client.read_exact(&mut frame).await.unwrap();
    assert_eq!(&frame, b"\x81\x02{}");
}

#[tokio::test]
async fn a_new_certificate_is_taken_and_a_broken_one_is_not() {
    let mut pair = Pair::new("reload");
    let (_, tcp, _) = started(pair.files(), NetLimits::default()).await;
    let before = pair.cert.clone();
    let mut client = connect(tcp, &before, &TLS13).await.unwrap();
    sleep(Duration::from_millis(20)).await;
    pair.renew();
    let begun = Instant::now();
    while connect(tcp, &pair.cert, &TLS13).await.is_err() {
        assert!(begun.elapsed() < PATIENCE, "the new certificate is not in use");
        sleep(Duration::from_millis(100)).await;
    }
    assert!(connect(tcp, &before, &TLS13).await.is_err(), "the old one is not any more");
    client.write_all(b"{\"A\":1}\n").await.unwrap();
    client.read_exact(&mut [0; 8]).await.unwrap();
    std::fs::write(pair.files().cert, "-----BEGIN CERTIFICATE-----\nbroken\n").unwrap();
    sleep(Duration::from_millis(2_500)).await;
    assert!(connect(tcp, &pair.cert, &TLS13).await.is_ok(), "a broken file leaves the certificate in use");
}

#[tokio::test]
async fn who_says_nothing_or_no_tls_is_left() {
    let pair = Pair::new("slow");
    let limits = NetLimits { tls_timeout: Duration::from_millis(300), ..NetLimits::default() };
    let (http, _, admission) = started(pair.files(), limits).await;
    let mut silent = TcpStream::connect(http).await.unwrap();
    let begun = Instant::now();
    assert_eq!(silent.read(&mut [0; 9]).await.unwrap(), 0);
    assert!((250..9_000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    let mut slow = TcpStream::connect(http).await.unwrap();
    slow.write_all(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01]).await.unwrap();
    assert_eq!(slow.read(&mut [0; 9]).await.unwrap(), 0);
    let mut plain = TcpStream::connect(http).await.unwrap();
    plain.write_all(b"POST / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _reset = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    until("the place of each is free", || admission.open() == 0).await;
}

#[tokio::test]
async fn what_cannot_be_used_is_said_in_one_line() {
    let pair = Pair::new("errors");
    let TlsFiles { cert, key } = pair.files();
    let other = pair.folder.join("other.pem");
    std::fs::write(&other, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    let locked = pair.folder.join("locked.pem");
    std::fs::write(&locked, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n")
        .unwrap();
    let none = pair.folder.join("none.pem");
    for (cert, key, says) in [
        (&none, &key, "none.pem cannot be read"),
        (&cert, &none, "none.pem cannot be read"),
        (&key, &key, "holds no certificate"),
        (&cert, &cert, "holds no private key"),
        (&cert, &locked, "has a password; remove it: openssl pkey -in "),
        (&cert, &other, "is not that of the first certificate"),
    ] {
        let files = TlsFiles { cert: cert.clone(), key: key.clone() };
        let Err(error) = bound(files, NetLimits::default()).await else { unreachable!("{says}") };
        let text = error.to_string();
        assert!(text.contains(says) && !text.contains('\n'), "{says}: {text}");
    }
}
