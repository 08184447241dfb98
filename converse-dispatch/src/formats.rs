//! Which formats are spoken, and in which of them one message comes and is answered.

use std::fmt;
use std::sync::Arc;

use converse_model::{Problem, Problems};
use converse_wire::{FORMATS, Format};

/// A format, shared by whoever speaks it.
pub type SharedFormat = Arc<dyn Format>;

/// The formats that are spoken: those in the box, JSON first, and a program's own.
#[derive(Clone)]
pub struct Formats(Vec<SharedFormat>);

impl Default for Formats {
    fn default() -> Formats {
        Formats(FORMATS.iter().map(|format| Arc::new(*format) as SharedFormat).collect())
    }
}

impl fmt::Debug for Formats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|format| format.name())).finish()
    }
}

impl Formats {
    /// The same formats and one more.
    #[must_use]
    pub fn with(mut self, format: impl Format) -> Formats {
        self.0.push(Arc::new(format));
        self
    }

    /// All of them, in the order in which they are preferred.
    pub fn iter(&self) -> impl Iterator<Item = &SharedFormat> {
        self.0.iter()
    }

    /// The format of this name.
    pub fn by_name(&self, name: &str) -> Option<&SharedFormat> {
        self.iter().find(|format| format.name().eq_ignore_ascii_case(name))
    }

    /// The format of this media type, without parameters, and the type as the format spells it.
    pub fn by_media_type(&self, media: &str) -> Option<(&SharedFormat, &'static str)> {
        self.iter().find_map(|format| {
            let known = format.media_types().iter().find(|known| known.eq_ignore_ascii_case(media))?;
            Some((format, *known))
        })
    }

    /// The format whose TCP connections begin so.
    pub fn by_preamble(&self, preamble: [u8; 4]) -> Option<&SharedFormat> {
        self.iter().find(|format| format.preamble() == preamble)
    }

    /// Checks that the formats can be told apart, and from what no format may be taken for.
    ///
    /// # Errors
    /// Everything that is wrong with them, with what to do.
    pub fn check(&self) -> Result<(), Problems> {
        let mut problems = Vec::new();
        for (index, format) in self.0.iter().enumerate() {
            let before = self.0.get(..index).unwrap_or_default();
            problems.extend(alone(&**format).into_iter().chain(beside(&**format, before)).map(|(what, remedy)| {
                let what = format!("the format `{}` {what}", format.name().escape_debug());
                Problem { what, remedy: remedy.to_owned() }
            }));
        }
        if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
    }
}

type Wrong = (String, &'static str);

/// What is wrong with one format.
fn alone(format: &dyn Format) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    let name = format.name();
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || is_mark(byte))
    {
        wrong.push((
            "has a name that no WebSocket subprotocol can have".to_owned(),
            "let `name` return lower-case letters, digits, `-`, `_` and `.` only",
        ));
    }
    if format.media_types().is_empty() {
        wrong.push(("has no media type".to_owned(), "let `media_types` return one, such as application/x-mine"));
    }
    for media in format.media_types() {
        // A browser sends these to any server without asking first, from any page.
        if ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"].contains(media) {
            wrong.push((
                format!("has the media type {media}, which pages of other sites can send"),
                "choose another media type, such as application/x-mine",
            ));
        } else if !is_media_type(media) {
            wrong.push((
                format!("has the media type `{}`, which is none", media.escape_debug()),
                "write type/subtype in lower case, without parameters",
            ));
        }
    }
    let [first, ..] = format.preamble();
    if matches!(first, b'{' | b' ' | b'\t' | b'\r' | b'\n') {
        wrong.push((
            "has a preamble that begins as a line of JSON does".to_owned(),
            "let `preamble` begin with a byte that is neither `{` nor a blank",
        ));
    }
    // A page can make a browser open a connection to any port, and it begins like this.
    if METHODS.iter().any(|method| **method == format.preamble()) {
        wrong.push((
            "has a preamble that begins as a request of HTTP does".to_owned(),
            "let `preamble` return four bytes that are no HTTP method",
        ));
    }
    wrong
}

