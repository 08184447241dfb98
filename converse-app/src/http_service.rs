//! The application inside a program that has a server of its own.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use converse_dispatch::Dispatch;
use converse_net::{HttpService as NetService, OtlpExport};
use tower_service::Service;

use crate::app::{Hook, run_shutdown};
use crate::{App, Engine, StartError, watch};

/// What an application answers over HTTP and WebSocket, as a tower service: to be nested in a program of
/// axum, or of any other server over hyper. Cheap to clone.
///
/// Hosts and origins are checked here, by the settings of the application, and the limits on messages hold.
/// Connections, TLS and the timeouts of HTTP are the other server's, which must speak HTTP/1.1 to it: a request of HTTP/2
/// has no `Host`. A request whose extensions have a
/// `SocketAddr` is from there; otherwise a `Peer` has no address.
#[derive(Clone)]
pub struct HttpService {
    inner: NetService<Dispatch>,
    /// What runs, and what is sent, at the end.
    end: Arc<Mutex<(Vec<Hook>, Option<OtlpExport>)>>,
}

impl App {
    /// Checks everything, runs the start hooks, and makes a tower service of the application.
    ///
    /// # Errors
    /// As [`build`](Self::build), and a hook that failed.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn into_service(self) -> Result<HttpService, StartError> {
        self.build()?.into_service().await
    }
}

impl Engine {
    /// The same for an application with a configuration of its own. Where to listen is not looked at.
    ///
    /// # Errors
    /// A start hook that failed.
    pub async fn into_service(self) -> Result<HttpService, StartError> {
        let Engine { dispatch, config, hooks, mounts, export, store: _ } = self;
        let (start, shutdown) = hooks.into_inner().unwrap_or_else(PoisonError::into_inner);
        for hook in start {
            hook().await.map_err(StartError::Hook)?;
        }
        converse_net::pulse::mind(dispatch.load());
        watch::start(&dispatch);
        let inner = NetService::new(dispatch, config.net_limits(), config.access(), mounts);
        Ok(HttpService { inner, end: Arc::new(Mutex::new((shutdown, export))) })
    }
}

impl HttpService {
    /// Refuses new messages, lets those in flight finish, closes every `WebSocket`, and runs the shutdown hooks.
    /// Returns how many connections and requests had to be cut off. To be called before the other server
    /// waits for its connections.
    pub async fn stop(&self) -> usize {
        let report = self.inner.drain().await;
        let (hooks, export) = std::mem::take(&mut *self.end.lock().unwrap_or_else(PoisonError::into_inner));
        run_shutdown(hooks).await;
        if let Some(export) = export {
            export.finish().await;
        }
        report.cut_off
    }
}

impl<R> Service<R> for HttpService
where
    NetService<Dispatch>: Service<R, Error = Infallible>,
{
    type Response = <NetService<Dispatch> as Service<R>>::Response;
    type Error = Infallible;
    type Future = <NetService<Dispatch> as Service<R>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<R>::poll_ready(&mut self.inner, cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        self.inner.call(request)
    }
}
