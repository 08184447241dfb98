//! Welch's t-test, as dudect uses it: whether two samples of times have one mean.

/// Beyond this a difference is no accident, as dudect has it.
pub const TELLING: f64 = 4.5;

/// Of each sample so much is looked at, from the shortest: what an interrupt made long hides a small difference.
const SHARES: [f64; 5] = [0.5, 0.75, 0.9, 0.99, 1.0];

/// The largest |t| of two samples: over both whole, and over both without what takes longer than a share of all.
pub fn largest(one: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<f64> = one.iter().chain(other).copied().collect();
    all.sort_by(f64::total_cmp);
    let longest = |share: f64| {
        let last = all.len().saturating_sub(1);
        all.get((last as f64 * share) as usize).copied().unwrap_or(f64::INFINITY)
    };
    SHARES.iter().map(|share| below(one, other, longest(*share)).abs()).fold(0.0, f64::max)
}

fn below(one: &[f64], other: &[f64], longest: f64) -> f64 {
    let (one, other) = (Sample::of(one, longest), Sample::of(other, longest));
    let spread = (one.variance / one.count + other.variance / other.count).sqrt();
    if spread > 0.0 { (one.mean - other.mean) / spread } else { 0.0 }
}

struct Sample {
    count: f64,
    mean: f64,
    variance: f64,
}

impl Sample {
    fn of(times: &[f64], longest: f64) -> Sample {
        let kept = || times.iter().copied().filter(|time| *time <= longest);
        let count = kept().count().max(2) as f64;
        let mean = kept().sum::<f64>() / count;
        let variance = kept().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Sample { count, mean, variance }
    }
}

#[cfg(test)]
mod tests {
    use super::{TELLING, largest};

    /// Times that vary, the same on every run.
    fn times(count: u64, mean: f64) -> Vec<f64> {
        (0..count).map(|at| mean + (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54) as f64).collect()
    }

    #[test]
    fn a_hundredth_of_the_spread_is_found_in_a_million_and_nothing_is_not() {
        assert!(largest(&times(500_000, 1_000.0), &times(500_001, 1_000.0)) < TELLING);
        assert!(largest(&times(500_000, 1_000.0), &times(500_000, 1_003.0)) > TELLING);
    }
}
