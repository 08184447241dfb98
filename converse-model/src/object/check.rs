//! Whether an object is an instance of a class, and a class a subclass of another.
//!
//! A metaclass says how its classes answer. What the class model's own metaclasses say is kept (see `cache`); what a
//! program's own check says is asked for each time, as in Python.

use super::cache::{self, Question, Version};
use super::depth::Deeper;
use super::function::Native;
use super::{Args, Class, Error, Object, Result, Union, abc, attribute, call, protocol, special};

/// Classes that something is compared with: a class, a union, or several of these, nested at will.
pub trait ClassInfo {
    /// Whether the object is an instance of one of them. `depth` is how deep they are nested.
    #[doc(hidden)]
    fn has_instance(&self, object: &Object, depth: u32) -> Result<bool>;

    /// Whether the class is a subclass of one of them. `depth` is how deep they are nested.
    #[doc(hidden)]
    fn has_subclass(&self, class: &Class, depth: u32) -> Result<bool>;
}

/// Whether an object is an instance of a class, or of one of several.
///
/// # Errors
/// Those of a class's own check or hook; that a protocol may not be asked; that `classes` are none.
#[inline]
pub fn is_instance(object: &Object, classes: &(impl ClassInfo + ?Sized)) -> Result<bool> {
    classes.has_instance(object, 0)
}

/// Whether a class is a subclass of another, or of one of several.
///
/// # Errors
/// Those of a class's own check or hook; that a protocol may not be asked; that `classes` are none.
#[inline]
pub fn is_subclass(class: &Class, classes: &(impl ClassInfo + ?Sized)) -> Result<bool> {
    classes.has_subclass(class, 0)
}

impl ClassInfo for Class {
    #[inline]
    fn has_instance(&self, object: &Object, _depth: u32) -> Result<bool> {
        instance_of(object, self)
    }

    #[inline]
    fn has_subclass(&self, class: &Class, _depth: u32) -> Result<bool> {
        subclass_of(class, self, false)
    }
}

impl ClassInfo for Union {
    fn has_instance(&self, object: &Object, depth: u32) -> Result<bool> {
        self.members().has_instance(object, depth)
    }

    fn has_subclass(&self, class: &Class, depth: u32) -> Result<bool> {
        self.members().has_subclass(class, depth)
    }
}

/// Deeper than this, tuples of tuples are refused.
const DEEPEST: u32 = 500;

impl<T: ClassInfo> ClassInfo for [T] {
    fn has_instance(&self, object: &Object, depth: u32) -> Result<bool> {
        any(self, depth, |classes| classes.has_instance(object, depth + 1))
    }

    fn has_subclass(&self, class: &Class, depth: u32) -> Result<bool> {
        any(self, depth, |classes| classes.has_subclass(class, depth + 1))
    }
}

fn any<T>(classes: &[T], depth: u32, mut ask: impl FnMut(&T) -> Result<bool>) -> Result<bool> {
    if depth >= DEEPEST {
        return Err(Error::TooDeep);
    }
    for class in classes {
        if ask(class)? {
            return Ok(true);
        }
    }
    Ok(false)
}

impl<T: ClassInfo, const N: usize> ClassInfo for [T; N] {
    fn has_instance(&self, object: &Object, depth: u32) -> Result<bool> {
        self.as_slice().has_instance(object, depth)
    }

    fn has_subclass(&self, class: &Class, depth: u32) -> Result<bool> {
        self.as_slice().has_subclass(class, depth)
    }
}

impl<T: ClassInfo + ?Sized> ClassInfo for &T {
    fn has_instance(&self, object: &Object, depth: u32) -> Result<bool> {
        (**self).has_instance(object, depth)
    }

    fn has_subclass(&self, class: &Class, depth: u32) -> Result<bool> {
        (**self).has_subclass(class, depth)
    }
}

impl ClassInfo for Object {
    fn has_instance(&self, object: &Object, depth: u32) -> Result<bool> {
        match self {
            Object::Class(class) => instance_of(object, class),
            Object::Union(union) => union.has_instance(object, depth),
            Object::Tuple(several) => several.has_instance(object, depth),
            other => match call::special(other, special::INSTANCE_CHECK)? {
                Some(check) => check.call([object])?.truth(),
                None => Err(Error::Type("isinstance() arg 2 must be a type, a tuple of types, or a union".into())),
            },
        }
    }

