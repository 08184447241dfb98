//! Abstract base classes: registrations, the subclass hook, and the metaclass that asks them.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::cache::{self, Question};
use super::check::{self, Answer, subclass_of};
use super::function::Native;
use super::{
    Args, Call, Class, Descriptor, Error, Function, Object, Result, abstracts, attribute, make, protocol, root, special,
};

static META: LazyLock<Class> = LazyLock::new(|| {
    let members = [
        (special::NEW, Descriptor::Static(Function::new(special::NEW, new)).into()),
        (special::INSTANCE_CHECK, root::native(special::INSTANCE_CHECK, Native::AbcInstanceCheck, native_instance)),
        (special::SUBCLASS_CHECK, root::native(special::SUBCLASS_CHECK, Native::AbcSubclassCheck, native_subclass)),
        ("register", Function::new("register", register).into()),
    ];
    own("ABCMeta", "abc", root::type_(), None, members)
});

static ABC: LazyLock<Class> = LazyLock::new(|| own("ABC", "abc", root::object(), Some(&META), []));

/// The metaclass of abstract base classes.
pub fn abc_meta() -> &'static Class {
    &META
}

/// A class to derive abstract base classes from, instead of naming their metaclass.
pub fn abc() -> &'static Class {
    &ABC
}

/// A class of the class model itself, which every program has once.
pub(super) fn own<const N: usize>(
    name: &'static str,
    module: &'static str,
    base: &Class,
    metaclass: Option<&Class>,
    members: [(&'static str, Object); N],
) -> Class {
    let mut statement = Class::define(name).module(module).base(base).slots::<&'static str>([]);
    if let Some(metaclass) = metaclass {
        statement = statement.metaclass(metaclass);
    }
    for (name, member) in members {
        statement = statement.attribute(name, member);
    }
    sound(statement.create())
}

#[allow(clippy::panic, reason = "a class of the model itself is made from data that is written here")]
pub(super) fn sound(made: Result<Class>) -> Class {
    match made {
        Ok(class) => class,
        Err(error) => panic!("the class model is broken: {error}"),
    }
}

/// `ABCMeta.__new__`: makes the class, then finds its abstract members.
fn new(call: &Call<'_>) -> Result<Object> {
    let made = call.superclass()?.invoke(special::NEW, call.args())?;
    if let Object::Class(class) = &made {
        class.track_abstracts(abstracts::find(class)?);
    }
    Ok(made)
}

fn register(call: &Call<'_>) -> Result<Object> {
    let class = call.class()?;
    let Object::Class(other) = call.arg(1)? else {
        return Err(Error::Type("Can only register classes".into()));
    };
    if !subclass_of(other, class, true)? {
        if subclass_of(class, other, true)? {
            return Err(Error::RegistrationCycle);
        }
        class.add_registered(other);
    }
    Ok(other.into())
}

fn native_instance(call: &Call<'_>) -> Result<Object> {
    Ok(instance_check(call.class()?, call.arg(1)?)?.yes.into())
}

fn native_subclass(call: &Call<'_>) -> Result<Object> {
    let Object::Class(other) = call.arg(1)? else {
        return Err(Error::Type("issubclass() arg 1 must be a class".into()));
    };
    Ok(subclass_check(call.class()?, other, false)?.yes.into())
}

/// Whether an object is an instance of an abstract class: what is said of its class.
pub(super) fn instance_check(class: &Class, object: &Object) -> Result<Answer> {
    let own = object.class();
    let kept = check::own_check(class, special::SUBCLASS_CHECK).is_some();
    let yes = subclass_of(own, class, true)?;
    // A refusing protocol would be asked anew by the next question that is not nested; a program's check always.
    let keep = kept && !protocol::refuses(class);
    Ok(Answer { yes, keep })
}

/// Whether a class is a subclass of an abstract one: as the hook says, or by the MRO, or as one of the classes that
/// were registered, or as a subclass of the abstract class's own subclasses.
pub(super) fn subclass_check(class: &Class, other: &Class, nested: bool) -> Result<Answer> {
    let mut keep = true;
    match hook(class, other, nested)? {
        Said::Answer(yes) => return Ok(Answer::kept(yes)),
        Said::Nothing => {}
        Said::NothingForNow => keep = false,
    }
    let registered = class.registered();
    let yes = other.derives_from(class)
        // Whatever the registered class itself says.
        || registered.contains(other)
        || any(&registered, other)?
        || !is_quiet_below(class) && any(&class.subclasses(), other)?;
    Ok(Answer { yes, keep })
}

/// Whether each class below this one counts those alone among its subclasses that derive from it. Then none of them
/// need be asked about a class that does not: there may be thousands, and as many to be asked about.
fn is_quiet_below(class: &Class) -> bool {
    let version = cache::version();
    let answers = &class.body().answers;
    if let Some(answer) = answers.get(class.id(), Question::QuietBelow, version) {
        return answer;
    }
    let (mut waiting, mut seen) = (class.subclasses(), FxHashSet::default());
    let mut quiet = true;
    while quiet && let Some(below) = waiting.pop() {
        if seen.insert(below.id()) {
            quiet = make::is_plain(&below) && below.registered().is_empty();
            waiting.extend(below.subclasses());
        }
    }
    answers.keep(class.id(), Question::QuietBelow, version, quiet);
    quiet
}

fn any(classes: &[Class], other: &Class) -> Result<bool> {
    for class in classes {
        if subclass_of(other, class, true)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a subclass hook said.
pub(super) enum Said {
    Answer(bool),
    Nothing,
    /// Nothing, only because the question was nested.
    NothingForNow,
}

fn hook(class: &Class, other: &Class, nested: bool) -> Result<Said> {
    let Some(found) = protocol::hook_of(class).or_else(|| class.find(special::SUBCLASS_HOOK)) else {
        return Ok(Said::Nothing);
    };
    let is = |native| found.functions().iter().any(|function| function.is_native(native));
    if is(Native::ObjectHook) {
        return Ok(Said::Nothing);
    }
    if is(Native::ProtocolHook) {
        return protocol::hook(class, other, nested);
    }
    match attribute::bind_to_class(found, class).call(Args::from([other]))? {
        Object::Bool(yes) => Ok(Said::Answer(yes)),
        Object::NotImplemented => Ok(Said::Nothing),
        _ => Err(Error::HookAnswer),
    }
}
