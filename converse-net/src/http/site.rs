//! What the server answers at each path.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use converse_dispatch::{Exposition, Fault, FaultKind, Flow, LaterReply, Peer, Sent};
use hyper::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use hyper::header::{HeaderMap, HeaderValue};
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

/// What the response to a message is made of, beside the reply.
pub(super) struct Due {
    kind: &'static str,
    bare: bool,
    peer: Peer,
    secure: bool,
}

/// What came of a request whose body was there.
pub(super) enum Begun {
    /// Its response.
    Answered(Response<Body>),
    /// The reply is on its way, and what it will be sent with.
    Later(LaterReply, Due),
}

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
    fn refuse<B>(&self, request: &Request<B>) -> Option<Response<Body>> {
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
        match route(request.method(), request.uri().path()) {
            Ok(Route::Envelope) => self.message(None, incoming, headers, address, secure, ticket).await,
            Ok(Route::Class(class)) => self.message(Some(class), incoming, headers, address, secure, ticket).await,
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

    /// Reads a message, and answers it.
    async fn message(
        &self,
        class: Option<&str>,
        incoming: Body,
        headers: &HeaderMap,
        address: Option<SocketAddr>,
        secure: bool,
        ticket: Arc<Ticket>,
    ) -> Response<Body> {
        let (wanted, key) = match self.wanted(class, headers) {
            Ok(wanted) => wanted,
            Err(refusal) => return *refusal,
        };
        let body = match self.body(incoming).await {
            Ok(body) => body,
            Err(fault) => return self.refused(class, fault, Some(&wanted.reply())),
        };
        let peer = Peer::bearing("http", address, credentials(headers)).traced(trace(headers)).keyed(key);
        let due = Due { kind: wanted.kind, bare: class.is_some(), peer, secure };
        let (flow, out) = self.begin(class, &wanted, &body, &due);
        let (sent, out) = finish(flow, out, ticket).await;
        self.end(&due, &sent, out)
    }

    /// Answers a request whose body is here, and which no mount answers.
    pub(super) fn whole(&self, request: &Request<()>, body: &[u8], peer: Option<SocketAddr>, secure: bool) -> Begun {
        if let Some(refusal) = self.refuse(request) {
            return Begun::Answered(refusal);
        }
        let headers = request.headers();
        let class = match route(request.method(), request.uri().path()) {
            Ok(Route::Envelope) => None,
            Ok(Route::Class(class)) => Some(class),
            Ok(_) => return Begun::Answered(self.misrouted(&nowhere())),
            Err(refused) => return Begun::Answered(self.misrouted(&refused)),
        };
        let (wanted, key) = match self.wanted(class, headers) {
            Ok(wanted) => wanted,
            Err(refusal) => return Begun::Answered(*refusal),
        };
        let address = forwarded::sender(&self.access, peer, headers, &self.notices);
        let peer = Peer::bearing("http", address, credentials(headers)).traced(trace(headers)).keyed(key);
        let due = Due { kind: wanted.kind, bare: class.is_some(), peer, secure };
        match self.begin(class, &wanted, body, &due) {
            (Flow::Done(sent), out) => Begun::Answered(self.end(&due, &sent, out)),
            (Flow::Later { reply, .. }, _) => Begun::Later(reply, due),
        }
    }

    /// In what a message is, and its key; or why it is not read.
    fn wanted(
        &self,
        class: Option<&str>,
        headers: &HeaderMap,
    ) -> Result<(Chosen, Option<String>), Box<Response<Body>>> {
        let chosen = media::choose(headers, self.answer.formats())
            .map_err(|refused| Box::new(self.refused(class, refused.fault, refused.told.as_ref())))?;
        match key(headers) {
            Ok(key) => Ok((chosen, key)),
            Err(fault) => Err(Box::new(self.refused(class, fault, Some(&chosen.reply())))),
        }
    }

    /// Takes a message; its reply may be on its way.
    fn begin(&self, class: Option<&str>, wanted: &Chosen, body: &[u8], due: &Due) -> (Flow, Vec<u8>) {
        let mut out = Vec::with_capacity(REPLY);
        let flow = match class {
            None => self.answer.handle_format(&wanted.exchange, body, &due.peer, &mut out),
            Some(class) => self.answer.handle_body_format(&wanted.exchange, class, body, &due.peer, &mut out),
        };
        (flow, out)
    }

    /// The response with a reply that is there.
    pub(super) fn end(&self, due: &Due, sent: &Sent, out: Vec<u8>) -> Response<Body> {
        let body = body::reply(out, self.answer.load());
        let mut response =
            if due.bare { reply::bare(sent, due.kind, body) } else { reply::envelope(sent, due.kind, body) };
        reply::cookies(&mut response, &due.peer, due.secure);
        response
    }

    /// A refusal, in the format in which it can be told; JSON where nothing else was agreed. That of a bare body is a problem.
    fn refused(&self, class: Option<&str>, fault: Fault, told: Option<&Media>) -> Response<Body> {
        if class.is_some() {
            return self.problem(&fault);
        }
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
