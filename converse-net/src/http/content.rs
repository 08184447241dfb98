//! The body of a request or a response, whoever reads or makes it.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::time::Instant;

use crate::alarm::Alarm;

/// Why a body broke off.
pub type BodyError = Box<dyn Error + Send + Sync>;

/// The body of a request to a service that is mounted, or of a response of the server's.
pub struct Body(Content);

enum Content {
    /// All of it is here; nothing once it is read.
    Whole(Option<Bytes>),
    /// It comes from a connection of the server's.
    Incoming(Incoming),
    /// The same, which has so long from one part to the next.
    Paced(Box<Paced>),
    /// Somebody else's.
    Other(UnsyncBoxBody<Bytes, BodyError>),
}

struct Paced {
    incoming: Incoming,
    limit: Duration,
    /// Since when the next part is awaited.
    since: Option<Instant>,
    alarm: Alarm,
}

impl Body {
    /// A body of another kind.
    pub fn new<B>(body: B) -> Body
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BodyError>,
    {
        Body(Content::Other(body.map_err(Into::into).boxed_unsync()))
    }

    /// All of it, if it is here.
    pub(super) fn into_whole(self) -> Option<Bytes> {
        match self.0 {
            Content::Whole(whole) => Some(whole.unwrap_or_default()),
            _ => None,
        }
    }

    /// A body that breaks off if the next part of it does not come within the limit.
    pub(super) fn paced(self, limit: Duration) -> Body {
        match self.0 {
            Content::Incoming(incoming) => {
                Body(Content::Paced(Box::new(Paced { incoming, limit, since: None, alarm: Alarm::default() })))
            }
            other => Body(other),
        }
    }
}

impl Default for Body {
    /// No body.
    fn default() -> Body {
        Body(Content::Whole(None))
    }
}

impl From<Bytes> for Body {
    fn from(whole: Bytes) -> Body {
        Body(Content::Whole(Some(whole).filter(|whole| !whole.is_empty())))
    }
}

impl From<Incoming> for Body {
    fn from(incoming: Incoming) -> Body {
        Body(Content::Incoming(incoming))
    }
}

fn length(whole: Option<&Bytes>) -> u64 {
    whole.map_or(0, |whole| u64::try_from(whole.len()).unwrap_or(u64::MAX))
}

type Part = Option<Result<Frame<Bytes>, BodyError>>;

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Part> {
        match &mut self.0 {
            Content::Whole(whole) => Poll::Ready(whole.take().map(|whole| Ok(Frame::data(whole)))),
            Content::Incoming(incoming) => Pin::new(incoming).poll_frame(cx).map_err(Into::into),
            Content::Other(other) => Pin::new(other).poll_frame(cx),
            Content::Paced(paced) => {
                let Paced { incoming, limit, since, alarm } = &mut **paced;
                if let Poll::Ready(part) = Pin::new(incoming).poll_frame(cx) {
                    *since = None;
                    return Poll::Ready(part.map(|part| part.map_err(Into::into)));
                }
                let begun = *since.get_or_insert_with(Instant::now);
                ready!(alarm.poll(Some(begun + *limit), cx));
                Poll::Ready(Some(Err("the body did not arrive in time".into())))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Content::Whole(whole) => whole.is_none(),
            Content::Incoming(incoming) => incoming.is_end_stream(),
            Content::Paced(paced) => paced.incoming.is_end_stream(),
            Content::Other(other) => other.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Content::Whole(whole) => SizeHint::with_exact(length(whole.as_ref())),
            Content::Incoming(incoming) => incoming.size_hint(),
            Content::Paced(paced) => paced.incoming.size_hint(),
            Content::Other(other) => other.size_hint(),
        }
    }
}
