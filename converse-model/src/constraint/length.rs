//! Lengths of texts, in code points: the count that every language can make.

/// A value that is a text, or may hold one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text, so it has no length in characters and no pattern",
    label = "`min_length`, `max_length` and `pattern` are for texts",
    note = "for the number of items of a list or map, write `min_items` and `max_items`"
)]
pub trait HasText {
    /// The text, if there is one.
    fn text(&self) -> Option<&str>;
}

impl HasText for String {
    #[inline]
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl<T: HasText> HasText for Option<T> {
    #[inline]
    fn text(&self) -> Option<&str> {
        self.as_ref().and_then(T::text)
    }
}

impl<T: HasText> HasText for Box<T> {
    #[inline]
    fn text(&self) -> Option<&str> {
        (**self).text()
    }
}

/// Whether the text, if there is one, has at least so many code points.
#[inline]
pub fn min_length<T: HasText>(value: &T, bound: u32) -> bool {
    value.text().is_none_or(|text| at_least(text, bound))
}

/// Whether the text, if there is one, has at most so many code points.
#[inline]
pub fn max_length<T: HasText>(value: &T, bound: u32) -> bool {
    value.text().is_none_or(|text| at_most(text, bound))
}

#[inline]
pub(super) fn at_least(text: &str, bound: u32) -> bool {
    let bound = bound as usize;
    // A code point has one to four bytes: most texts need no counting.
    text.len() >= bound.saturating_mul(4) || (text.len() >= bound && count(text) >= bound)
}

#[inline]
pub(super) fn at_most(text: &str, bound: u32) -> bool {
    let bound = bound as usize;
    text.len() <= bound || (text.len() <= bound.saturating_mul(4) && count(text) <= bound)
}

fn count(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}
