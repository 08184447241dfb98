//! Values that nobody asked for: checked for syntax, depth and texts, and read past without recursion.

use crate::{Pull, Result};

use super::Reader;

impl Reader<'_> {
    /// Reads past one value.
    pub(super) fn skip_value(&mut self) -> Result<()> {
        // The containers that are open, outermost first: whether each is an object. The depth limit bounds it.
        let mut open: Vec<bool> = Vec::new();
        loop {
            if self.skip_start(&mut open)? {
                // Inside a container now, before its first member.
                continue;
            }
            // A value has ended; so may the containers around it.
            loop {
                let Some(&object) = open.last() else { return Ok(()) };
                if self.more(if object { b'}' } else { b']' })? {
                    if object {
                        self.name()?;
                    }
                    break;
                }
                open.pop();
                self.depth += 1;
            }
        }
    }

    /// Reads a value without members, or enters one that has some (true).
    fn skip_start(&mut self, open: &mut Vec<bool>) -> Result<bool> {
        match self.peek()? {
            b'"' => {
                self.at += 1;
                self.string_body()?;
            }
            b'-' | b'0'..=b'9' => {
                self.numeral()?;
            }
            b't' | b'f' => {
                self.bool()?;
            }
            b'n' => {
                self.null()?;
            }
            byte @ (b'{' | b'[') => {
                let object = byte == b'{';
                self.nest()?;
                if self.peek()? != if object { b'}' } else { b']' } {
                    open.push(object);
                    if object {
                        self.name()?;
                    }
                    return Ok(true);
                }
                self.at += 1;
                self.depth += 1;
            }
            _ => return Err(self.expected("a value")),
        }
        Ok(false)
    }
}
