//! What can be wrong with a class, a call or a question. The sentences are Python's; the remedies are ours.

use std::fmt;
use std::sync::Arc;

use crate::Text;

/// What came of something that can go wrong in the class model.
pub type Result<T> = std::result::Result<T, Error>;

/// Which of Python's exceptions an [`Error`] would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// `TypeError`.
    Type,
    /// `AttributeError`.
    Attribute,
    /// `ValueError`.
    Value,
    /// `KeyError`.
    Key,
    /// `IndexError`.
    Index,
    /// `RuntimeError`.
    Runtime,
    /// `AssertionError`.
    Assertion,
    /// `RecursionError`.
    Recursion,
    /// An error of the program's own, from one of its functions.
    Raised,
}

/// What is wrong. [`Display`](fmt::Display) is Python's own sentence, [`Error::remedy`] says what to do.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Error {
    /// The metaclasses of two bases have no most derived one between them.
    MetaclassConflict {
        /// The metaclass that was the most derived so far.
        one: Text,
        /// The one that is neither above nor below it.
        other: Text,
    },
    /// The bases ask for orders that contradict each other.
    InconsistentMro {
        /// The classes of which none can come next.
        bases: Vec<Text>,
    },
    /// A base is named twice.
    DuplicateBase(Text),
    /// An instance was asked of a class with abstract members.
    Abstract {
        /// The class.
        class: Text,
        /// Its abstract members, sorted.
        members: Vec<Text>,
    },
    /// A class has no such attribute.
    NoClassAttribute {
        /// The class.
        class: Text,
        /// The attribute.
        name: Text,
    },
    /// An object has no such attribute.
    NoAttribute {
        /// Its class.
        class: Text,
        /// The attribute.
        name: Text,
    },
    /// An attribute cannot be set or deleted: the sentence says which, the remedy why.
    Refused {
        /// Which of Python's exceptions it would be.
        kind: ErrorKind,
        /// Python's sentence.
        what: String,
        /// What to do.
        remedy: &'static str,
    },
    /// A registration would make two classes subclasses of each other.
    RegistrationCycle,
    /// A protocol that is not runtime-checkable was asked about an object or a class.
    NotRuntimeCheckable,
    /// A protocol with data members was asked about a class.
    DataProtocol,
    /// What is called is no function, class, or instance with `__call__`.
    NotCallable(Text),
    /// An operator does not suit its operands.
    Unsupported {
        /// The operator's sign.
        sign: &'static str,
        /// The class of the left operand.
        left: Text,
        /// The class of the right operand.
        right: Text,
    },
    /// A `__set_name__` failed.
    SetName {
        /// The class of the attribute's value.
        value: Text,
        /// The attribute.
        name: Text,
        /// The class in the making.
        class: Text,
        /// What went wrong.
        cause: Box<Error>,
    },
    /// Arguments, results or bases that are not what is asked for.
    Type(String),
    /// A value that does not suit.
    Value(String),
    /// A key that is not there.
    Key(String),
    /// An index beyond the end.
    Index(&'static str),
    /// Something that a class, as it is, cannot do.
    Runtime(String),
    /// A subclass hook that says neither yes, nor no, nor `NotImplemented`.
    HookAnswer,
    /// Functions that call each other without end.
    TooDeep,
    /// An error of the program's own.
    Raised(Arc<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// An error of the program's own, for a function of a class to end with.
    pub fn raise(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::Raised(Arc::from(error.into()))
    }

    /// Which of Python's exceptions this would be.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Error::NoClassAttribute { .. } | Error::NoAttribute { .. } => ErrorKind::Attribute,
            Error::Refused { kind, .. } => *kind,
            Error::RegistrationCycle | Error::SetName { .. } | Error::Runtime(_) => ErrorKind::Runtime,
            Error::Value(_) => ErrorKind::Value,
            Error::Key(_) => ErrorKind::Key,
            Error::Index(_) => ErrorKind::Index,
            Error::HookAnswer => ErrorKind::Assertion,
            Error::TooDeep => ErrorKind::Recursion,
            Error::Raised(_) => ErrorKind::Raised,
            _ => ErrorKind::Type,
        }
    }

    /// What to do about it, in a sentence.
    pub fn remedy(&self) -> String {
        match self {
            Error::MetaclassConflict { one, other } => format!(
                "define a metaclass that derives from both `{one}` and `{other}`, and give it to the class with \
                 `.metaclass(…)`"
            ),
            Error::InconsistentMro { .. } => {
                "name the bases in one order everywhere, a class before the classes that it derives from".into()
            }
            Error::DuplicateBase(name) => format!("name `{name}` once"),
            Error::Abstract { class, members } => {
                format!("define {} in `{class}`, or call a class that does", listed(members))
            }
            Error::NoClassAttribute { class, name } | Error::NoAttribute { class, name } => {
                format!("give `{class}` the attribute `{name}`, or ask with `has` first")
            }
            Error::Refused { remedy, .. } => (*remedy).into(),
            Error::RegistrationCycle => "register the class in one direction only".into(),
            Error::NotRuntimeCheckable => {
                "declare the protocol `.runtime_checkable()`, or ask `conforms`, which answers for every protocol"
                    .into()
            }
            Error::DataProtocol => "ask about an instance, or ask `conforms`, which looks at data members too".into(),
            Error::NotCallable(class) => format!("give `{class}` a `__call__`, or call something else"),
            Error::Unsupported { left, .. } => {
                format!("define the operator in the class of the left operand, `{left}`, or its mirror in the other's")
            }
            Error::SetName { cause, .. } => cause.remedy(),
            Error::Key(_) | Error::Index(_) => "ask for one that is there".into(),
            Error::HookAnswer => "give a `Hook`".into(),
            Error::TooDeep => "end the recursion of the class's own functions".into(),
            Error::Type(_) | Error::Value(_) | Error::Runtime(_) => "give what the sentence asks for".into(),
            Error::Raised(_) => "see the function that ended with it".into(),
        }
    }

    /// The error of the program's own in this one, if it is of this type.
    pub fn raised<E: std::error::Error + 'static>(&self) -> Option<&E> {
        match self {
            Error::Raised(error) => error.downcast_ref(),
            Error::SetName { cause, .. } => cause.raised(),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::MetaclassConflict { .. } => f.write_str(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the \
                 metaclasses of all its bases",
            ),
            Error::InconsistentMro { bases } => write!(
                f,
                "Cannot create a consistent method resolution\norder (MRO) for bases {}",
                bases.iter().map(Text::as_str).collect::<Vec<_>>().join(", ")
            ),
            Error::DuplicateBase(name) => write!(f, "duplicate base class {name}"),
            Error::Abstract { class, members } => {
                let plural = if members.len() == 1 { "" } else { "s" };
                let members = listed(members);
                write!(f, "Can't instantiate abstract class {class} with abstract method{plural} {members}")
            }
            Error::NoClassAttribute { class, name } => write!(f, "type object '{class}' has no attribute '{name}'"),
            Error::NoAttribute { class, name } => write!(f, "'{class}' object has no attribute '{name}'"),
            Error::Refused { what, .. }
            | Error::Type(what)
            | Error::Value(what)
            | Error::Key(what)
            | Error::Runtime(what) => f.write_str(what),
            Error::RegistrationCycle => f.write_str("Refusing to create an inheritance cycle"),
            Error::NotRuntimeCheckable => {
                f.write_str("Instance and class checks can only be used with @runtime_checkable protocols")
            }
            Error::DataProtocol => f.write_str("Protocols with non-method members don't support issubclass()"),
            Error::NotCallable(class) => write!(f, "'{class}' object is not callable"),
            Error::Unsupported { sign, left, right } => {
                write!(f, "unsupported operand type(s) for {sign}: '{left}' and '{right}'")
            }
            Error::SetName { value, name, class, .. } => {
                write!(f, "Error calling __set_name__ on '{value}' instance '{name}' in '{class}'")
            }
            Error::Index(what) => f.write_str(what),
            Error::HookAnswer => f.write_str("__subclasshook__ must return either False, True, or NotImplemented"),
            Error::TooDeep => f.write_str("maximum recursion depth exceeded"),
            Error::Raised(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::SetName { cause, .. } => Some(cause),
            Error::Raised(error) => error.source(),
            _ => None,
        }
    }
}

fn listed(members: &[Text]) -> String {
    members.iter().map(Text::as_str).collect::<Vec<_>>().join(", ")
}
