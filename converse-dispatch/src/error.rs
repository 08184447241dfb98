//! What a handler may fail with: any error with `?`, told to the client only if it is made for that.

use std::any::TypeId;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{Fault, FaultKind};

/// What handlers return: `Result<SignInResponse>`.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error. It converts from every [`std::error::Error`], so `?` works on all of them.
///
/// A [`Fault`], or an error with `#[derive(Fault)]`, is sent to the client as it is. Every other error
/// is logged under an id, and the client is told `internal` and the id.
pub struct Error {
    source: Box<dyn std::error::Error + Send + Sync>,
    type_id: TypeId,
}

impl Error {
    /// An error with a text for the log.
    pub fn new(message: impl Into<String>) -> Error {
        Error::from(Message(message.into()))
    }

    /// What a client is told; everything else goes to the log.
    pub(crate) fn into_fault(self, class: &str) -> Fault {
        let source = match self.source.downcast::<Fault>() {
            Ok(fault) => return *fault,
            Err(source) => source,
        };
        if let Some(known) = inventory::iter::<FaultSource>().find(|known| known.type_id == self.type_id)
            && let Some(fault) = (known.fault)(&*source)
        {
            return fault;
        }
        let id = next_id();
        let mut causes = String::new();
        let mut cause = source.source();
        while let Some(error) = cause {
            causes.push_str(": ");
            causes.push_str(&error.to_string());
            cause = error.source();
        }
        tracing::error!(id = %id, class, "{source}{causes}");
        Fault::of(FaultKind::INTERNAL, format!("the server failed; its log has the cause under {id}"))
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Error {
    #[cold]
    fn from(error: E) -> Error {
        Error { source: Box::new(error), type_id: TypeId::of::<E>() }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.source, f)
    }
}

/// A text as an error.
#[derive(Debug)]
struct Message(String);

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Message {}

/// An error made for clients: what `#[derive(Fault)]` implements.
pub trait IntoFault: std::error::Error + Send + Sync + 'static {
    /// What the client is told.
    fn fault(&self) -> Fault;
}

/// An error type made for clients, which the linker collected.
pub struct FaultSource {
    type_id: TypeId,
    fault: fn(&(dyn std::error::Error + Send + Sync + 'static)) -> Option<Fault>,
}

inventory::collect!(FaultSource);

impl FaultSource {
    /// The error type, made data.
    pub const fn of<E: IntoFault>() -> FaultSource {
        FaultSource { type_id: TypeId::of::<E>(), fault: |error| error.downcast_ref::<E>().map(E::fault) }
    }

    /// An error type of which only some values are for clients: `fault` tells them, and is given any error.
    pub const fn some<E: std::error::Error + 'static>(
        fault: fn(&(dyn std::error::Error + Send + Sync + 'static)) -> Option<Fault>,
    ) -> FaultSource {
        FaultSource { type_id: TypeId::of::<E>(), fault }
    }
}

/// An id that no other failure of this process has, and hardly one of another.
fn next_id() -> String {
    static START: OnceLock<u64> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let start = *START.get_or_init(|| RandomState::new().hash_one(std::process::id()));
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:08x}-{count}", start >> 32)
}
