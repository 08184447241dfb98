//! Encrypted connections, and servers for whom nobody vouches.

use std::net::SocketAddr;
use std::sync::Arc;

use converse::{Call, Client};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use crate::classes::{Echo, Echoed, Nothing};
use crate::server::Server;

/// A server that encrypts, on a port of its own, and the authority that vouches for it.
struct Encrypting {
    port: u16,
    authority: String,
    accepting: JoinHandle<()>,
}

impl Drop for Encrypting {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// An authority, in PEM, and what one who is called `localhost` needs to be believed by it.
fn vouched() -> (String, ServerConfig) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    (authority.pem(), config.with_single_cert(vec![certificate.der().clone()], key.into()).unwrap())
}

/// Encrypts what a server says.
async fn encrypting(to: SocketAddr) -> Encrypting {
    let (authority, config) = vouched();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let accepting = tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut socket) = acceptor.accept(socket).await else { return };
                let mut server = TcpStream::connect(to).await.unwrap();
                // How it ends is the client's matter.
                let _ended = tokio::io::copy_bidirectional(&mut socket, &mut server).await;
            });
        }
    });
    Encrypting { port, authority, accepting }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_for_whom_an_authority_vouches_is_talked_to() {
    let server = Server::start().await;
    let encrypting = encrypting(server.http).await;
    let port = encrypting.port;
    for scheme in ["wss", "https"] {
        let to = Client::to(&format!("{scheme}://localhost:{port}")).root_certificate(encrypting.authority.as_str());
        let client = to.connect().await.unwrap();
        let text = "x".repeat(100_000);
        let (one, two): (Result<Echoed, _>, Result<(), _>) =
            tokio::join!(client.call(Echo::new(&*text)), client.call(Nothing::new()));
        assert_eq!(one.unwrap().text, text, "{scheme}");
        two.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_other_is_not() {
    let server = Server::start().await;
    let encrypting = encrypting(server.http).await;
    let port = encrypting.port;
    for (url, trusted, remedy) in [
        (format!("wss://localhost:{port}"), false, "nobody vouches for its certificate"),
        (format!("https://127.0.0.1:{port}"), true, "its certificate is for another host"),
        (format!("wss://{}", server.http), true, "is it ws:// or http:// without an s?"),
        (format!("ws://localhost:{port}"), true, "does it want TLS (wss://)?"),
    ] {
        let mut to = Client::to(&url);
        if trusted {
            to = to.root_certificate(encrypting.authority.as_str());
        }
        let error = to.connect().await.unwrap_err();
        assert!(error.to_string().contains(remedy), "{url}: {error}");
    }
    // Over HTTP without encryption the connection is made, and says nothing that is HTTP.
    let client = Client::connect(&format!("http://localhost:{port}")).await.unwrap();
    let call: Call<()> = client.call(Nothing::new());
    assert_eq!(call.await.unwrap_err().code(), "connection_lost");
}
