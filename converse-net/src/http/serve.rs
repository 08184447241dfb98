//! One HTTP connection, with the timeouts and the end that a plain hyper connection has not.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use converse_dispatch::{Fault, FaultKind, Open};
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

use super::paced::{Paced, Turn};
use super::{Body, Site};
use crate::Answer;
use crate::drain::{Stage, Ticket};
use crate::link::Link;

/// How large the head of a request may be, and how much of a body is read at a time.
const BUFFER: usize = 64 * 1024;

/// Serves one connection until it ends. The last connections of a draining server get one request each.
pub(crate) async fn serve<A: Answer>(
    socket: Link,
    address: Option<SocketAddr>,
    site: Arc<Site<A>>,
    mut ticket: Ticket,
    last: bool,
) {
    let _open = Open::over("http", site.answer.load());
    let counted = Arc::clone(&site.answer);
    let (turn, secure) = (Arc::new(Turn::default()), socket.secure());
    let paced = Paced::new(socket, Arc::clone(&site.limits), Arc::clone(&turn));
    let of_requests = Arc::new(ticket.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let (site, ticket, answering) = (Arc::clone(&site), Arc::clone(&of_requests), turn.begin());
        let mut request = request.map(Body::from);
        async move { Ok::<_, Infallible>(site.respond(&mut request, address, secure, ticket, &answering).await) }
    });
    let connection = Builder::new()
        .header_read_timeout(None)
        .keep_alive(!last)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(paced), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    loop {
        tokio::select! {
            biased;
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    // It was answered by hyper, with 400, or not at all where it is no head.
                    if error.is_parse() {
                        counted.refused(&Fault::of(FaultKind::BAD_REQUEST, "what came is not HTTP"));
                    }
                    tracing::debug!(?address, %error, "http connection lost");
                }
                return;
            }
            stage = ticket.next() => match stage {
                Stage::Serving => {}
                Stage::Draining => connection.as_mut().graceful_shutdown(),
                Stage::Cut => return,
            },
        }
    }
}
