//! Which attributes an instance has, as a number: what a structural answer about open instances is kept under.

use std::sync::RwLock;

use rustc_hash::FxHashMap;

use super::Namespace;
use super::class::next_id;
use super::lock::{read, write};
use crate::Text;

/// The layout of an instance that nothing is kept for.
pub(super) const UNKNOWN: u32 = 0;

/// Beyond so many, a class's instances are not alike: their answers are worked out each time.
const MOST: usize = 1024;

/// The layouts of a class's instances.
#[derive(Default)]
pub(super) struct Layouts(RwLock<FxHashMap<Box<[Text]>, u32>>);

impl Layouts {
    /// The number of these attributes' names; [`UNKNOWN`] if the class has too many layouts.
    pub(super) fn of(&self, attributes: &Namespace) -> u32 {
        let mut names: Vec<Text> = attributes.names().cloned().collect();
        names.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
        let names = names.into_boxed_slice();
        if let Some(known) = read(&self.0).get(&names) {
            return *known;
        }
        let mut layouts = write(&self.0);
        if layouts.len() >= MOST {
            return UNKNOWN;
        }
        *layouts.entry(names).or_insert_with(next_id)
    }
}
