//! Values that nobody asked for: checked for syntax, depth and texts, and read past without recursion.

use crate::Result;

use super::{Item, Items, Reader};

impl<I: Items> Reader<'_, I> {
    /// Reads past one value.
    pub(super) fn skip_value(&mut self) -> Result<()> {
        // The containers that are open, outermost first: how much is left of each, and whether it has
        // names. The depth limit bounds it.
        let mut open: Vec<(usize, bool)> = Vec::new();
        loop {
            match self.take()? {
                Item::Text(length) => {
                    self.text_of(length)?;
                }
                Item::Bytes(length) => {
                    self.run(length)?;
                }
                Item::List(count) => {
                    self.nest(count, 1)?;
                    open.push((count, false));
                }
                Item::Map(count) => {
                    self.nest(count, 2)?;
                    open.push((count, true));
                }
                Item::Null | Item::Bool(_) | Item::Int(_) | Item::Float(_) => {}
            }
            // A value, or the start of a container, was read; containers may end with it.
            loop {
                let Some((left, named)) = open.last_mut() else { return Ok(()) };
                if let Some(less) = left.checked_sub(1) {
                    *left = less;
                    if *named {
                        self.name()?;
                    }
                    break;
                }
                open.pop();
                self.depth += 1;
            }
        }
    }
}
