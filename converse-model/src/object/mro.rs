//! The order in which members are looked up: C3, as Python merges it.

use super::{Class, Error, Result};

/// The order for a class with these bases, without the class itself.
///
/// # Errors
/// If a base stands twice, or the bases contradict each other.
pub(super) fn merge(bases: &[Class]) -> Result<Vec<Class>> {
    for (at, base) in bases.iter().enumerate() {
        if bases.iter().skip(at + 1).any(|other| other == base) {
            return Err(Error::DuplicateBase(base.name().clone()));
        }
    }
    let orders: Vec<Vec<&Class>> =
        bases.iter().map(|base| base.mro().collect()).chain([bases.iter().collect()]).collect();
    let mut rest: Vec<&[&Class]> = orders.iter().map(Vec::as_slice).collect();
    let mut merged = Vec::new();
    loop {
        rest.retain(|order| !order.is_empty());
        if rest.is_empty() {
            return Ok(merged);
        }
        let Some(next) = next(&rest) else { return Err(stuck(&rest)) };
        for order in &mut rest {
            if let [first, others @ ..] = *order
                && *first == next
            {
                *order = others;
            }
        }
        merged.push(next.clone());
    }
}

/// The first head that stands in no order's tail.
fn next<'c>(rest: &[&[&'c Class]]) -> Option<&'c Class> {
    let heads = rest.iter().filter_map(|order| order.first().copied());
    heads.into_iter().find(|head| !rest.iter().any(|order| order.iter().skip(1).any(|class| class == head)))
}

fn stuck(rest: &[&[&Class]]) -> Error {
    let mut heads: Vec<&Class> = Vec::new();
    for head in rest.iter().filter_map(|order| order.first()) {
        if !heads.contains(head) {
            heads.push(head);
        }
    }
    Error::InconsistentMro { bases: heads.into_iter().map(|class| class.name().clone()).collect() }
}
