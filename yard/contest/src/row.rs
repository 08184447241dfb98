//! One row of the table: some messages, two contenders, and what is measured of them.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::alloc::allocations;

/// Takes a message to a reply; false if it was refused.
pub type Contender<'c> = &'c dyn Fn(&[u8], &mut Vec<u8>) -> bool;

/// Messages, and who takes them to their replies.
pub struct Row<'c> {
    /// What is sent.
    pub name: &'static str,
    /// How many classes there are to choose from.
    pub classes: usize,
    /// One message, sent again and again, or many in their order.
    pub messages: Vec<Vec<u8>>,
    /// The hand-written enum, which is 1.00.
    pub bound: Contender<'c>,
    /// converse.
    pub converse: Contender<'c>,
    /// The ratio that must not be exceeded.
    pub must: f64,
}

/// What a row came to.
pub(crate) struct Outcome {
    pub(crate) bytes: usize,
    pub(crate) bound_ns: f64,
    pub(crate) converse_ns: f64,
    pub(crate) ratio: f64,
    pub(crate) bound_allocations: f64,
    pub(crate) converse_allocations: f64,
}

/// How long one contender goes on before it is the other's turn.
const TURN: Duration = Duration::from_micros(1_500);

impl Row<'_> {
    /// Measures in so many rounds.
    pub(crate) fn measure(&self, rounds: usize) -> Outcome {
        self.check();
        let passes = self.passes();
        let (mut bounds, mut converses) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            // Whoever comes second finds the caches as the first left them: take turns in that too.
            if round % 2 == 0 {
                bounds.push(self.time(self.bound, passes));
                converses.push(self.time(self.converse, passes));
            } else {
                converses.push(self.time(self.converse, passes));
                bounds.push(self.time(self.bound, passes));
            }
        }
        let ratios = bounds.iter().zip(&converses).map(|(bound, converse)| converse / bound).collect();
        Outcome {
            bytes: self.messages.iter().map(Vec::len).sum::<usize>() / self.messages.len(),
            ratio: median(ratios),
            bound_ns: median(bounds),
            converse_ns: median(converses),
            bound_allocations: self.allocations(self.bound),
            converse_allocations: self.allocations(self.converse),
        }
    }

    /// Both contenders give the same reply to every message, byte by byte.
    fn check(&self) {
        let (mut expected, mut given) = (Vec::new(), Vec::new());
        for message in &self.messages {
            expected.clear();
            given.clear();
            let taken = (self.bound)(message, &mut expected) && (self.converse)(message, &mut given);
            let (expected, given) = (String::from_utf8_lossy(&expected), String::from_utf8_lossy(&given));
            assert!(taken && expected == given, "{}: the enum says {expected}, converse {given}", self.name);
        }
    }

    /// How often all messages are sent in one turn.
    fn passes(&self) -> usize {
        let mut passes = 1;
        loop {
            let ns = self.time(self.bound, passes) * (passes * self.messages.len()) as f64;
            if ns >= TURN.as_nanos() as f64 {
                return passes;
            }
            passes *= 2;
        }
    }

    /// Sends every message so often; nanoseconds a message.
    pub(crate) fn time(&self, contender: Contender<'_>, passes: usize) -> f64 {
        let mut out = Vec::with_capacity(4096);
        let start = Instant::now();
        for _ in 0..passes {
            for message in &self.messages {
                out.clear();
                black_box(contender(black_box(message), &mut out));
                black_box(&out);
            }
        }
        start.elapsed().as_nanos() as f64 / (passes * self.messages.len()) as f64
    }

    /// Allocations a message, once everything is warm.
    fn allocations(&self, contender: Contender<'_>) -> f64 {
        let mut out = Vec::with_capacity(4096);
        let before = allocations();
        for message in &self.messages {
            out.clear();
            contender(message, &mut out);
        }
        (allocations() - before) as f64 / self.messages.len() as f64
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
