//! What the server answers at each path.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use converse_dispatch::{Exposition, Fault, FaultKind, Flow, Peer, Sent};
use hyper::header::HeaderValue;
use hyper::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;

use super::credentials::{credentials, key, trace};
use super::media::{Chosen, Media};
use super::paced::{Answering, Paced};
use super::route::{Misrouted, Route, nowhere, route};
use super::{Access, Body, Mounts, access, body, cors, forwarded, media, reply};
use crate::drain::Ticket;
use crate::link::Link;
use crate::notices::Notices;
use crate::orphan::Kept;
use crate::websocket::{Frames, handshake};
use crate::{Answer, NetLimits, connection};

/// Bytes that most replies have room in.
const REPLY: usize = 256;

/// What all HTTP connections of a server share.
pub(crate) struct Site<A> {
    pub(crate) answer: Arc<A>,
    pub(crate) limits: Arc<NetLimits>,
    pub(crate) access: Access,
    pub(crate) notices: Arc<Notices>,
    pub(crate) mounts: Arc<Mounts>,
}

impl<A: Answer> Site<A> {
    /// Answers one request, whatever it is, and lets the page read the answer that may. The request is lent: it
    /// is large, and would be copied into each of the futures on its way.
    pub(crate) async fn respond(
        &self,
        request: &mut Request<Body>,
        peer: Option<SocketAddr>,
        secure: bool,
        ticket: Arc<Ticket>,
        answering: &Answering,
    ) -> Response<Body> {
        let reader = cors::reader(&self.access, request.headers());
        let mut response = match self.refuse(request) {
            Some(refusal) => refusal,
            None => match self.mounts.find(request.uri().path()) {
                Some(_) if self.answer.draining() => reply::problem(&shutting_down()),
                // In a box, as the place for the largest of these futures is kept for every connection.
                Some(mount) => Box::pin(mount.answer(std::mem::take(request), self.limits.message_timeout)).await,
                None => {
                    let address = forwarded::sender(&self.access, peer, request.headers(), &self.notices);
                    self.route(request, address, secure, ticket, answering).await
                }
            },
        };
        cors::allow(&self.access, reader, &mut response);
        response
    }

    /// What is said before any path is looked at: to requests that name no host or another's, and to
    /// browsers that ask what a page may do. Health is told to whoever asks.
    fn refuse(&self, request: &Request<Body>) -> Option<Response<Body>> {
        let headers = request.headers();
        let host = match access::one_host(request.version(), request.uri(), headers) {
            Ok(host) => host,
            Err(fault) => return Some(reply::last(self.problem(&fault))),
        };
        if let Some(host) = host.filter(|host| !self.access.answers_to(host))
            && !matches!(route(request.method(), request.uri().path()), Ok(Route::Live | Route::Ready))
        {
            return Some(self.problem(&self.access.refuse_host(host, &self.notices)));
        }
        cors::preflight(&self.access, request.method(), headers, &self.notices)
    }

    async fn route(
        &self,
        request: &mut Request<Body>,
        address: Option<SocketAddr>,
        secure: bool,
        ticket: Arc<Ticket>,
        answering: &Answering,
    ) -> Response<Body> {
        let incoming = std::mem::take(request.body_mut());
        let headers = request.headers();
        let peer = |key| Peer::bearing("http", address, credentials(headers)).traced(trace(headers)).keyed(key);
        let read = async |body| Ok((key(headers)?, self.body(body).await?));
        match route(request.method(), request.uri().path()) {
            Ok(Route::Envelope) => match media::choose(headers, self.answer.formats()) {
                Ok(chosen) => match read(incoming).await {
                    Ok((key, body)) => self.envelope(&chosen, &body, &peer(key), secure, ticket).await,
                    Err(fault) => self.refused_envelope(fault, Some(&chosen.reply())),
                },
                Err(refused) => self.refused_envelope(refused.fault, refused.told.as_ref()),
            },
            Ok(Route::Class(class)) => match media::choose(headers, self.answer.formats()) {
                Ok(chosen) => match read(incoming).await {
                    Ok((key, body)) => self.bare(&chosen, class, &body, &peer(key), secure, ticket).await,
                    Err(fault) => self.problem(&fault),
                },
                Err(refused) => self.problem(&refused.fault),
            },
            Ok(Route::WebSocket) => self.websocket(request, address, &ticket, answering),
            Ok(Route::Live) => reply::text(StatusCode::OK, "ok"),
            Ok(Route::Ready) if self.answer.draining() => reply::text(StatusCode::SERVICE_UNAVAILABLE, "draining"),
            Ok(Route::Ready) => reply::text(StatusCode::OK, "ready"),
            Ok(Route::Metrics) if self.access.measures(address) => self.metrics(),
            Ok(Route::Metrics) => self.misrouted(&nowhere()),
            Err(refused) => self.misrouted(&refused),
        }
    }

    /// A fault that is no message's, as a problem.
    fn problem(&self, fault: &Fault) -> Response<Body> {
        self.answer.refused(fault);
        reply::problem(fault)
    }

