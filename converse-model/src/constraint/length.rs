//! Lengths of texts, in code points: the count that every language can make; and what else is asked of
//! texts, or done to them.

use crate::{TextFormat, Transform};

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

/// Whether the text, if there is one, is an e-mail address.
pub fn email<T: HasText>(value: &T) -> bool {
    value.text().is_none_or(|text| TextFormat::Email.holds(text))
}

/// Whether the text, if there is one, is a URL.
pub fn url<T: HasText>(value: &T) -> bool {
    value.text().is_none_or(|text| TextFormat::Url.holds(text))
}

/// A value whose text can be changed when it is read.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no text that can be changed",
    label = "`trim`, `lowercase` and `uppercase` are for `String`, also within `Option` and `Secret`"
)]
pub trait TransformText {
    /// Changes the text, if there is one.
    fn transform(&mut self, by: Transform);
}

impl TransformText for String {
    fn transform(&mut self, by: Transform) {
        *self = by.apply(self);
    }
}

impl<T: TransformText> TransformText for Option<T> {
    fn transform(&mut self, by: Transform) {
        if let Some(value) = self {
            value.transform(by);
        }
    }
}

impl<T: TransformText> TransformText for Box<T> {
    fn transform(&mut self, by: Transform) {
        (**self).transform(by);
    }
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
