//! Two clocks of a connection, a message that does not become whole and a peer that takes nothing,
//! on one timer.
//!
//! The timer is set when a clock starts and left alone when it stops: a busy connection reads the
//! clock once a batch at most, and touches no timer.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Which time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expired {
    /// A message began and did not become whole.
    Message,
    /// The peer took nothing of what was sent.
    Write,
}

/// The clocks.
pub(crate) struct Watchdog {
    timer: Option<Pin<Box<Sleep>>>,
    message: Option<Instant>,
    write: Option<Instant>,
    message_timeout: Duration,
    write_timeout: Duration,
}

impl Watchdog {
    pub(crate) fn new(message_timeout: Duration, write_timeout: Duration) -> Watchdog {
        Watchdog { timer: None, message: None, write: None, message_timeout, write_timeout }
    }

    /// Whether a message has begun: its clock starts, goes on, or stops.
    pub(crate) fn message(&mut self, begun: bool) {
        run(&mut self.message, begun);
    }

    /// Whether the peer is to take something: its clock starts, goes on, or stops.
    pub(crate) fn write(&mut self, waiting: bool) {
        run(&mut self.write, waiting);
    }

    /// Asks to be woken when the first clock runs out; ready if one has.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Expired> {
        let deadline = self.deadline();
        if let Some((at, _)) = deadline {
            match &mut self.timer {
                None => self.timer = Some(Box::pin(sleep_until(at))),
                Some(timer) if timer.deadline() > at => timer.as_mut().reset(at),
                Some(_) => {}
            }
        }
        while let Some(timer) = &mut self.timer {
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            match deadline {
                None => self.timer = None,
                Some((at, expired)) if at <= timer.deadline() => return Poll::Ready(expired),
                Some((at, _)) => timer.as_mut().reset(at),
            }
        }
        Poll::Pending
    }

    fn deadline(&self) -> Option<(Instant, Expired)> {
        let message = self.message.map(|from| (from + self.message_timeout, Expired::Message));
        let write = self.write.map(|from| (from + self.write_timeout, Expired::Write));
        match (message, write) {
            (Some(message), Some(write)) if write.0 < message.0 => Some(write),
            (message, write) => message.or(write),
        }
    }
}

fn run(clock: &mut Option<Instant>, running: bool) {
    match running {
        true if clock.is_none() => *clock = Some(Instant::now()),
        true => {}
        false => *clock = None,
    }
}
