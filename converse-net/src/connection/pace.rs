//! How many messages of a connection are taken before the others have their turn: many, unless they take long.
//!
//! The clock is read once in so many messages, and by a connection that has few of them not at all.

use std::time::Duration;

use tokio::time::Instant;

/// After so many messages in a row the other connections of this thread have their turn.
const MOST: usize = 128;
/// After so many of them the clock is read.
const LOOK: usize = 4;
/// After so long the others have their turn, however few messages were taken.
const LONG: Duration = Duration::from_millis(2);

/// How fast a connection's messages are answered.
pub(crate) struct Pace {
    /// How many may be taken in the next turn.
    most: usize,
    /// How many are left in this one.
    left: usize,
    since: Option<Instant>,
}

impl Pace {
    pub(crate) fn new() -> Pace {
        Pace { most: MOST, left: 0, since: None }
    }

    /// A turn begins.
    pub(crate) fn begin(&mut self) {
        self.left = self.most;
        self.since = None;
    }

    /// Whether the turn is over.
    pub(crate) fn is_over(&self) -> bool {
        self.left == 0
    }

    /// One more message was taken.
    pub(crate) fn took(&mut self) {
        self.left = self.left.saturating_sub(1);
        if self.left.is_multiple_of(LOOK) {
            self.look();
        }
    }

    /// Messages that take long make the next turn short; then it grows again.
    fn look(&mut self) {
        let now = Instant::now();
        let long = now - *self.since.get_or_insert(now) > LONG;
        if long {
            (self.most, self.left) = (1, 0);
        } else if self.is_over() {
            self.most = (2 * self.most).min(MOST);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::advance;

    use super::{LOOK, MOST, Pace};

    /// How many messages are taken in a turn if each takes so long.
    async fn turn(pace: &mut Pace, each: Duration) -> usize {
        let mut taken = 0;
        pace.begin();
        while !pace.is_over() {
            advance(each).await;
            pace.took();
            taken += 1;
        }
        taken
    }

    #[tokio::test(start_paused = true)]
    async fn slow_messages_have_short_turns() {
        let (mut pace, quick, slow) = (Pace::new(), Duration::from_micros(1), Duration::from_millis(5));
        assert_eq!(turn(&mut pace, quick).await, MOST);
        assert_eq!(turn(&mut pace, slow).await, 2 * LOOK);
        let mut turns = Vec::new();
        for _ in 0..6 {
            turns.push(turn(&mut pace, slow).await);
        }
        assert_eq!(turns, [1, 2, 4, 8, 1, 2]);
        for _ in 0..7 {
            turn(&mut pace, quick).await;
        }
        assert_eq!(turn(&mut pace, quick).await, MOST);
    }
}
