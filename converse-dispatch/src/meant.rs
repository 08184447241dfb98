//! Which class was probably meant by a name that none has.

use converse_model::Registry;

/// Names that are longer are not looked for, nor among more classes: who asks pays nothing for it.
const LONGEST: usize = 64;
const MOST: usize = 4_096;

/// The class that is answered whose name is nearest, if one is near: one slip in a short name, two in a longer one; upper
/// and lower case do not count.
pub(crate) fn likely(registry: &Registry, name: &str) -> Option<String> {
    let classes = registry.messages();
    if name.len() > LONGEST || classes.len() > MOST {
        return None;
    }
    let slips = if name.len() < 6 { 1 } else { 2 };
    let near = classes.iter().filter(|class| class.slot::<crate::Responder>().is_some()).filter_map(|class| {
        let known = class.name();
        let slipped = if known.len().abs_diff(name.len()) > slips { return None } else { distance(known, name) };
        (slipped <= slips).then(|| (slipped, known.to_owned()))
    });
    near.min().map(|(_, name)| name)
}

/// How many characters to add, take away, change or swap with the next to make one of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    let mut last = None;
    for (at, letter) in one.to_lowercase().chars().enumerate() {
        let mut next = vec![at + 1];
        for (index, known) in other.iter().enumerate() {
            let near = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let changed = near(&row, index) + usize::from(*known != letter);
            let mut slips = changed.min(near(&row, index + 1) + 1).min(near(&next, index) + 1);
            if let Some(previous) = index.checked_sub(1)
                && last == Some(*known)
                && other.get(previous) == Some(&letter)
            {
                slips = slips.min(near(&before, previous) + 1);
            }
            next.push(slips);
        }
        before = std::mem::replace(&mut row, next);
        last = Some(letter);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn slips_are_counted() {
        for (one, other, slips) in [
            ("SignIn", "signin", 0),
            ("SignIn", "SingIn", 1),
            ("SignIn", "Sign", 2),
            ("", "ab", 2),
            ("Sïgn", "Sign", 1),
        ] {
            assert_eq!((distance(one, other), distance(other, one)), (slips, slips), "{one} and {other}");
        }
    }
}
