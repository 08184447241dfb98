//! The clocks of a connection on one timer: a message that does not become whole, a peer that takes
//! nothing, and a peer that says nothing.
//!
//! A busy connection reads the clock once a batch at most.

use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::Instant;

use crate::NetLimits;
use crate::alarm::Alarm;

/// Which time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expired {
    /// A message began and did not become whole.
    Message,
    /// The peer took nothing of what was sent.
    Write,
    /// It is time to see whether the peer still lives: [`Watchdog::look`].
    Look,
}

/// What a look at a peer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// It was heard.
    Alive,
    /// It was not: ask it.
    Silent,
    /// It was asked, and has not answered in time.
    Dead,
}

/// The clocks.
pub(crate) struct Watchdog {
    alarm: Alarm,
    message: Option<Instant>,
    write: Option<Instant>,
    look: Option<Look>,
    message_timeout: Duration,
    write_timeout: Duration,
}

/// Looks from time to time whether something came, so that what comes need read no clock.
struct Look {
    next: Instant,
    every: Duration,
    timeout: Duration,
    /// Whether something came since the last look.
    heard: bool,
    /// The last look at which something had come, and whether the peer was asked since.
    alive: Instant,
    asked: bool,
}

impl Watchdog {
    /// `pings` if the transport can ask its peer for a sign of life.
    pub(crate) fn new(limits: &NetLimits, pings: bool) -> Watchdog {
        let look = pings.then(|| Look::new(limits.ping_interval, limits.peer_timeout));
        let (message_timeout, write_timeout) = (limits.message_timeout, limits.write_timeout);
        Watchdog { alarm: Alarm::default(), message: None, write: None, look, message_timeout, write_timeout }
    }

    /// Whether a message has begun: its clock starts, goes on, or stops.
    pub(crate) fn message(&mut self, begun: bool) {
        run(&mut self.message, begun);
    }

    /// Whether the peer is to take something: its clock starts, goes on, or stops.
    pub(crate) fn write(&mut self, waiting: bool) {
        run(&mut self.write, waiting);
    }

    /// Something came from the peer.
    pub(crate) fn heard(&mut self) {
        if let Some(look) = &mut self.look {
            look.heard = true;
        }
    }

    /// Whether the peer lives. To be called when [`Expired::Look`] says so.
    pub(crate) fn look(&mut self) -> Sign {
        self.look.as_mut().map_or(Sign::Alive, Look::take)
    }

    /// Asks to be woken when the first clock runs out; ready if one has.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Expired> {
        let deadline = self.deadline();
        ready!(self.alarm.poll(deadline.map(|(at, _)| at), cx));
        deadline.map_or(Poll::Pending, |(_, expired)| Poll::Ready(expired))
    }

    fn deadline(&self) -> Option<(Instant, Expired)> {
        let message = self.message.map(|from| (from + self.message_timeout, Expired::Message));
        let write = self.write.map(|from| (from + self.write_timeout, Expired::Write));
        let look = self.look.as_ref().map(|look| (look.next, Expired::Look));
        [message, write, look].into_iter().flatten().min_by_key(|(at, _)| *at)
    }
}

impl Look {
    fn new(every: Duration, timeout: Duration) -> Look {
        let now = Instant::now();
        Look { next: now + every, every, timeout, heard: false, alive: now, asked: false }
    }

    /// What came since the last look may have come just after it: the silence is counted from there.
    fn take(&mut self) -> Sign {
        let now = Instant::now();
        self.next = now + self.every;
        if std::mem::take(&mut self.heard) {
            (self.alive, self.asked) = (now, false);
            return Sign::Alive;
        }
        if self.asked && now - self.alive + self.every >= self.timeout {
            return Sign::Dead;
        }
        self.asked = true;
        Sign::Silent
    }
}

fn run(clock: &mut Option<Instant>, running: bool) {
    match running {
        true if clock.is_none() => *clock = Some(Instant::now()),
        true => {}
        false => *clock = None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::sleep;

    use super::{Look, Sign};

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_says_nothing_is_asked_and_then_dead_within_a_minute() {
        let second = Duration::from_secs(1);
        let mut look = Look::new(20 * second, 60 * second);
        // Heard just after a look, at 0, and never again.
        look.heard = true;
        let mut signs = Vec::new();
        for _ in 0..3 {
            sleep(20 * second).await;
            signs.push(look.take());
        }
        assert_eq!(signs, [Sign::Alive, Sign::Silent, Sign::Dead]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_a_sign_of_life() {
        let second = Duration::from_secs(1);
        let mut look = Look::new(20 * second, 60 * second);
        for _ in 0..9 {
            sleep(20 * second).await;
            assert_eq!(look.take(), Sign::Silent);
            look.heard = true;
            sleep(20 * second).await;
            assert_eq!(look.take(), Sign::Alive);
        }
    }
}
