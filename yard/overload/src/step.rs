//! What is read off the samples of one step.

use std::time::Duration;

use crate::load::{End, Outcome, Sample};

/// The figures of one step.
pub(crate) struct Step {
    pub(crate) done: f64,
    pub(crate) refused: f64,
    /// Messages that were answered otherwise, or not at all.
    pub(crate) lost: usize,
    pub(crate) p50: Option<Duration>,
    pub(crate) p99: Option<Duration>,
    pub(crate) refused_p99: Option<Duration>,
    /// The share of questions for health that were answered, and how long the slowest in a hundred took.
    pub(crate) health: f64,
    pub(crate) health_p99: Option<Duration>,
}

#[allow(clippy::cast_precision_loss, reason = "rates and shares")]
impl Step {
    pub(crate) fn of(outcome: &Outcome, time: Duration) -> Step {
        let (done, refused) = (times(&outcome.samples, End::Done), times(&outcome.samples, End::Refused));
        let mut health: Vec<Duration> = outcome.health.iter().flatten().copied().collect();
        health.sort_unstable();
        // What was answered late, after the step, is no goodput.
        let in_time =
            |sample: &&Sample| sample.end.is_some_and(|(end, took)| end == End::Done && sample.due + took <= time);
        Step {
            done: outcome.samples.iter().filter(in_time).count() as f64 / time.as_secs_f64(),
            refused: refused.len() as f64 / time.as_secs_f64(),
            lost: outcome.samples.len() - done.len() - refused.len(),
            p50: of_hundred(&done, 50),
            p99: of_hundred(&done, 99),
            refused_p99: of_hundred(&refused, 99),
            health: health.len() as f64 / outcome.health.len().max(1) as f64,
            health_p99: of_hundred(&health, 99),
        }
    }
}

/// After which time from the start all is as it should be: nothing is refused, and 99 of 100 take no longer than this.
pub(crate) fn recovered(outcome: &Outcome, normal: Duration) -> Option<Duration> {
    const WINDOW: Duration = Duration::from_millis(100);
    let last = outcome.samples.last()?.due;
    let mut from = Duration::ZERO;
    while from < last {
        let within: Vec<Sample> =
            outcome.samples.iter().filter(|sample| (from..from + WINDOW).contains(&sample.due)).copied().collect();
        let done = times(&within, End::Done);
        if done.len() == within.len() && of_hundred(&done, 99).is_some_and(|p99| p99 <= normal) {
            return Some(from);
        }
        from += WINDOW;
    }
    None
}

/// The times of those that ended so, in order.
fn times(samples: &[Sample], wanted: End) -> Vec<Duration> {
    let mut times: Vec<Duration> = samples
        .iter()
        .filter_map(|sample| sample.end)
        .filter(|(end, _)| *end == wanted)
        .map(|(_, took)| took)
        .collect();
    times.sort_unstable();
    times
}

fn of_hundred(sorted: &[Duration], percent: usize) -> Option<Duration> {
    sorted.get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1))).copied()
}
