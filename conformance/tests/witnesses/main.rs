//! Three witnesses of every class, on mutated payloads: the typed reader, the validator of shapes, and a
//! reference that shares no code with either. They agree on the verdict and on every error's pointer and
//! rule, in their order; and on the message that was accepted.
//!
//! `CONVERSE_SEED` makes another run, `CONVERSE_ROUNDS` makes it longer.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what it expects by failing; its classes are only read and written"
)]
#![allow(clippy::option_option, reason = "absent, null and a value are three things")]
#![allow(clippy::trivially_copy_pass_by_ref, clippy::ref_option, reason = "checks take what their field holds")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the nearest float is what a field holds"
)]

#[path = "../../examples/judge/classes/mod.rs"]
mod classes;
mod family;
mod generated;
mod kept;
mod mutate;
mod pinned;
mod random;
mod reference;
mod sample;
mod subject;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};

use random::{Random, number_of, seed};
use subject::Subject;
use verdict::Verdict;

/// How many payloads a run reads of the compiled classes, and how many of classes made at run time.
const ROUNDS: u64 = 30_000;

/// How many payloads a class made at run time is asked about.
const PER_CLASS: u64 = 50;

/// What a run has met.
#[derive(Default)]
struct Met {
    outcomes: BTreeMap<String, u64>,
    rules: BTreeSet<String>,
    /// The shortest example of each difference.
    differences: BTreeMap<&'static str, String>,
    excused: u64,
}

impl Met {
    fn ask(&mut self, subject: &Subject, json: &str, known: &str) -> bool {
        let verdict = Verdict::of(subject, json);
        *self.outcomes.entry(verdict.outcome()).or_default() += 1;
        for rule in verdict.rules() {
            if !self.rules.contains(rule) {
                self.rules.insert(rule.to_owned());
            }
        }
        if let Some(what) = verdict.difference(subject) {
            if pinned::is_excused(known, json, verdict.written()) {
                self.excused += 1;
            } else {
                let shown = verdict.shown(json);
                let shorter = self.differences.get(what).is_none_or(|example| example.len() > shown.len());
                if shorter {
                    self.differences.insert(what, format!("{shown}\n  class: {:?}", shape_of(subject)));
                }
            }
        }
        verdict.outcome() == "accepted"
    }

    fn judge(&self, classes: usize) {
        println!("{classes} classes: {:?}; {} differences are known", self.outcomes, self.excused);
        println!("{} rules: {:?}", self.rules.len(), self.rules);
        let shown: Vec<String> = self.differences.iter().map(|(what, example)| format!("{what}: {example}")).collect();
        assert!(shown.is_empty(), "{}", shown.join("\n"));
        assert!(self.outcomes.values().all(|count| *count > 50), "every outcome is seen often: {:?}", self.outcomes);
    }
}

/// The shape of a class that no source shows.
fn shape_of(subject: &Subject) -> String {
    if subject.read.is_some() { subject.shape.name.to_string() } else { format!("{:?}", subject.shape) }
}

/// Every compiled class: those of the suite, those of the judge, and the family.
fn compiled() -> Vec<Subject> {
    conformance::CLASSES.iter().chain(classes::CLASSES).chain(family::CLASSES).map(Subject::typed).collect()
}

#[test]
fn the_witnesses_agree_on_compiled_classes() {
    let mut random = Random::of(seed());
    let (known, mut met) = (pinned::known(), Met::default());
    let subjects = compiled();
    let mut accepted = vec![0; subjects.len()];
    let rounds = number_of("CONVERSE_ROUNDS").unwrap_or(ROUNDS);
    for _ in 0..rounds {
        let at = random.below(subjects.len());
        let json = mutate::payload(subjects[at].shape, &mut random);
        accepted[at] += usize::from(met.ask(&subjects[at], &json, &known));
    }
    met.judge(subjects.len());
    let never: Vec<&str> =
        subjects.iter().zip(accepted).filter(|(_, accepted)| *accepted == 0).map(|(one, _)| &*one.shape.name).collect();
    assert!(never.is_empty(), "classes of which nothing was accepted: {never:?}");
    let rules = [
        "bool_type",
        "bytes_invalid_encoding",
        "bytes_type",
        "date_parsing",
        "datetime_parsing",
        "decimal_parsing",
        "dict_type",
        "duplicate_key",
        "enum",
        "float_type",
        "greater_than",
        "greater_than_equal",
        "int_from_float",
        "int_parsing",
        "int_type",
        "ip_any_address",
        "ip_v4_address",
        "ip_v6_address",
        "less_than",
        "less_than_equal",
        "list_type",
        "missing",
        "model_type",
        "multiple_of",
        "number_out_of_range",
        "string_pattern_mismatch",
        "string_too_long",
        "string_too_short",
        "string_type",
        "time_delta_parsing",
        "time_parsing",
        "too_long",
        "too_short",
        "union_tag_invalid",
        "union_tag_not_found",
        "unique_items",
        "unknown_field",
        "url_parsing",
        "uuid_parsing",
        "value_error",
    ];
    assert_eq!(met.rules, rules.map(str::to_owned).into(), "every rule was broken, and no other");
}

#[test]
fn the_witnesses_agree_on_classes_made_at_run_time() {
    let mut random = Random::of(seed());
    let (known, mut met) = (pinned::known(), Met::default());
    let classes = number_of("CONVERSE_ROUNDS").unwrap_or(ROUNDS) / PER_CLASS;
    for _ in 0..classes {
        let shape = generated::record(&mut random, 0);
        let shown = format!("{shape:?}");
        let subject = Subject::made(shape).unwrap_or_else(|problems| panic!("{problems}: {shown}"));
        for _ in 0..PER_CLASS {
            let json = mutate::payload(subject.shape, &mut random);
            met.ask(&subject, &json, &known);
        }
    }
    met.judge(usize::try_from(classes).unwrap());
}
