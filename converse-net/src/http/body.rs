//! A request's body, whole, within the limits of size and time.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use converse_dispatch::{Fault, FaultKind, Load, Share};
use futures_util::FutureExt;
use http_body_util::BodyExt;
use hyper::body::Body;

/// Reads a body of at most `limit` bytes. A longer one is refused by its declared length, before
/// anything of it is read, or as soon as it is longer.
pub(super) async fn read<B>(body: B, limit: usize, timeout: Duration, load: &Arc<Load>) -> Result<Bytes, Fault>
where
    B: Body<Data = Bytes> + Unpin,
{
    if usize::try_from(body.size_hint().lower()).is_ok_and(|declared| declared <= limit) {
        let mut collected = pin!(collect(body, limit, load));
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

async fn collect<B>(mut body: B, limit: usize, load: &Arc<Load>) -> Result<Bytes, Fault>
where
    B: Body<Data = Bytes> + Unpin,
{
    // Nearly every body comes in one piece, and is not copied.
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    let mut held = None;
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
            held.get_or_insert_with(|| Share::new(Arc::clone(load)));
        }
        if let Some(share) = &mut held
            && !share.hold(rest.len())
        {
            return Err(share.refuse());
        }
    }
    Ok(match held {
        None => first,
        Some(share) => Bytes::from_owner(Held { bytes: rest.freeze(), _share: share }),
    })
}

/// Bytes, and what they are of the memory that all connections have together.
struct Held {
    bytes: Bytes,
    _share: Share,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The body of a reply, counted with what is held for as long as the client has not taken it.
pub(super) fn reply(body: Vec<u8>, load: &Arc<Load>) -> Bytes {
    if body.len() <= Share::FREE {
        return body.into();
    }
    let mut share = Share::new(Arc::clone(load));
    // It is there already: the next who wants as much finds no room.
    let _room = share.hold(body.len());
    Bytes::from_owner(Held { bytes: body.into(), _share: share })
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
    use std::sync::Arc;
    use std::time::Duration;

    use bytes::Bytes;
    use converse_dispatch::{Budget, Load};
    use futures_util::stream;
    use http_body_util::{Full, StreamBody};
    use hyper::body::Frame;

    use super::read;

    const SECOND: Duration = Duration::from_secs(1);

    fn load() -> Arc<Load> {
        Arc::new(Load::new(Budget { bytes: 40_000, ..Budget::default() }))
    }

    fn pieces(pieces: &'static [&'static str]) -> impl hyper::body::Body<Data = Bytes, Error = Infallible> + Unpin {
        let frames = pieces.iter().map(|piece| Ok(Frame::data(Bytes::from_static(piece.as_bytes()))));
        StreamBody::new(stream::iter(frames))
    }

    #[tokio::test]
    async fn pieces_are_joined_up_to_the_limit() {
        assert_eq!(read(Full::from("12345"), 5, SECOND, &load()).await.unwrap(), "12345");
        assert_eq!(read(pieces(&["12", "34", "5"]), 5, SECOND, &load()).await.unwrap(), "12345");
        assert_eq!(read(pieces(&[]), 5, SECOND, &load()).await.unwrap(), "");
    }

    #[tokio::test]
    async fn what_is_held_is_counted_until_it_is_dropped() {
        let load = load();
        let thirds = |count: usize| {
            let frames = (0..count).map(|_| Ok::<_, Infallible>(Frame::data(Bytes::from(vec![0; 10_000]))));
            StreamBody::new(stream::iter(frames.collect::<Vec<_>>()))
        };
        let body = read(thirds(3), 1 << 20, SECOND, &load).await.unwrap();
        assert_eq!((body.len(), load.bytes()), (30_000, 30_000));
        let fault = read(thirds(2), 1 << 20, SECOND, &load).await.unwrap_err();
        assert_eq!((&*fault.code, fault.executed), ("overloaded", Some(false)));
        let reply = super::reply(vec![0; 20_000], &load);
        assert_eq!(load.bytes(), 50_000);
        drop((body, reply));
        assert_eq!(load.bytes(), 0);
    }

    #[tokio::test]
    async fn a_larger_body_is_refused() {
        assert_eq!(read(Full::from("123456"), 5, SECOND, &load()).await.unwrap_err().status, 413);
        assert_eq!(read(pieces(&["123", "456"]), 5, SECOND, &load()).await.unwrap_err().status, 413);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_is_refused() {
        let never = StreamBody::new(stream::pending::<Result<Frame<Bytes>, Infallible>>());
        let fault = read(never, 5, 30 * SECOND, &load()).await.unwrap_err();
        assert_eq!(fault.code, "too_slow");
        assert!(fault.message.contains("within 30 s"), "{}", fault.message);
    }
}
