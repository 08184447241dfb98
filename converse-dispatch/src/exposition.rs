//! What was counted, as Prometheus reads it: its text format, version 0.0.4.

use std::fmt::Write as _;

use crate::{Dispatch, Shed, Tally, Times};

/// A text in the making.
#[derive(Debug, Default)]
pub struct Exposition(String);

/// What a number says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It comes and goes.
    Gauge,
    /// How many were at most as large as which bound.
    Histogram,
}

impl Exposition {
    /// Begins with the numbers of one name. Their names and labels are the program's: nothing of a client's is
    /// among them.
    pub fn family(&mut self, name: &'static str, kind: Kind, help: &str) -> Family<'_> {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
        Family { all: self, name }
    }

    /// The whole text.
    pub fn finish(self) -> String {
        self.0
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.0, "{line}");
    }
}

/// The numbers of one name.
pub struct Family<'e> {
    all: &'e mut Exposition,
    name: &'static str,
}

impl Family<'_> {
    /// One of them, with its labels.
    pub fn number(&mut self, labels: &[(&str, &str)], value: u64) {
        self.sample("", labels, format_args!("{value}"));
    }

    /// A histogram of times, in seconds.
    pub fn times(&mut self, labels: &[(&str, &str)], times: &Times) {
        let bounds = Times::BOUNDS.iter().map(|micros| seconds(*micros)).chain(["+Inf".to_owned()]);
        let mut all = 0;
        for (bound, count) in bounds.zip(times.cumulative()) {
            let labels = [labels, &[("le", &bound)]].concat();
            self.sample("_bucket", &labels, format_args!("{count}"));
            all = count;
        }
        let sum = times.sum();
        self.sample("_sum", labels, format_args!("{}.{:09}", sum.as_secs(), sum.subsec_nanos()));
        self.sample("_count", labels, format_args!("{all}"));
    }

    fn sample(&mut self, suffix: &str, labels: &[(&str, &str)], value: std::fmt::Arguments<'_>) {
        let mut text = String::new();
        for (index, (name, value)) in labels.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let _ = write!(text, "{comma}{name}=\"{}\"", escaped(value));
        }
        let labels = if text.is_empty() { text } else { format!("{{{text}}}") };
        let name = self.name;
        self.all.line(format_args!("{name}{suffix}{labels} {value}"));
    }
}

/// Microseconds as seconds, without zeros at the end.
fn seconds(micros: u64) -> String {
    let text = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

impl Dispatch {
    /// Writes what was counted of messages.
    pub fn measure(&self, all: &mut Exposition) {
        let all_classes = self.tallies();
        let known = all_classes.iter().map(|(class, tally)| (class.name(), &**tally));
        let known: Vec<(&str, &Tally)> = known.filter(|(_, tally)| tally.is_used()).collect();
        let mut family = all.family("converse_messages_total", Kind::Counter, "messages that got as far as their body");
        for (class, tally) in &known {
            family.number(&[("class", class)], tally.messages());
        }
        let help = "messages that were answered with a fault, and requests that HTTP refused; without a class if it is none of the program's";
        let mut family = all.family("converse_faults_total", Kind::Counter, help);
        for (class, tally) in &known {
            for (code, count) in tally.faults().counts() {
                family.number(&[("class", class), ("code", code)], count);
            }
        }
        for (code, count) in self.strays().counts() {
            family.number(&[("class", ""), ("code", code)], count);
        }
        let help = "how long handlers took: all of those that waited, and one in 32 of those that did not";
        let mut family = all.family("converse_handler_seconds", Kind::Histogram, help);
        for (class, tally) in &known {
            family.times(&[("class", class)], tally.times());
        }
        let mut family = all.family("converse_in_flight", Kind::Gauge, "handlers that wait");
        for (class, tally) in &known {
            family.number(&[("class", class)], tally.in_flight().try_into().unwrap_or(u64::MAX));
        }
        let help = "how often a handler kept its thread for more than 50 ms";
        let mut family = all.family("converse_stuck_total", Kind::Counter, help);
        for (class, tally) in &known {
            family.number(&[("class", class)], tally.stuck_count());
        }
        self.measure_load(all);
    }

    fn measure_load(&self, all: &mut Exposition) {
        let load = self.load();
        let mut family = all.family("converse_shed_total", Kind::Counter, "messages that were refused as overloaded");
        for why in Shed::ALL {
            family.number(&[("reason", why.name())], load.shed(why));
        }
        let help = "bytes of messages and replies that are held, but for the first 16 KiB of a connection; and of pushes that wait, once however many they wait for";
        all.family("converse_held_bytes", Kind::Gauge, help).number(&[], load.bytes().try_into().unwrap_or(u64::MAX));
        let help = "whether messages wait for a thread longer than queue_delay, or did a second ago";
        all.family("converse_late", Kind::Gauge, help).number(&[], load.is_late().into());
        all.family("converse_draining", Kind::Gauge, "whether the server was told to stop")
            .number(&[], self.draining().into());
        let (running, waiting) = self.runtime.blocking();
        let mut family =
            all.family("converse_blocking", Kind::Gauge, "blocking handlers that run, and that wait for a thread");
        family.number(&[("state", "running")], running.try_into().unwrap_or(u64::MAX));
        family.number(&[("state", "waiting")], waiting.try_into().unwrap_or(u64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Exposition, Kind};
    use crate::Tally;

    #[test]
    fn the_text_is_that_of_prometheus() {
        let (mut all, tally) = (Exposition::default(), Tally::default());
        tally.took(Duration::from_millis(2));
        all.family("a_total", Kind::Counter, "some").number(&[("of", "a \"b\" \\ c")], 7);
        all.family("b_seconds", Kind::Histogram, "times").times(&[("of", "x")], tally.times());
        let text = all.finish();
        assert!(
            text.starts_with("# HELP a_total some\n# TYPE a_total counter\na_total{of=\"a \\\"b\\\" \\\\ c\"} 7\n"),
            "{text}"
        );
        for line in [
            "b_seconds_bucket{of=\"x\",le=\"0.00001\"} 0\n",
            "b_seconds_bucket{of=\"x\",le=\"0.001\"} 0\nb_seconds_bucket{of=\"x\",le=\"0.0025\"} 1\n",
            "b_seconds_bucket{of=\"x\",le=\"30\"} 1\nb_seconds_bucket{of=\"x\",le=\"+Inf\"} 1\n",
            "b_seconds_sum{of=\"x\"} 0.002000000\nb_seconds_count{of=\"x\"} 1\n",
        ] {
            assert!(text.contains(line), "{text}");
        }
    }
}
