//! What stands between a client and a server: it passes bytes on until it is cut.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(crate) struct Proxy {
    pub(crate) url: String,
    cut: watch::Sender<()>,
    /// Whether new connections wait before they are passed on.
    held: watch::Sender<bool>,
    connections: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// To a server of TCP; `scheme` is what the URL begins with.
    pub(crate) async fn tcp(scheme: &str, to: SocketAddr) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{scheme}://{}", listener.local_addr().unwrap());
        let (cut, cutting) = watch::channel(());
        let (held, holding) = watch::channel(false);
        let connections = Arc::new(AtomicUsize::new(0));
        let open = Arc::new(AtomicUsize::new(0));
        let (counted, opened) = (Arc::clone(&connections), Arc::clone(&open));
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let (opened, cutting, mut holding) = (Arc::clone(&opened), cutting.clone(), holding.clone());
                tokio::spawn(async move {
                    // It fails where the proxy is gone, and then nobody minds the connection.
                    let _released = holding.wait_for(|held| !held).await.is_ok();
                    opened.fetch_add(1, Ordering::SeqCst);
                    pass(client, to, cutting).await;
                    opened.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Proxy { url, cut, held, connections, open, accepting }
    }

    #[cfg(unix)]
    pub(crate) fn unix(to: SocketAddr) -> Proxy {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("converse-{}-{}.sock", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        let listener = tokio::net::UnixListener::bind(&path).unwrap();
        let (cut, cutting) = watch::channel(());
        let connections = Arc::new(AtomicUsize::new(0));
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, to, cutting.clone()));
            }
        });
        let (open, held) = (Arc::default(), watch::Sender::new(false));
        Proxy { url: format!("unix://{}", path.display()), cut, held, connections, open, accepting }
    }

    /// Ends every connection there is. New ones are passed on.
    pub(crate) fn cut(&self) {
        self.cut.send_replace(());
    }

    /// The same, and new ones wait until it is told to go on.
    pub(crate) fn cut_and_hold(&self) {
        self.held.send_replace(true);
        self.cut();
    }

    pub(crate) fn go_on(&self) {
        self.held.send_replace(false);
    }

    /// How many connections are open.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// How many there ever were.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        if let Some(path) = self.url.strip_prefix("unix://") {
            std::fs::remove_file(path).unwrap();
        }
    }
}

async fn pass(mut client: impl AsyncRead + AsyncWrite + Unpin, to: SocketAddr, mut cut: watch::Receiver<()>) {
    cut.mark_unchanged();
    let Ok(mut server) = TcpStream::connect(to).await else { return };
    tokio::select! {
        _ended = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
        _cut = cut.changed() => {}
    }
}
