//! Services of others below a path: files, a page, an API that was there before.

use std::convert::Infallible;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use bytes::Bytes;
use converse_dispatch::{BoxFuture, Fault, FaultKind};
use futures_util::FutureExt;
use hyper::body::Body as HttpBody;
use hyper::http::uri::PathAndQuery;
use hyper::{Request, Response, Uri};
use tower_service::Service;

use super::content::{Body, BodyError};
use super::reply;

/// Which services are mounted, and below which paths.
#[derive(Default)]
pub struct Mounts(Vec<Mount>);

pub(super) struct Mount {
    path: String,
    service: Box<dyn Answers>,
}

/// A service without its type.
trait Answers: Send + Sync {
    fn answer(&self, request: Request<Body>) -> BoxFuture<Response<Body>>;
}

struct Of<S>(S);

impl<S, B> Answers for Of<S>
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BodyError>,
{
    fn answer(&self, request: Request<Body>) -> BoxFuture<Response<Body>> {
        let mut service = self.0.clone();
        Box::pin(async move {
            let Ok(()) = poll_fn(|cx| service.poll_ready(cx)).await;
            let Ok(response) = service.call(request).await;
            response.map(Body::new)
        })
    }
}

impl Mounts {
    /// Mounts a service below a path, which it does not see: of `/files/a.txt` it is asked for `/a.txt`.
    pub fn add<S, B>(&mut self, path: impl Into<String>, service: S)
    where
        S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BodyError>,
    {
        self.0.push(Mount { path: path.into(), service: Box::new(Of(service)) });
        // What is mounted deeper is found first.
        self.0.sort_by_key(|mount| std::cmp::Reverse(mount.path.len()));
    }

    /// The paths, the longest first.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|mount| &*mount.path)
    }

    /// Who is mounted above a path.
    pub(super) fn find(&self, path: &str) -> Option<&Mount> {
        self.0
            .iter()
            .find(|mount| path.strip_prefix(&*mount.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
    }
}

impl Mount {
    /// The service's answer to a request for a path below its own; `patience` is how long each part of the
    /// body may take.
    pub(super) async fn answer(&self, request: Request<Body>, patience: Duration) -> Response<Body> {
        let (mut parts, body) = request.into_parts();
        let Some(uri) = without(&parts.uri, self.path.len()) else {
            let fault = Fault::of(FaultKind::BAD_REQUEST, "the path cannot be read; send another");
            return reply::problem(&fault).map(Body::from);
        };
        parts.uri = uri;
        let answer = self.service.answer(Request::from_parts(parts, body.paced(patience)));
        AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_| {
            tracing::error!(path = self.path, "the service that is mounted here panicked");
            reply::problem(&Fault::of(FaultKind::INTERNAL, "the server failed")).map(Body::from)
        })
    }
}

/// The target without so many bytes of its path.
fn without(uri: &Uri, length: usize) -> Option<Uri> {
    let rest = uri.path_and_query()?.as_str().get(length..)?;
    let rest = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(rest).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use hyper::Uri;

    use super::without;

    #[test]
    fn a_service_does_not_see_where_it_is_mounted() {
        for (target, seen) in [
            ("/files/a.txt?x=1", "/a.txt?x=1"),
            ("/files", "/"),
            ("/files?x", "/?x"),
            ("/files/", "/"),
            ("http://a/files//b", "http://a//b"),
        ] {
            assert_eq!(without(&Uri::from_static(target), "/files".len()).unwrap(), Uri::from_static(seen));
        }
    }
}
