//! Names put together by the compiler, for classes with parameters: `Page_of_User`.

/// A name of at most 160 bytes.
pub struct Name {
    bytes: [u8; Name::LONGEST],
    length: usize,
}

impl Name {
    /// How many bytes a name may have.
    pub const LONGEST: usize = 160;

    /// A name that begins so.
    #[must_use]
    pub const fn new(start: &str) -> Name {
        Name { bytes: [0; Name::LONGEST], length: 0 }.push(start)
    }

    /// The name with more behind it.
    ///
    /// # Panics
    /// If it becomes too long: at compile time, where names are made.
    #[must_use]
    pub const fn push(mut self, more: &str) -> Name {
        let more = more.as_bytes();
        let mut at = 0;
        while at < more.len() {
            #[allow(clippy::panic, clippy::indexing_slicing, reason = "a compile error")]
            {
                assert!(self.length < Name::LONGEST, "the name of a class with parameters has at most 160 bytes");
                self.bytes[self.length] = more[at];
            }
            self.length += 1;
            at += 1;
        }
        self
    }

    /// The characters.
    pub const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}
