//! Traces to a collector: OTLP over HTTP, in its JSON form (OpenTelemetry protocol 1, section OTLP/HTTP).
//!
//! A message never waits for it: what was answered goes into a bounded queue, and what finds no room there is dropped
//! and told of in the log.

mod endpoint;
mod json;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use converse_dispatch::{Record, Recorded};
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::{OnceCell, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;

use crate::client::{Io, encrypt, tls_connector};
use crate::notices::Notice;

pub use endpoint::{InvalidOtlp, OtlpEndpoint};

/// How many messages may wait to be sent.
const WAITING: usize = 4_096;
/// How many go in one request.
const BATCH: usize = 512;
/// How long the first of them waits for others.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a collector may take for a request.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a dispatcher puts what was answered.
pub struct Otlp {
    queue: mpsc::Sender<Recorded>,
    dropped: Arc<AtomicU64>,
}

/// What sends it; to be told when nothing more comes.
pub struct OtlpExport {
    stop: oneshot::Sender<()>,
    done: JoinHandle<()>,
}

impl Otlp {
    /// Sends to a collector from now on, as the service of this name.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(endpoint: OtlpEndpoint, service: String) -> (Otlp, OtlpExport) {
        let (queue, waiting) = mpsc::channel(WAITING);
        let (stop, stopped) = oneshot::channel();
        let dropped = Arc::<AtomicU64>::default();
        let exporter = Exporter {
            endpoint,
            service,
            waiting,
            dropped: Arc::clone(&dropped),
            notice: Notice::default(),
            tls: OnceCell::new(),
        };
        (Otlp { queue, dropped }, OtlpExport { stop, done: tokio::spawn(exporter.run(stopped)) })
    }
}

impl Record for Otlp {
    fn record(&self, message: Recorded) {
        if self.queue.try_send(message).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl OtlpExport {
    /// Sends what waits, for as long as one request may take, and ends.
    pub async fn finish(self) {
        // It may have ended with the dispatcher.
        let _ = self.stop.send(());
        let _ = timeout(PATIENCE, self.done).await;
    }
}

struct Exporter {
    endpoint: OtlpEndpoint,
    service: String,
    waiting: mpsc::Receiver<Recorded>,
    dropped: Arc<AtomicU64>,
    notice: Notice,
    /// Whom it believes to be the collector: those for whom the system's authorities vouch.
    tls: OnceCell<TlsConnector>,
}

impl Exporter {
    async fn run(mut self, mut stopped: oneshot::Receiver<()>) {
        let mut batch = Vec::new();
        let mut last = false;
        while !last {
            tokio::select! {
                biased;
                count = self.waiting.recv_many(&mut batch, BATCH) => last = count == 0,
                // Whoever could say so is gone too.
                _ = &mut stopped => last = true,
            }
            if !last && batch.len() < BATCH {
                tokio::select! {
                    () = sleep(PAUSE) => {}
                    _ = &mut stopped => last = true,
                }
            }
            while let Ok(message) = self.waiting.try_recv() {
                batch.push(message);
                if batch.len() >= BATCH {
                    self.send(&mut batch).await;
                }
            }
            self.send(&mut batch).await;
        }
    }

    /// Sends a batch. What a collector does not take is lost: it is not worth the memory to keep it.
    async fn send(&self, batch: &mut Vec<Recorded>) {
        if batch.is_empty() {
            return;
        }
        let body = json::traces(&self.service, batch);
        let sent = timeout(PATIENCE, self.post(body)).await;
        let why = match sent {
            Ok(Ok(())) => None,
            Ok(Err(why)) => Some(why.to_string()),
            Err(_) => Some(format!("no answer within {} s", PATIENCE.as_secs())),
        };
        let dropped = self.dropped.swap(0, Ordering::Relaxed);
        if (why.is_some() || dropped > 0) && self.notice.due().is_some() {
            let lost = if why.is_some() { batch.len() } else { 0 };
            let why = why.unwrap_or_else(|| "it takes too little".to_owned());
            tracing::warn!(collector = %self.endpoint, lost, dropped, "traces do not reach the collector: {why}");
        }
        batch.clear();
    }

    async fn connect(&self) -> Result<Box<dyn Io>, Box<dyn std::error::Error + Send + Sync>> {
        let (host, port) = self.endpoint.address();
        let socket: Box<dyn Io> = Box::new(TcpStream::connect((host, port)).await?);
        if !self.endpoint.is_secure() {
            return Ok(socket);
        }
        let connector = self.tls.get_or_try_init(|| tls_connector(Vec::new())).await;
        let connector = connector.map_err(|trouble| trouble.to_string())?;
        encrypt(socket, connector, host).await.map_err(|trouble| trouble.to_string().into())
    }

    async fn post(&self, body: Vec<u8>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let socket = self.connect().await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(socket)).await?;
        let driven = tokio::spawn(connection);
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.endpoint.path())
            .header(HOST, self.endpoint.authority())
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body)))?;
        let status = sender.send_request(request).await?.status();
        driven.abort();
        if status.is_success() { Ok(()) } else { Err(format!("it answered {status}").into()) }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::sync::{OnceCell, mpsc};
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::ring::default_provider;
    use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

    use super::{Exporter, Notice};
    use crate::client::tls_connector;

    #[tokio::test]
    async fn a_collector_behind_tls_is_reached_if_somebody_vouches_for_it() {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der()).into();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let acceptor = TlsAcceptor::from(Arc::new(config.with_single_cert(vec![cert.der().clone()], key).unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let collector = tokio::spawn(async move {
            loop {
                let socket = listener.accept().await.unwrap().0;
                let Ok(mut socket) = acceptor.accept(socket).await else { continue };
                let mut request = Vec::new();
                while !request.ends_with(b"{}") {
                    request.push(socket.read_u8().await.unwrap());
                }
                socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
                return String::from_utf8(request).unwrap();
            }
        });
        let exporter = |tls: OnceCell<_>| Exporter {
            endpoint: endpoint.parse().unwrap(),
            service: "test".to_owned(),
            waiting: mpsc::channel(1).1,
            dropped: Arc::default(),
            notice: Notice::default(),
            tls,
        };
        let system = exporter(OnceCell::from(tls_connector(Vec::new()).await.unwrap_or_else(|_| {
            panic!("the system has no authorities");
        })));
        let refused = system.post(b"{}".to_vec()).await.unwrap_err().to_string();
        assert!(refused.contains("nobody vouches"), "{refused}");
        let believed = tls_connector(vec![cert.pem().into_bytes()]).await.unwrap_or_else(|trouble| panic!("{trouble}"));
        exporter(OnceCell::from(believed)).post(b"{}".to_vec()).await.unwrap();
        assert!(collector.await.unwrap().starts_with("POST /v1/traces HTTP/1.1\r\n"));
    }
}