/// How requests of HTTP begin, in four bytes.
const METHODS: &[&[u8; 4]] =
    &[b"GET ", b"HEAD", b"POST", b"PUT ", b"DELE", b"CONN", b"OPTI", b"TRAC", b"PATC", b"PRI "];

/// What keeps a format from being told from those before it.
fn beside(format: &dyn Format, before: &[SharedFormat]) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    for other in before {
        let name = other.name();
        if name == format.name() {
            wrong.push(("is there twice".to_owned(), "give one of them another name, or leave it out"));
        }
        for media in format.media_types().iter().filter(|media| other.media_types().contains(media)) {
            wrong.push((format!("shares the media type {media} with `{name}`"), "let each have its own"));
        }
        if other.preamble() == format.preamble() {
            wrong.push((format!("shares its preamble with `{name}`"), "let each have its own four bytes"));
        }
    }
    wrong
}

fn is_mark(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.' | b'+')
}

fn is_media_type(media: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || is_mark(byte))
    };
    media.split_once('/').is_some_and(|(kind, subtype)| part(kind) && part(subtype))
}

/// In which formats one message comes and is answered.
#[derive(Clone)]
pub struct Exchange {
    /// In which the message comes.
    pub request: SharedFormat,
    /// In which it is answered.
    pub reply: SharedFormat,
}

impl Exchange {
    /// A message that is answered in the format in which it comes.
    pub fn of(format: &SharedFormat) -> Exchange {
        Exchange { request: Arc::clone(format), reply: Arc::clone(format) }
    }

    /// Whether both are JSON: there is a shorter way for that.
    pub fn is_json(&self) -> bool {
        is_json(&*self.request) && is_json(&*self.reply)
    }
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", self.request.name(), self.reply.name())
    }
}

/// Whether a format is the one called JSON, of which there is one.
pub(crate) fn is_json(format: &dyn Format) -> bool {
    format.name() == "json"
}

#[cfg(test)]
mod tests {
    use converse_wire::{Head, Json, Limits, Misread, Opened, Unwritable, WriteBody};

    use super::{Format, Formats};

    struct Other(&'static str, &'static [&'static str], [u8; 4]);

    impl Format for Other {
        fn name(&self) -> &'static str {
            self.0
        }

        fn media_types(&self) -> &'static [&'static str] {
            self.1
        }

        fn preamble(&self) -> [u8; 4] {
            self.2
        }

        fn open<'a>(
            &self,
            bytes: &'a [u8],
            limits: &Limits,
            head: &mut Head<'a>,
        ) -> Result<Box<dyn Opened<'a> + 'a>, Misread> {
            Json.open(bytes, limits, head)
        }

        fn open_body<'a>(&self, bytes: &'a [u8], limits: &Limits) -> Result<Box<dyn Opened<'a> + 'a>, Misread> {
            Json.open_body(bytes, limits)
        }

        fn write(&self, head: &Head<'_>, body: WriteBody<'_>, out: &mut Vec<u8>) -> Result<(), Unwritable> {
            Json.write(head, body, out)
        }

        fn write_body(&self, body: WriteBody<'_>, out: &mut Vec<u8>) -> Result<(), Unwritable> {
            Json.write_body(body, out)
        }
    }

    #[test]
    fn what_is_in_the_box_can_be_told_apart() {
        Formats::default().check().unwrap();
        Formats::default().with(Other("mine", &["application/x-mine"], *b"MINE")).check().unwrap();
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let formats = Formats::default()
            .with(Other("json", &["application/cbor"], *b"MSGP"))
            .with(Other("My Own", &["text/plain", "Mine"], *b"POST"))
            .with(Other("lines", &[], *b"{mne"));
        let problems = formats.check().unwrap_err().to_string();
        for said in [
            "`json` is there twice",
            "shares the media type application/cbor with `cbor`",
            "shares its preamble with `msgpack`",
            "a name that no WebSocket subprotocol can have",
            "text/plain, which pages of other sites can send",
            "`Mine`, which is none",
            "begins as a request of HTTP does",
            "has no media type",
            "begins as a line of JSON does",
        ] {
            assert!(problems.contains(said), "{said}: {problems}");
        }
    }
}
