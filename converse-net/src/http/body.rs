//! A request's body, whole, within the limits of size and time.

use std::pin::pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use converse_dispatch::{Fault, FaultKind};
use futures_util::FutureExt;
use http_body_util::BodyExt;
use hyper::body::Body;

/// Reads a body of at most `limit` bytes. A longer one is refused by its declared length, before
/// anything of it is read, or as soon as it is longer.
pub(super) async fn read<B>(body: B, limit: usize, timeout: Duration) -> Result<Bytes, Fault>
where
    B: Body<Data = Bytes> + Unpin,
{
    if usize::try_from(body.size_hint().lower()).is_ok_and(|declared| declared <= limit) {
        let mut collected = pin!(collect(body, limit));
        // Nearly every body is here already, and needs no clock.
        if let Some(body) = collected.as_mut().now_or_never() {
            return body;
        }
        return match tokio::time::timeout(timeout, collected).await {
            Ok(body) => body,
            Err(_) => Err(too_slow(timeout)),
        };
    }
    Err(too_large(limit))
}

async fn collect<B>(mut body: B, limit: usize) -> Result<Bytes, Fault>
where
    B: Body<Data = Bytes> + Unpin,
{
    // Nearly every body comes in one piece, and is not copied.
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let data = frame.map_err(|_| broken())?.into_data().unwrap_or_default();
        if first.len() + rest.len() + data.len() > limit {
            return Err(too_large(limit));
        }
        if first.is_empty() && rest.is_empty() {
            first = data;
        } else {
            rest.extend_from_slice(&std::mem::take(&mut first));
            rest.extend_from_slice(&data);
        }
    }
    Ok(if rest.is_empty() { first } else { rest.freeze() })
}

fn too_large(limit: usize) -> Fault {
    let text = format!("the body is larger than {limit} bytes; send less in one message");
    Fault::of(FaultKind::TOO_LARGE, text)
}

fn too_slow(timeout: Duration) -> Fault {
    let seconds = timeout.as_secs_f32();
    let text = format!("the message did not arrive whole within {seconds} s; send it faster, or smaller");
    Fault::of(FaultKind::TOO_SLOW, text)
}

/// The client has gone or its framing is wrong: seldom is anyone there to read this.
fn broken() -> Fault {
    Fault::of(FaultKind::BAD_JSON, "the body broke off; send it whole")
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use bytes::Bytes;
    use futures_util::stream;
    use http_body_util::{Full, StreamBody};
    use hyper::body::Frame;

    use super::read;

    const SECOND: Duration = Duration::from_secs(1);

    fn pieces(pieces: &'static [&'static str]) -> impl hyper::body::Body<Data = Bytes, Error = Infallible> + Unpin {
        let frames = pieces.iter().map(|piece| Ok(Frame::data(Bytes::from_static(piece.as_bytes()))));
        StreamBody::new(stream::iter(frames))
    }

    #[tokio::test]
    async fn pieces_are_joined_up_to_the_limit() {
        assert_eq!(read(Full::from("12345"), 5, SECOND).await.unwrap(), "12345");
        assert_eq!(read(pieces(&["12", "34", "5"]), 5, SECOND).await.unwrap(), "12345");
        assert_eq!(read(pieces(&[]), 5, SECOND).await.unwrap(), "");
    }

    #[tokio::test]
    async fn a_larger_body_is_refused() {
        assert_eq!(read(Full::from("123456"), 5, SECOND).await.unwrap_err().status, 413);
        assert_eq!(read(pieces(&["123", "456"]), 5, SECOND).await.unwrap_err().status, 413);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_is_refused() {
        let never = StreamBody::new(stream::pending::<Result<Frame<Bytes>, Infallible>>());
        let fault = read(never, 5, 30 * SECOND).await.unwrap_err();
        assert_eq!(fault.code, "too_slow");
        assert!(fault.message.contains("within 30 s"), "{}", fault.message);
    }
}
