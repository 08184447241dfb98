//! The server inside another: what it serves over HTTP and WebSocket, as a tower service.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use converse_dispatch::BoxFuture;
use hyper::body::Body as HttpBody;
use hyper::{Request, Response};
use tokio::time::timeout;
use tower_service::Service;

use super::content::{Body, BodyError};
use super::mount::Mounts;
use super::paced::Turn;
use super::{Access, Site};
use crate::drain::{Drain, Stage};
use crate::{Answer, NetLimits, Report};

/// All that a server answers over HTTP, WebSocket by its upgrade included, for a program that has a server
/// of its own.
///
/// Limits on messages hold here as they do anywhere; those on sockets are the other server's, until a
/// connection is upgraded. Whom a request comes from is known if it has an extension of the type
/// [`SocketAddr`].
pub struct HttpService<A>(Arc<Inner<A>>);

struct Inner<A> {
    site: Arc<Site<A>>,
    stages: Drain,
}

impl<A: Answer> HttpService<A> {
    /// A service of whoever answers.
    pub fn new(answer: Arc<A>, limits: NetLimits, access: Access, mounts: Mounts) -> HttpService<A> {
        let (limits, mounts) = (Arc::new(limits), Arc::new(mounts));
        let site = Arc::new(Site { answer, limits, access, notices: Arc::default(), mounts });
        HttpService(Arc::new(Inner { site, stages: Drain::new() }))
    }

    /// Refuses new messages, and lets those in flight finish within the drain timeout; then the others are
    /// closed.
    pub async fn drain(&self) -> Report {
        let Inner { site, stages } = &*self.0;
        site.answer.drain();
        stages.advance(Stage::Draining);
        let finished = timeout(site.limits.drain_timeout, stages.done()).await;
        let cut_off = if finished.is_err() { stages.alive() } else { 0 };
        stages.advance(Stage::Cut);
        Report { cut_off }
    }
}

impl<A> Clone for HttpService<A> {
    fn clone(&self) -> HttpService<A> {
        HttpService(Arc::clone(&self.0))
    }
}

impl<A, B> Service<Request<B>> for HttpService<A>
where
    A: Answer,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BodyError>,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let site = Arc::clone(&self.0.site);
        let ticket = Arc::new(self.0.stages.ticket());
        Box::pin(async move {
            let address = request.extensions().get::<SocketAddr>().copied();
            let answering = Arc::new(Turn::default()).begin();
            // As far as the program around this one says.
            let secure = request.uri().scheme_str() == Some("https");
            Ok(site.respond(&mut request.map(Body::new), address, secure, ticket, &answering).await)
        })
    }
}
