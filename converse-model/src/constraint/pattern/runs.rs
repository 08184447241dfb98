//! Patterns that are one run of characters after another, from one end of the text to the other: a text is
//! then walked once, and no state is kept. Most patterns of identifiers, codes and numbers are of this kind.

use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::NEST;

/// How many runs are worth it: each takes 144 bytes.
const MOST: usize = 32;

/// The runs of a pattern, in their order.
pub(super) struct Runs(Box<[Run]>);

/// Whether a byte belongs to a set, for each that there is, so that asking checks no bound; of ASCII alone any does.
type Bytes = [bool; 256];

/// So many bytes of a set, as many as there are.
struct Run {
    set: Bytes,
    least: usize,
    most: usize,
}

impl Runs {
    /// The runs of a pattern; `None` for one that is not made of runs only, or of which some run would have to
    /// leave something to the next.
    pub(super) fn of(pattern: &str) -> Option<Runs> {
        let whole = ParserBuilder::new().nest_limit(NEST).build().parse(pattern).ok()?;
        let HirKind::Concat(parts) = whole.kind() else { return None };
        let (first, rest) = parts.split_first()?;
        let (last, within) = rest.split_last()?;
        if *first.kind() != HirKind::Look(Look::Start) || *last.kind() != HirKind::Look(Look::End) {
            return None;
        }
        let mut runs = Vec::new();
        for part in within {
            add(part, &mut runs)?;
        }
        let apart =
            runs.iter().enumerate().all(|(at, run)| run.least == run.most || run.ends_before(runs.get(at + 1..)));
        (apart && runs.len() <= MOST).then(|| Runs(runs.into()))
    }

    /// Whether the whole text consists of the runs.
    pub(super) fn is_match(&self, text: &str) -> bool {
        let mut left = text.as_bytes();
        for run in &self.0 {
            let reach = left.get(..run.most).unwrap_or(left);
            let taken = reach.iter().position(|byte| !run.has(*byte)).unwrap_or(reach.len());
            if taken < run.least {
                return false;
            }
            left = left.get(taken..).unwrap_or_default();
        }
        left.is_empty()
    }
}

impl Run {
    #[inline]
    fn has(&self, byte: u8) -> bool {
        self.set.get(usize::from(byte)).is_some_and(|has| *has)
    }

    /// Whether nothing that may follow can begin with what the run takes.
    fn ends_before(&self, following: Option<&[Run]>) -> bool {
        for next in following.unwrap_or_default() {
            if self.set.iter().zip(&next.set).any(|(one, other)| *one && *other) {
                return false;
            }
            if next.least > 0 {
                return true;
            }
        }
        true
    }
}

/// Adds the runs of a part; `None` if it has others.
fn add(part: &Hir, runs: &mut Vec<Run>) -> Option<()> {
    match part.kind() {
        HirKind::Empty => {}
        HirKind::Literal(literal) => {
            for byte in &literal.0 {
                runs.push(Run { set: set_of([(*byte, *byte)])?, least: 1, most: 1 });
            }
        }
        HirKind::Class(class) => runs.push(Run { set: class_set(class)?, least: 1, most: 1 }),
        HirKind::Capture(group) => add(&group.sub, runs)?,
        HirKind::Concat(parts) => {
            for part in parts {
                add(part, runs)?;
            }
        }
        HirKind::Repetition(repetition) => {
            let set = single(&repetition.sub)?;
            let most = repetition.max.map_or(usize::MAX, |most| most as usize);
            runs.push(Run { set, least: repetition.min as usize, most });
        }
        HirKind::Look(_) | HirKind::Alternation(_) => return None,
    }
    Some(())
}

/// The set of a part that is one character.
fn single(part: &Hir) -> Option<Bytes> {
    match part.kind() {
        HirKind::Class(class) => class_set(class),
        HirKind::Capture(group) => single(&group.sub),
        HirKind::Literal(literal) => match &*literal.0 {
            [byte] => set_of([(*byte, *byte)]),
            _ => None,
        },
        _ => None,
    }
}

fn class_set(class: &Class) -> Option<Bytes> {
    match class {
        Class::Unicode(class) => {
            let ends = |range: &regex_syntax::hir::ClassUnicodeRange| {
                Some((u8::try_from(range.start()).ok()?, u8::try_from(range.end()).ok()?))
            };
            set_of(class.iter().map(ends).collect::<Option<Vec<_>>>()?)
        }
        Class::Bytes(class) => set_of(class.iter().map(|range| (range.start(), range.end()))),
    }
}

/// The set of these ranges; `None` if they are not all ASCII.
fn set_of(ranges: impl IntoIterator<Item = (u8, u8)>) -> Option<Bytes> {
    let mut set = [false; 256];
    for (start, end) in ranges {
        if !end.is_ascii() {
            return None;
        }
        set.get_mut(usize::from(start)..=usize::from(end))?.fill(true);
    }
    Some(set)
}

#[cfg(test)]
mod tests {
    use super::super::{Machine, translate};
    use super::Runs;

    /// What the runs say is what the table of states says, for every text of a few characters.
    #[test]
    fn runs_and_states_agree() {
        let patterns = [
            "^[a-z][a-z0-9_]*$",
            "^[0-9]{5}$",
            "^[A-Z]{2,3}[0-9]+$",
            "^ab?c$",
            "^(?:a)b*1?$",
            "^$",
            "^a+b{2,}$",
            "^[a-c]{0,2}1$",
            r"^\d{1,3}\.\d$",
            "^a?b?1?$",
            "^(a)(b)$",
            "^a{0}b$",
        ];
        let letters = ['a', 'b', 'c', '0', '1', '.', 'A', '\n', 'é'];
        let mut texts = vec![String::new()];
        for at in 0..4 {
            let longer: Vec<String> = texts
                .iter()
                .filter(|text| text.chars().count() == at)
                .flat_map(|text| letters.map(|c| format!("{text}{c}")))
                .collect();
            texts.extend(longer);
        }
        texts.extend(["AB12345", "ABC1", "12345", "123456", "123.4", "abcdefgh_9"].map(String::from));
        for pattern in patterns {
            let runs = Runs::of(&translate(pattern)).unwrap_or_else(|| panic!("{pattern} is made of runs"));
            let states = Machine::states(&translate(pattern)).expect("the pattern has a table");
            let mut found = 0;
            for text in &texts {
                assert_eq!(runs.is_match(text), states.is_match(text), "{pattern} in {text:?}");
                found += usize::from(runs.is_match(text));
            }
            assert!(found > 0, "{pattern} is found in none of the texts");
        }
    }

    /// A run that would have to give back what it took is not taken for one.
    #[test]
    fn what_is_no_run_is_none() {
        for pattern in
            ["^[a-z]+a$", "^a*a$", "a", "^a", "a$", "^a|b$", "^(?:ab)+$", "^[^a]$", "^.$", "^[a-b]*c?[b-d]$", "^é$"]
        {
            assert!(Runs::of(&translate(pattern)).is_none(), "{pattern} is taken for runs");
        }
    }
}