    fn has_subclass(&self, class: &Class, depth: u32) -> Result<bool> {
        match self {
            Object::Class(other) => subclass_of(class, other, false),
            Object::Union(union) => union.has_subclass(class, depth),
            Object::Tuple(several) => several.has_subclass(class, depth),
            other => match call::special(other, special::SUBCLASS_CHECK)? {
                Some(check) => check.call([class])?.truth(),
                None => Err(Error::Type("issubclass() arg 2 must be a class, a tuple of classes, or a union".into())),
            },
        }
    }
}

/// An answer, and whether it may be kept.
pub(super) struct Answer {
    pub(super) yes: bool,
    pub(super) keep: bool,
}

impl Answer {
    pub(super) fn kept(yes: bool) -> Answer {
        Answer { yes, keep: true }
    }

    pub(super) fn fleeting(yes: bool) -> Answer {
        Answer { yes, keep: false }
    }
}

/// Whether an object is an instance of a class. An object whose class is that very class is one, whatever hooks say.
#[inline]
pub(super) fn instance_of(object: &Object, class: &Class) -> Result<bool> {
    let own = object.class();
    if own == class {
        return Ok(true);
    }
    let version = cache::version();
    if let Some(answer) = own.body().answers.get(class.id(), Question::Instance, version) {
        return Ok(answer);
    }
    if let Some(answer) = protocol::kept_for_layout(object, class, version) {
        return Ok(answer);
    }
    ask_instance(object, class, version)
}

#[cold]
#[inline(never)]
fn ask_instance(object: &Object, class: &Class, version: Version) -> Result<bool> {
    let _deeper = Deeper::by_check()?;
    let own = object.class();
    let answer = match own_check(class, special::INSTANCE_CHECK) {
        Some(Native::TypeInstanceCheck) => Answer::kept(own.derives_from(class)),
        Some(Native::AbcInstanceCheck) => abc::instance_check(class, object)?,
        Some(Native::ProtocolInstanceCheck) => protocol::instance_check(class, object, version)?,
        _ => Answer::fleeting(program_check(class, special::INSTANCE_CHECK, object)?),
    };
    if answer.keep {
        own.body().answers.keep(class.id(), Question::Instance, version, answer.yes);
    }
    Ok(answer.yes)
}

/// Whether a class is a subclass of another. A question is nested if it is asked on behalf of an abstract class:
/// there a protocol that may not be asked says nothing, instead of refusing.
#[inline]
pub(super) fn subclass_of(class: &Class, other: &Class, nested: bool) -> Result<bool> {
    let version = cache::version();
    match class.body().answers.get(other.id(), Question::Subclass, version) {
        Some(answer) => Ok(answer),
        None => ask_subclass(class, other, nested, version),
    }
}

#[cold]
#[inline(never)]
fn ask_subclass(class: &Class, other: &Class, nested: bool, version: Version) -> Result<bool> {
    let _deeper = Deeper::by_check()?;
    let answer = match own_check(other, special::SUBCLASS_CHECK) {
        Some(Native::TypeSubclassCheck) => Answer::kept(class.derives_from(other)),
        Some(Native::AbcSubclassCheck) => abc::subclass_check(other, class, nested)?,
        _ => Answer::fleeting(program_check(other, special::SUBCLASS_CHECK, &class.into())?),
    };
    if answer.keep {
        class.body().answers.keep(other.id(), Question::Subclass, version, answer.yes);
    }
    Ok(answer.yes)
}

/// Which of the class model's own checks a class's metaclass has, if it is one of them.
pub(super) fn own_check(class: &Class, name: &str) -> Option<Native> {
    const CHECKS: [Native; 5] = [
        Native::TypeInstanceCheck,
        Native::TypeSubclassCheck,
        Native::AbcInstanceCheck,
        Native::AbcSubclassCheck,
        Native::ProtocolInstanceCheck,
    ];
    match class.metaclass().find(name)? {
        Object::Function(function) => CHECKS.into_iter().find(|native| function.is_native(*native)),
        _ => None,
    }
}

/// What a program's own check says.
fn program_check(class: &Class, name: &str, asked: &Object) -> Result<bool> {
    let check = class.metaclass().find(name).ok_or_else(|| Error::NotCallable(class.name().clone()))?;
    attribute::bind(check, &class.into())?.call(Args::from([asked]))?.truth()
}
