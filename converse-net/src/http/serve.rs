//! One HTTP connection, with the timeouts and the end that a plain hyper connection has not.

use std::convert::Infallible;
use std::future::poll_fn;
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
use super::plain::{Plain, Then};
use super::{Body, Site};
use crate::Answer;
use crate::drain::{Stage, Ticket};
use crate::link::Link;

/// How large the head of a request may be, and how much of a body is read at a time.
const BUFFER: usize = 64 * 1024;

/// What is known of a connection.
#[derive(Clone)]
pub(super) struct Guest {
    pub(super) address: Option<SocketAddr>,
    /// Whether it is inside TLS.
    pub(super) secure: bool,
    pub(super) ticket: Arc<Ticket>,
    pub(super) turn: Arc<Turn>,
}

/// Serves one connection until it ends: plainly, until something comes that is not plain. The last connections of a
/// draining server get one request each.
pub(crate) async fn serve<A: Answer>(
    socket: Link,
    address: Option<SocketAddr>,
    site: Arc<Site<A>>,
    mut ticket: Ticket,
    last: bool,
) {
    let _open = Open::over("http", site.answer.load());
    let guest = Guest { address, secure: socket.secure(), ticket: Arc::new(ticket.clone()), turn: Arc::default() };
    let paced = Paced::new(socket, Arc::clone(&site.limits), Arc::clone(&guest.turn));
    let mut plain = Plain::new(paced, Arc::clone(&site), guest.clone());
    if !last && plainly(&mut plain, &mut ticket).await == Then::Over {
        return;
    }
    let (paced, draining) = plain.into_inner();
    // In a box, which most connections never have.
    Box::pin(by_hyper(paced, guest, site, ticket, last, draining)).await;
}

async fn plainly<A: Answer>(plain: &mut Plain<A>, ticket: &mut Ticket) -> Then {
    loop {
        tokio::select! {
            biased;
            then = poll_fn(|cx| plain.poll(cx)) => return then,
            stage = ticket.next() => match stage {
                Stage::Serving => {}
                Stage::Draining => plain.drain(),
                Stage::Cut => return Then::Over,
            },
        }
    }
}

/// Serves what is left of a connection, whatever comes.
async fn by_hyper<A: Answer>(
    paced: Paced<Link>,
    guest: Guest,
    site: Arc<Site<A>>,
    mut ticket: Ticket,
    last: bool,
    draining: bool,
) {
    let Guest { address, secure, ticket: of_requests, turn } = guest;
    let counted = Arc::clone(&site.answer);
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
    if draining {
        connection.as_mut().graceful_shutdown();
    }
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
