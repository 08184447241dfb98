//! Typed data that outer crates hang on a class; the model looks into none of it.

use std::any::Any;
use std::fmt;

/// At most one value of each type.
#[derive(Default)]
pub struct Slots(Vec<Box<dyn Any + Send + Sync>>);

impl Slots {
    /// Puts a value in its type's slot; returns whether the slot was empty. A slot keeps its first value.
    pub fn put<T: Any + Send + Sync>(&mut self, value: T) -> bool {
        let empty = self.get::<T>().is_none();
        if empty {
            self.0.push(Box::new(value));
        }
        empty
    }

    /// The value of this type.
    #[inline]
    pub fn get<T: Any>(&self) -> Option<&T> {
        // A class has a handful of slots: a scan is faster than a map.
        self.0.iter().find_map(|slot| slot.downcast_ref())
    }
}

impl fmt::Debug for Slots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} slots", self.0.len())
    }
}
