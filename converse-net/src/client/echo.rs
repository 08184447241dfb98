//! A client that sends back what it is sent, for Autobahn's test suite: `conformance/autobahn/run.py` is the server.

use std::sync::Arc;

use bytes::Bytes;
use converse_dispatch::SharedFormat;
use converse_wire::{Json, Limits, MsgPack};
use futures_util::{StreamExt, stream};

use super::dial::Dialer;
use super::target::Target;
use crate::{End, Transport};

/// The suite's largest message has 16 MiB.
const LIMITS: Limits = Limits { bytes: 16 * 1024 * 1024, ..Limits::DEFAULT };
/// How many cases run at a time.
const AT_ONCE: usize = 8;

async fn dial(url: &str, format: &SharedFormat) -> Box<dyn Transport> {
    let (target, format) = (Target::parse(url).unwrap(), SharedFormat::clone(format));
    let dialer = Dialer { target, format, limits: LIMITS, token: None, tls: None };
    dialer.transport().await.unwrap()
}

/// The first message; the rest until the connection ends is sent back.
async fn echo(mut transport: Box<dyn Transport>, mut first: impl FnMut(&[u8]) -> bool) {
    let mut end = End::Finished;
    let mut ended = false;
    while !ended {
        while let Some(message) = transport.next() {
            match message.map(Bytes::copy_from_slice) {
                Ok(message) if first(&message) => {}
                Ok(message) => transport.queue(&message),
                Err(refusal) => {
                    end = refusal.end.unwrap_or(end);
                    ended |= refusal.end.is_some();
                }
            }
        }
        if std::future::poll_fn(|cx| transport.poll_flush(cx)).await.is_err() {
            return;
        }
        ended = ended || !std::future::poll_fn(|cx| transport.poll_fill(cx)).await.unwrap_or(false);
        ended &= !transport.ready();
    }
    std::future::poll_fn(|cx| transport.poll_close(end, cx)).await;
}

#[tokio::test]
#[ignore = "a client of Autobahn's suite, which `cargo xtask autobahn` starts"]
async fn echoes_for_autobahn() {
    let urls = std::env::var("CONVERSE_AUTOBAHN").expect("run `cargo xtask autobahn`, which says where the suite is");
    let formats: [SharedFormat; 2] = [Arc::new(Json), Arc::new(MsgPack)];
    for (url, format) in urls.split(' ').zip(&formats) {
        let mut count = 0;
        let counted = dial(&format!("{url}/count"), &(Arc::new(Json) as SharedFormat)).await;
        echo(counted, |message| {
            count = std::str::from_utf8(message).unwrap().parse().unwrap();
            true
        })
        .await;
        stream::iter(0..count)
            .for_each_concurrent(AT_ONCE, async |number: u32| {
                echo(dial(&format!("{url}/case/{number}"), format).await, |_| false).await;
            })
            .await;
    }
}