    fn misrouted(&self, misrouted: &Misrouted) -> Response<Body> {
        self.answer.refused(&misrouted.fault);
        reply::misrouted(misrouted)
    }

    /// What was counted, for Prometheus.
    fn metrics(&self) -> Response<Body> {
        let mut all = Exposition::default();
        self.answer.measure(&mut all);
        self.answer.load().traffic().measure(&mut all);
        reply::metrics(all.finish())
    }

    async fn body(&self, incoming: Body) -> Result<Bytes, Fault> {
        body::read(incoming, self.answer.max_message(), self.limits.message_timeout, self.answer.load()).await
    }

    async fn envelope(
        &self,
        chosen: &Chosen,
        body: &[u8],
        peer: &Peer,
        secure: bool,
        ticket: Arc<Ticket>,
    ) -> Response<Body> {
        let mut out = Vec::with_capacity(REPLY);
        let flow = self.answer.handle_format(&chosen.exchange, body, peer, &mut out);
        let (sent, out) = finish(flow, out, ticket).await;
        let mut response = reply::envelope(&sent, chosen.kind, body::reply(out, self.answer.load()));
        reply::cookies(&mut response, peer, secure);
        response
    }

    async fn bare(
        &self,
        chosen: &Chosen,
        class: &str,
        body: &[u8],
        peer: &Peer,
        secure: bool,
        ticket: Arc<Ticket>,
    ) -> Response<Body> {
        let mut out = Vec::with_capacity(REPLY);
        let flow = self.answer.handle_body_format(&chosen.exchange, class, body, peer, &mut out);
        let (sent, out) = finish(flow, out, ticket).await;
        let mut response = reply::bare(&sent, chosen.kind, body::reply(out, self.answer.load()));
        reply::cookies(&mut response, peer, secure);
        response
    }

    /// A refusal, in the format in which it can be told; JSON where nothing else was agreed.
    fn refused_envelope(&self, fault: Fault, told: Option<&Media>) -> Response<Body> {
        let mut out = Vec::new();
        let (sent, kind) = match told {
            Some(media) => (self.answer.refuse_format(&media.format, fault, &mut out), media.kind),
            None => (self.answer.refuse(fault, &mut out), "application/json"),
        };
        reply::envelope(&sent, kind, out)
    }

    /// Answers the handshake, and serves the connection in a task of its own once it is upgraded.
    fn websocket(
        &self,
        request: &mut Request<Body>,
        address: Option<SocketAddr>,
        ticket: &Ticket,
        answering: &Answering,
    ) -> Response<Body> {
        if self.answer.draining() {
            return self.problem(&shutting_down());
        }
        let headers = request.headers();
        let accept = handshake::accept(request.version(), headers)
            .and_then(|accept| self.access.check_origin(headers, &self.notices).map(|()| accept));
        let accept = match accept {
            Ok(accept) => accept,
            Err(fault) => {
                self.answer.refused(&fault);
                return reply::no_upgrade(&fault);
            }
        };
        let format = handshake::protocol(request.headers(), self.answer.formats()).cloned();
        let protocol = format.as_ref().and_then(|format| HeaderValue::from_str(format.name()).ok());
        answering.upgrade();
        let upgrade = hyper::upgrade::on(&mut *request);
        let (answer, limits) = (Arc::clone(&self.answer), Arc::clone(&self.limits));
        let (ticket, shown) = (ticket.clone(), credentials(request.headers()));
        tokio::spawn(async move {
            let Ok(upgraded) = upgrade.await else { return };
            let (limit, peer) = (answer.max_message(), Peer::connected("websocket", address, limits.queued, shown));
            // A fresh task: this one's memory, and hyper's, is given back.
            match upgraded.downcast::<TokioIo<Paced<Link>>>() {
                Ok(parts) => {
                    let frames = Frames::new(parts.io.into_inner().into_inner(), &parts.read_buf, limit, format);
                    tokio::spawn(connection::run(frames, answer, peer, limits, ticket));
                }
                // Of the server that this one is in.
                Err(upgraded) => {
                    let frames = Frames::new(TokioIo::new(upgraded), &[], limit, format);
                    tokio::spawn(connection::run(frames, answer, peer, limits, ticket));
                }
            }
        });
        let mut response = reply::empty(StatusCode::SWITCHING_PROTOCOLS);
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
        if let Some(protocol) = protocol {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        response
    }
}

fn shutting_down() -> Fault {
    Fault::of(FaultKind::SHUTTING_DOWN, "the server is shutting down; connect again in a moment")
}

/// Waits for the reply. If the client does not, the handler still runs to its end.
async fn finish(flow: Flow, out: Vec<u8>, ticket: Arc<Ticket>) -> (Sent, Vec<u8>) {
    match flow {
        Flow::Done(sent) => (sent, out),
        Flow::Later { reply, .. } => Kept::new(reply, ticket).await,
    }
}
