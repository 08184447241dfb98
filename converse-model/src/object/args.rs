//! What a function is called with.

use super::{Class, Error, Namespace, Object, Result, Super, WeakClass};
use crate::Text;

/// Arguments by place and by name.
#[derive(Debug, Clone, Default)]
pub struct Args {
    /// By place.
    pub positional: Vec<Object>,
    /// By name.
    pub keywords: Namespace,
}

impl Args {
    /// With one more by name.
    #[must_use]
    pub fn keyword(mut self, name: impl Into<Text>, object: impl Into<Object>) -> Args {
        self.keywords.set(name, object);
        self
    }

    /// With all of these by name.
    #[must_use]
    pub fn keywords(mut self, keywords: &Namespace) -> Args {
        for (name, object) in keywords.iter() {
            self.keywords.set(name.clone(), object);
        }
        self
    }

    /// With one more in front.
    pub(super) fn after(mut self, first: Object) -> Args {
        self.positional.insert(0, first);
        self
    }
}

impl From<()> for Args {
    fn from((): ()) -> Args {
        Args::default()
    }
}

impl<T: Into<Object>, const N: usize> From<[T; N]> for Args {
    fn from(items: [T; N]) -> Args {
        Args { positional: items.into_iter().map(Into::into).collect(), keywords: Namespace::new() }
    }
}

impl From<Vec<Object>> for Args {
    fn from(positional: Vec<Object>) -> Args {
        Args { positional, keywords: Namespace::new() }
    }
}

impl From<&[Object]> for Args {
    fn from(items: &[Object]) -> Args {
        Args::from(items.to_vec())
    }
}

/// A call, as the function that is called sees it.
#[derive(Debug)]
pub struct Call<'c> {
    pub(super) positional: &'c [Object],
    pub(super) keywords: &'c Namespace,
    /// The class in whose body the function stands, for [`superclass`](Call::superclass).
    pub(super) home: Option<&'c WeakClass>,
}

impl Call<'_> {
    /// The arguments by place, what the function was read from first.
    pub fn positional(&self) -> &[Object] {
        self.positional
    }

    /// The arguments by name.
    pub fn keywords(&self) -> &Namespace {
        self.keywords
    }

    /// The argument at this place.
    ///
    /// # Errors
    /// If there are fewer.
    pub fn arg(&self, place: usize) -> Result<&Object> {
        let missing = || Error::Type(format!("missing the argument at place {place}"));
        self.positional.get(place).ok_or_else(missing)
    }

    /// The arguments after the first.
    pub fn rest(&self) -> &[Object] {
        self.positional.get(1..).unwrap_or_default()
    }

    /// The argument of this name.
    pub fn keyword(&self, name: &str) -> Option<&Object> {
        self.keywords.get(name)
    }

    /// The object that the method was read from: Python's `self`.
    ///
    /// # Errors
    /// If the function was called without.
    pub fn this(&self) -> Result<&Object> {
        self.arg(0)
    }

    /// The class that the class method was read from: Python's `cls`.
    ///
    /// # Errors
    /// If the function was called without, or with something else.
    pub fn class(&self) -> Result<&Class> {
        self.arg(0)?.as_class()
    }

    /// The whole call, to be passed on.
    pub fn args(&self) -> Args {
        Args { positional: self.positional.to_vec(), keywords: self.keywords.clone() }
    }

    /// The call without its first argument, to be passed on to a method of [`superclass`](Call::superclass).
    pub fn args_after_first(&self) -> Args {
        Args { positional: self.rest().to_vec(), keywords: self.keywords.clone() }
    }

    /// The members of the classes above the one in whose body the function stands: Python's `super()`.
    ///
    /// # Errors
    /// If the function stands in no class's body, or its first argument is of another class.
    pub fn superclass(&self) -> Result<Super> {
        // What derives from the class, as the first argument must, keeps it.
        let home = self
            .home
            .and_then(WeakClass::upgrade)
            .ok_or_else(|| Error::Runtime("super(): __class__ cell not found".into()))?;
        let this = self.positional().first().ok_or_else(|| Error::Runtime("super(): no arguments".into()))?;
        Super::of(home, this)
    }
}
