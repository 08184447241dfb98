//! A timer for deadlines that are nearly always called off.
//!
//! It is set when a deadline first comes and left alone when that is moved or gone: a busy
//! connection touches no timer, and an alarm that goes off early is set anew.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::{Instant, Sleep, sleep_until};

/// One timer, made when it is first needed.
#[derive(Default)]
pub(crate) struct Alarm(Option<Pin<Box<Sleep>>>);

impl Alarm {
    /// Ready once the deadline has passed; asks to be woken then. Without a deadline never ready.
    pub(crate) fn poll(&mut self, deadline: Option<Instant>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(at) = deadline {
            match &mut self.0 {
                None => self.0 = Some(Box::pin(sleep_until(at))),
                Some(timer) if timer.deadline() > at => timer.as_mut().reset(at),
                Some(_) => {}
            }
        }
        while let Some(timer) = &mut self.0 {
            ready!(timer.as_mut().poll(cx));
            match deadline {
                None => self.0 = None,
                Some(at) if at <= timer.deadline() => return Poll::Ready(()),
                Some(at) => timer.as_mut().reset(at),
            }
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;
    use std::time::Duration;

    use tokio::time::{Instant, timeout};

    use super::Alarm;

    #[tokio::test(start_paused = true)]
    async fn the_deadline_may_move_either_way() {
        let (mut alarm, now) = (Alarm::default(), Instant::now());
        let at = |seconds| Some(now + Duration::from_secs(seconds));
        poll_fn(|cx| Poll::Ready(alarm.poll(at(30), cx).is_pending())).await;
        poll_fn(|cx| alarm.poll(at(10), cx)).await;
        assert_eq!(now.elapsed().as_secs(), 10);
        poll_fn(|cx| alarm.poll(at(50), cx)).await;
        assert_eq!(now.elapsed().as_secs(), 50);
        let called_off = timeout(Duration::from_secs(100), poll_fn(|cx| alarm.poll(None, cx)));
        assert!(called_off.await.is_err());
    }
}
