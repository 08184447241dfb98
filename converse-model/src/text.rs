//! Data that is either part of the program or shared on the heap: one form for compiled and
//! run-time classes.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A text of the program, or one made at run time.
#[derive(Clone)]
pub enum Text {
    /// Part of the program.
    Static(&'static str),
    /// Made at run time.
    Shared(Arc<str>),
}

impl Text {
    /// The characters.
    pub fn as_str(&self) -> &str {
        match self {
            Text::Static(text) => text,
            Text::Shared(text) => text,
        }
    }
}

impl Text {
    /// The characters of a text of the program, for the compiler: those of any other are none.
    pub(crate) const fn as_const(&self) -> &'static str {
        match self {
            Text::Static(text) => text,
            Text::Shared(_) => "",
        }
    }
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Text {
        Text::Static(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text::Shared(text.into())
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl std::hash::Hash for Text {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A list of the program, or one made at run time.
#[derive(Debug, Clone)]
pub enum Seq<T: 'static> {
    /// Part of the program.
    Static(&'static [T]),
    /// Made at run time.
    Shared(Arc<[T]>),
}

impl<T> Deref for Seq<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        match self {
            Seq::Static(items) => items,
            Seq::Shared(items) => items,
        }
    }
}

impl<T> From<Vec<T>> for Seq<T> {
    fn from(items: Vec<T>) -> Seq<T> {
        Seq::Shared(items.into())
    }
}
