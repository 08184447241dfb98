//! Calls over HTTP: one at a time on each of a few connections, which are kept.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use converse_dispatch::{Fault, FaultKind, Incoming};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming as Body};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::backoff::Backoff;
use super::dial::Dialer;
use super::error::Trouble;
use super::{ConnectError, Failure};

/// How many connections there are, and so how many calls are in flight; further ones wait.
const CONNECTIONS: usize = 16;
/// A connection that was idle for longer is not used again: the server is about to close it, and a
/// request that crosses with that is lost.
const IDLE: Duration = Duration::from_secs(5);

/// The connections of one client.
pub(super) struct Pool {
    dialer: Arc<Dialer>,
    permits: Semaphore,
    /// The last that was used is used next, so that those too many grow old.
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    sender: SendRequest<Full<Bytes>>,
    since: Instant,
}

/// How one try to send a message went.
enum Tried {
    Done(Result<Incoming<'static>, Failure>),
    /// A kept connection was closed before anything was sent.
    Stale,
    NoConnection(ConnectError),
}

impl Pool {
    pub(super) fn new(dialer: Arc<Dialer>) -> Pool {
        Pool { dialer, permits: Semaphore::new(CONNECTIONS), idle: Mutex::default() }
    }

    /// Connects, so that the first call need not.
    pub(super) async fn connect(&self) -> Result<(), ConnectError> {
        let sender = self.dial().await?;
        self.keep(sender);
        Ok(())
    }

    /// Sends a message and waits for the reply, over however many connections that takes.
    pub(super) async fn exchange(&self, message: Bytes, deadline: Instant) -> Result<Incoming<'static>, Failure> {
        let mut backoff = Backoff::new();
        let mut trouble = None;
        let mut sent = false;
        loop {
            match timeout_at(deadline, self.attempt(&message, &mut sent)).await {
                Ok(Tried::Done(done)) => return done,
                Ok(Tried::Stale) => {}
                Ok(Tried::NoConnection(why)) if !why.passing() => return Err(Failure::Unreachable(Arc::new(why))),
                Ok(Tried::NoConnection(why)) => {
                    trouble = Some(Arc::new(why));
                    sleep_until(deadline.min(Instant::now() + backoff.next())).await;
                }
                Err(_) => return Err(Failure::Expired { sent, why: trouble }),
            }
        }
    }

    async fn attempt(&self, message: &Bytes, sent: &mut bool) -> Tried {
        // Nobody closes the semaphore.
        let _permit = self.permits.acquire().await;
        let (mut sender, fresh) = match self.kept().await {
            Some(sender) => (sender, false),
            None => match self.dial().await {
                Ok(sender) => (sender, true),
                Err(why) => return Tried::NoConnection(why),
            },
        };
        let request = match self.request(message.clone()) {
            Ok(request) => request,
            Err(why) => return Tried::NoConnection(why),
        };
        *sent = true;
        match sender.try_send_request(request).await {
            Ok(response) => {
                let unread = matches!(response.status(), StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT);
                let read = self.read(response).await;
                // A server that did not read the whole request ends the connection; and what is left of a reply
                // would be taken for the next one.
                if !unread && !matches!(read, Err(Failure::Lost(_) | Failure::Unreadable(_))) {
                    self.keep(sender);
                }
                Tried::Done(read)
            }
            Err(mut error) => {
                *sent = error.take_message().is_none();
                match (*sent, fresh) {
                    (true, _) => Tried::Done(Err(Failure::Lost(error.into_error().to_string().into()))),
                    (false, false) => Tried::Stale,
                    (false, true) => Tried::NoConnection(self.closed_at_once()),
                }
            }
        }
    }

    fn closed_at_once(&self) -> ConnectError {
        let error =
            std::io::Error::new(std::io::ErrorKind::ConnectionReset, "the server closed the connection at once");
        ConnectError::new(&self.dialer.target.url, Trouble::Io(error))
    }

    fn request(&self, message: Bytes) -> Result<Request<Full<Bytes>>, ConnectError> {
        let target = &self.dialer.target;
        let kind = self.dialer.format.media_types().first().copied().unwrap_or_default();
        let mut request =
            Request::post(&target.path).header(HOST, &target.authority).header(CONTENT_TYPE, kind).header(ACCEPT, kind);
        if let Some(token) = self.dialer.authorization() {
            request = request.header(AUTHORIZATION, token);
        }
        let request = request.body(Full::new(message));
        request.map_err(|error| ConnectError::new(&target.url, Trouble::Url(error.to_string())))
    }

    async fn read(&self, response: Response<Body>) -> Result<Incoming<'static>, Failure> {
        let (parts, body) = response.into_parts();
        if !self.is_message(&parts.headers) {
            return Err(self.no_message(parts.status));
        }
        let limits = &self.dialer.limits;
        let too_large = || {
            let text = format!("it is larger than {} bytes; take more with `.max_reply(…)`", limits.bytes);
            Err(Failure::Unreadable(Fault::new(FaultKind::TOO_LARGE.code, text)))
        };
        if usize::try_from(body.size_hint().lower()).is_ok_and(|declared| declared > limits.bytes) {
            return too_large();
        }
        let body = match Limited::new(body, limits.bytes).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => return too_large(),
            Err(error) => return Err(Failure::Lost(error.to_string().into())),
        };
        match Incoming::read_format(&body, &*self.dialer.format, limits) {
            Ok(incoming) => Ok(incoming.into_owned()),
            Err(fault) => Err(Failure::Unreadable(fault)),
        }
    }

    /// Whether the response says that it holds a message in the client's format.
    fn is_message(&self, headers: &HeaderMap) -> bool {
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        self.dialer.format.media_types().iter().any(|known| known.eq_ignore_ascii_case(kind))
    }

    /// What a response without a message means: of a proxy that lost the server nobody knows more.
    fn no_message(&self, status: StatusCode) -> Failure {
        let error = ConnectError::new(&self.dialer.target.url, Trouble::Status(status.as_u16()));
        if status.is_server_error() {
            return Failure::Lost(error.to_string().into());
        }
        Failure::Unreachable(Arc::new(error))
    }

    async fn dial(&self) -> Result<SendRequest<Full<Bytes>>, ConnectError> {
        let io = self.dialer.bytes().await?;
        let handshake = http1::handshake(TokioIo::new(io)).await;
        let (sender, connection) = handshake.map_err(|_| {
            ConnectError::new(&self.dialer.target.url, Trouble::Stranger("what answers does not speak HTTP"))
        })?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection lost");
            }
        });
        Ok(sender)
    }

    /// A connection that was kept and is still open.
    async fn kept(&self) -> Option<SendRequest<Full<Bytes>>> {
        loop {
            let mut idle = self.idle().pop()?;
            if idle.since.elapsed() < IDLE && idle.sender.ready().await.is_ok() {
                return Some(idle.sender);
            }
        }
    }

    fn keep(&self, sender: SendRequest<Full<Bytes>>) {
        let mut idle = self.idle();
        idle.retain(|idle| idle.since.elapsed() < IDLE);
        idle.push(Idle { sender, since: Instant::now() });
    }

    /// No code of others runs under the lock, so it is whole even if it was poisoned.
    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
