//! A program while it serves.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use converse_net::{OtlpExport, Report, Server};
use converse_store::{Durability, Store};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::app::{Hook, run_shutdown};
use crate::{Engine, StartError, watch};

/// A program that serves. Dropping it leaves it serving; [`stop`](Self::stop) ends it.
pub struct Serving {
    http: Option<SocketAddr>,
    tcp: Option<SocketAddr>,
    /// Whether TLS is spoken at these addresses.
    pub(crate) secure: bool,
    /// The Unix sockets, with what is spoken there.
    pub(crate) unix: Vec<(&'static str, PathBuf)>,
    stop: oneshot::Sender<()>,
    done: JoinHandle<Report>,
    shutdown: Vec<Hook>,
    pub(crate) store: Option<Store>,
    pub(crate) durability: Durability,
    export: Option<OtlpExport>,
}

impl Engine {
    /// Runs the start hooks, takes the addresses, and serves.
    ///
    /// # Errors
    /// A hook that failed, or an address that cannot be had.
    pub async fn serve(self) -> Result<Serving, StartError> {
        let Engine { dispatch, config, hooks, mounts, store, export } = self;
        let (start, shutdown) = hooks.into_inner().unwrap_or_else(PoisonError::into_inner);
        for hook in start {
            hook().await.map_err(StartError::Hook)?;
        }
        let paths = [("http", config.unix_http.clone()), ("tcp", config.unix_tcp.clone())];
        let unix = paths.into_iter().filter_map(|(what, path)| Some((what, path?))).collect();
        let server = Server::bind(Arc::clone(&dispatch), config.listen(), config.net_limits()).await;
        let mut server = server.map_err(StartError::Bind)?.with_access(config.access()).with_mounts(mounts);
        let tls = config.tls().map_err(StartError::Config)?;
        let secure = tls.is_some();
        if let Some(files) = tls {
            server = server.with_tls(files).map_err(StartError::Tls)?;
        }
        watch::start(&dispatch);
        let (http, tcp) = (server.http_address(), server.tcp_address());
        let (stop, stopped) = oneshot::channel();
        let done = tokio::spawn(server.run(async {
            if stopped.await.is_err() {
                // Nobody is left to say stop: serve on.
                std::future::pending::<()>().await;
            }
        }));
        Ok(Serving { http, tcp, secure, unix, stop, done, shutdown, store, durability: config.durability, export })
    }
}

impl Serving {
    /// Where HTTP and WebSocket are served.
    pub fn http_address(&self) -> Option<SocketAddr> {
        self.http
    }

    /// Where JSON lines are served.
    pub fn tcp_address(&self) -> Option<SocketAddr> {
        self.tcp
    }

    /// Refuses new messages, lets those in flight finish, and runs the shutdown hooks. Returns how
    /// many connections had to be cut off.
    pub async fn stop(self) -> usize {
        // The server may have ended by itself.
        let _ = self.stop.send(());
        let cut_off = match self.done.await {
            Ok(report) => report.cut_off,
            Err(error) => {
                tracing::error!(%error, "the server ended badly");
                0
            }
        };
        run_shutdown(self.shutdown).await;
        if let Some(export) = self.export {
            export.finish().await;
        }
        cut_off
    }
}
