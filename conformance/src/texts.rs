//! Texts: what was said comes back, with how long it was.

use converse::{message, respond};

/// Something is said.
#[message]
pub(crate) struct Say {
    text: String,
    note: Option<String>,
}

/// What was said.
#[message]
pub(crate) struct Said {
    text: String,
    /// How many code points the text has.
    length: u64,
    note: Option<String>,
}

#[respond]
impl Say {
    fn respond(self) -> Said {
        let length = self.text.chars().count() as u64;
        Said { text: self.text, length, note: self.note }
    }
}

/// One letter.
#[message]
pub(crate) struct Letter {
    letter: char,
}

#[respond]
impl Letter {
    fn respond(self) -> Letter {
        self
    }
}
