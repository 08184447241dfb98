//! What is shown of a text, whoever wrote it.

/// How many characters of a field are shown.
pub(super) const FIELD: usize = 256;
/// How many of the message itself.
pub(super) const MESSAGE: usize = 1024;

/// The text as far as it is shown, and whether there is more of it.
pub(super) fn cut(text: &str, most: usize) -> (&str, bool) {
    match text.char_indices().nth(most) {
        Some((at, _)) => (text.get(..at).unwrap_or_default(), true),
        None => (text, false),
    }
}

/// Whether a character shows itself: it ends no line, moves no cursor, turns no text around, and is not invisible.
pub(super) fn is_plain(character: char) -> bool {
    let hidden = matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    );
    !character.is_control() && !hidden
}
