//! Which messages belong together, over all programs that they pass: W3C Trace Context, level 1.

use std::cell::Cell;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::str::FromStr;

/// Where a message stands in a trace: its `$trace`, or the header `traceparent` of its request.
///
/// What is not one is ignored, and its message belongs to no trace (section 3.2.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Trace {
    id: u128,
    span: u64,
    flags: u8,
}

/// A text is no traceparent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidTrace;

impl fmt::Display for InvalidTrace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no traceparent, such as 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    }
}

impl std::error::Error for InvalidTrace {}

thread_local! {
    static CURRENT: Cell<Option<Trace>> = const { Cell::new(None) };
}

impl Trace {
    /// A new trace, which is recorded.
    pub fn root() -> Trace {
        Trace { id: u128::from(random()) << 64 | u128::from(random()), span: random(), flags: 1 }
    }

    /// The next step of the same trace.
    #[must_use]
    pub fn child(self) -> Trace {
        Trace { span: random(), ..self }
    }

    /// The trace of the message that this thread is at, if the program records traces.
    pub fn current() -> Option<Trace> {
        CURRENT.get()
    }

    /// What all messages of the trace have in common.
    pub fn trace_id(self) -> u128 {
        self.id
    }

    /// The step.
    pub fn span_id(self) -> u64 {
        self.span
    }

    /// Whether whoever began it wants it recorded.
    pub fn sampled(self) -> bool {
        self.flags & 1 != 0
    }

    /// Does a part of the work for a message of this trace.
    pub(crate) fn within<T>(self, work: impl FnOnce() -> T) -> T {
        let before = CURRENT.replace(Some(self));
        let done = work();
        CURRENT.set(before);
        done
    }
}

impl FromStr for Trace {
    type Err = InvalidTrace;

    /// Section 3.2: lower case, nothing but zeros is none, and of later versions the part that is known.
    fn from_str(text: &str) -> Result<Trace, InvalidTrace> {
        let mut parts = text.splitn(5, '-');
        let mut part = |length: usize| {
            let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            let part = parts.next().filter(|part| part.len() == length && part.bytes().all(hex)).ok_or(InvalidTrace)?;
            u128::from_str_radix(part, 16).map_err(|_| InvalidTrace)
        };
        let (version, trace, span, flags) = (part(2)?, part(32)?, part(16)?, part(2)?);
        let more = parts.next().is_some();
        if version == 0xff || (version == 0 && more) || trace == 0 || span == 0 {
            return Err(InvalidTrace);
        }
        let span = u64::try_from(span).map_err(|_| InvalidTrace)?;
        Ok(Trace { id: trace, span, flags: u8::try_from(flags).map_err(|_| InvalidTrace)? & 1 })
    }
}

/// As it is sent on: of the version that this is, with the flag that it knows.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{:032x}-{:016x}-{:02x}", self.id, self.span, self.flags)
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trace({self})")
    }
}

/// A number that nobody else has, and that is not 0.
fn random() -> u64 {
    RandomState::new().hash_one(0_u8) | 1
}

#[cfg(test)]
mod tests {
    use super::{InvalidTrace, Trace};

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn it_is_written_as_it_is_read() {
        assert_eq!(GOOD.parse::<Trace>().unwrap().to_string(), GOOD);
        let later = "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03-what-is-next";
        assert_eq!(later.parse::<Trace>().unwrap().to_string(), GOOD, "what is not known is not passed on");
        let child = GOOD.parse::<Trace>().unwrap().child();
        assert!(child.to_string().starts_with("00-0af7651916cd43dd8448eb211c80319c-") && child.to_string() != GOOD);
        assert_ne!(Trace::root(), Trace::root());
    }

    #[test]
    fn what_is_none_is_none() {
        let zeros = |text: &str, of: &str| text.replace(of, &"0".repeat(of.len()));
        for text in [
            "",
            "00",
            &GOOD.to_uppercase(),
            &format!("{GOOD}-00"),
            &format!(" {GOOD}"),
            &format!("{GOOD} "),
            &GOOD.replacen("00", "ff", 1),
            &zeros(GOOD, "0af7651916cd43dd8448eb211c80319c"),
            &zeros(GOOD, "b7ad6b7169203331"),
            &GOOD.replace("b7", "+7"),
            &GOOD.replace('-', "_"),
            &GOOD.replace("01", "1"),
        ] {
            assert_eq!(text.parse::<Trace>(), Err(InvalidTrace), "{text:?}");
        }
    }
}
