//! Functions: closures with a name, and the object that they were read from.

use std::fmt;
use std::sync::{Arc, OnceLock, Weak};

use super::depth::Deeper;
use super::{Args, Call, Class, Namespace, Object, Result, WeakClass};
use crate::Text;

type Code = dyn Fn(&Call<'_>) -> Result<Object> + Send + Sync;

/// A function. It is equal to itself only.
#[derive(Clone)]
pub struct Function(Arc<Inner>);

/// A handle that keeps no function alive.
pub(super) struct WeakFunction(Weak<Inner>);

struct Inner {
    name: Text,
    qualname: Text,
    code: Arc<Code>,
    is_abstract: bool,
    native: Option<Native>,
    /// The class in whose body it stands.
    home: OnceLock<WeakClass>,
}

/// A function of the class model itself which it must know again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Native {
    TypeNew,
    TypeInstanceCheck,
    TypeSubclassCheck,
    ObjectNew,
    ObjectInit,
    ObjectHook,
    AbcInstanceCheck,
    AbcSubclassCheck,
    ProtocolInstanceCheck,
    ProtocolHook,
    ProtocolInit,
}

impl Function {
    /// A function of this name.
    pub fn new<R: Into<Object>>(
        name: impl Into<Text>,
        code: impl Fn(&Call<'_>) -> Result<R> + Send + Sync + 'static,
    ) -> Function {
        let name = name.into();
        let code = move |call: &Call<'_>| code(call).map(Into::into);
        Function(Arc::new(Inner {
            qualname: name.clone(),
            name,
            code: Arc::new(code),
            is_abstract: false,
            native: None,
            home: OnceLock::new(),
        }))
    }

    pub(super) fn native(name: &'static str, native: Native, code: fn(&Call<'_>) -> Result<Object>) -> Function {
        Function::new(name, code).with(|inner| inner.native = Some(native))
    }

    fn with(&self, change: impl FnOnce(&mut Inner)) -> Function {
        let mut inner = Inner {
            name: self.0.name.clone(),
            qualname: self.0.qualname.clone(),
            code: Arc::clone(&self.0.code),
            is_abstract: self.0.is_abstract,
            native: self.0.native,
            home: OnceLock::new(),
        };
        change(&mut inner);
        Function(Arc::new(inner))
    }

    /// The same function, to be defined by a class that derives from the one in whose body it stands.
    #[must_use]
    pub fn made_abstract(&self) -> Function {
        self.with(|inner| inner.is_abstract = true)
    }

    pub(super) fn in_class(&self, class: &str) -> Function {
        self.with(|inner| inner.qualname = format!("{class}.{}", inner.name).into())
    }

    /// The name.
    pub fn name(&self) -> &Text {
        &self.0.name
    }

    /// The name with that of the class in whose body it stands: `Ticket.close`.
    pub fn qualname(&self) -> &Text {
        &self.0.qualname
    }

    /// Whether a class that derives from the one in whose body it stands must define it.
    pub fn is_abstract(&self) -> bool {
        self.0.is_abstract
    }

    pub(super) fn is_native(&self, native: Native) -> bool {
        self.0.native == Some(native)
    }

    /// Says in which class's body it stands; the first one counts.
    pub(super) fn settle(&self, class: &Class) {
        let _first = self.0.home.set(class.downgrade());
    }

    /// Calls the function.
    ///
    /// # Errors
    /// Its own, and that functions call each other too deep.
    pub fn call(&self, args: &Args) -> Result<Object> {
        self.run(&args.positional, &args.keywords)
    }

    /// Calls the function with one argument more in front.
    pub(super) fn call_on(&self, this: &Object, args: Args) -> Result<Object> {
        // As a rule there is no other: then nothing is allocated.
        if args.positional.is_empty() {
            return self.run(std::slice::from_ref(this), &args.keywords);
        }
        self.call(&args.after(this.clone()))
    }

    fn run(&self, positional: &[Object], keywords: &Namespace) -> Result<Object> {
        let _deeper = Deeper::by_call()?;
        (self.0.code)(&Call { positional, keywords, home: self.0.home.get() })
    }

    pub(super) fn downgrade(&self) -> WeakFunction {
        WeakFunction(Arc::downgrade(&self.0))
    }

    pub(super) fn address(&self) -> *const () {
        Arc::as_ptr(&self.0).cast()
    }
}

impl WeakFunction {
    #[inline]
    pub(super) fn upgrade(&self) -> Option<Function> {
        self.0.upgrade().map(Function)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Function) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<function {} at {:p}>", self.0.qualname, self.address())
    }
}

/// A function and the object that it was read from, which is its first argument.
#[derive(Debug, PartialEq)]
pub struct Method {
    /// The object.
    pub this: Object,
    /// The function.
    pub function: Function,
}
