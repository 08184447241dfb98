//! Protocols: classes that say which members another class must have, whatever it derives from.

use std::sync::LazyLock;

use super::abc::Said;
use super::cache::Version;
use super::check::{self, Answer, subclass_of};
use super::function::Native;
use super::{
    Call, Class, Descriptor, Error, ErrorKind, Function, Namespace, Object, Result, abc, attribute, root, special,
};
use crate::Text;

static META: LazyLock<Class> = LazyLock::new(|| {
    let check = root::native(special::INSTANCE_CHECK, Native::ProtocolInstanceCheck, native_instance);
    abc::own("_ProtocolMeta", "typing", abc::abc_meta(), None, [(special::INSTANCE_CHECK, check)])
});

static PROTOCOL: LazyLock<Class> = LazyLock::new(|| {
    let hook = Function::native(special::SUBCLASS_HOOK, Native::ProtocolHook, |_| Ok(Object::NotImplemented));
    let members = [
        (special::IS_PROTOCOL, true.into()),
        (special::INIT, root::native(special::INIT, Native::ProtocolInit, init)),
        (special::INIT_SUBCLASS, Descriptor::Class(Function::new(special::INIT_SUBCLASS, init_subclass)).into()),
        (special::SUBCLASS_HOOK, Descriptor::Class(hook).into()),
    ];
    abc::own("Protocol", "typing", root::object(), Some(&META), members)
});

/// The metaclass of protocols.
pub fn protocol_meta() -> &'static Class {
    &META
}

/// The base of protocols. A class that names it among its bases is one; a class that derives from a protocol without
/// naming it is not.
///
/// ```
/// use converse_model::object::{Builtin, Class, is_instance};
///
/// let named = Class::define("Named").protocol().runtime_checkable().annotation("name", Builtin::Str).create()?;
/// let anything = Class::define("Anything").create()?.call(())?;
/// assert!(!is_instance(&anything, &named)?);
/// anything.set("name", "a ship")?;
/// assert!(is_instance(&anything, &named)?);
/// # Ok::<(), converse_model::object::Error>(())
/// ```
pub fn protocol() -> &'static Class {
    &PROTOCOL
}

/// Names in a protocol's body that are no members of it.
const NO_MEMBERS: [&str; 15] = [
    "__abstractmethods__",
    "__annotations__",
    "__class_getitem__",
    "__dict__",
    "__doc__",
    "__init__",
    "__init_subclass__",
    "__module__",
    "__new__",
    "__orig_bases__",
    "__qualname__",
    "__slots__",
    "__subclasshook__",
    "_is_protocol",
    "_is_runtime_protocol",
];

/// Whether a class is a protocol itself.
pub(super) fn is_protocol(class: &Class) -> bool {
    // `Protocol` itself says so, before there is a `protocol()` to compare with.
    class.own(special::IS_PROTOCOL) == Some(Object::Bool(true)) || class.bases().iter().any(|base| base == protocol())
}

fn is_runtime(class: &Class) -> bool {
    class.find(special::IS_RUNTIME_PROTOCOL) == Some(Object::Bool(true))
}

/// The members that a protocol asks for, with those of the protocols that it derives from, sorted.
pub fn protocol_members(class: &Class) -> Vec<Text> {
    let mut names: Vec<Text> = Vec::new();
    for class in class.mro().filter(|class| *class != protocol() && *class != root::object()) {
        class.look(|body| {
            names.extend(body.names().filter(|name| !NO_MEMBERS.contains(&name.as_str())).cloned());
            if let Some(Object::Map(annotations)) = body.get(special::ANNOTATIONS) {
                names.extend(annotations.names().cloned());
            }
        });
    }
    names.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
    names.dedup();
    names
}

/// Whether a protocol's member of this name is a method; data otherwise.
pub(super) fn is_method(class: &Class, name: &str) -> bool {
    class.get(name).is_ok_and(|member| member.is_callable())
}

fn has_methods_only(class: &Class) -> bool {
    protocol_members(class).iter().all(|name| is_method(class, name))
}

/// Lets a protocol be asked about objects, and about classes if it has no data members. Gives it back.
///
/// # Errors
/// If it is no protocol.
pub fn runtime_checkable(class: &Class) -> Result<Class> {
    if !is_protocol(class) {
        return Err(Error::Type(format!("@runtime_checkable can be only applied to protocol classes, got {class}")));
    }
    class.set(special::IS_RUNTIME_PROTOCOL, true)?;
    Ok(class.clone())
}

/// Whether a class is a protocol that may not be asked about classes.
pub(super) fn refuses(class: &Class) -> bool {
    hook_of(class).is_some() && is_protocol(class) && refusal(class).is_some()
}

/// Why a protocol may not be asked about classes, if it may not.
fn refusal(class: &Class) -> Option<Error> {
    if !is_runtime(class) {
        return Some(Error::NotRuntimeCheckable);
    }
    (!has_methods_only(class)).then_some(Error::DataProtocol)
}

/// The protocols' own hook, if a class has it: each class below `Protocol` that defines no other.
pub(super) fn hook_of(class: &Class) -> Option<Object> {
    if class.metaclass() == root::type_() || class.own(special::SUBCLASS_HOOK).is_some() {
        return None;
    }
    class.derives_from(protocol()).then(|| protocol().own(special::SUBCLASS_HOOK)).flatten()
}

/// Whether a class has all members of a protocol in the bodies along its MRO, and none of them is `None`.
pub(super) fn hook(class: &Class, other: &Class, nested: bool) -> Result<Said> {
    if !is_protocol(class) {
        return Ok(Said::Nothing);
    }
    if let Some(refusal) = refusal(class) {
        return if nested { Ok(Said::NothingForNow) } else { Err(refusal) };
    }
    let is_protocol = is_protocol(other) && other.derives_from(protocol());
    let fits = protocol_members(class).iter().all(|name| {
        for above in other.mro() {
            match above.own(name) {
                Some(member) => return !member.is_none(),
                None if is_protocol && annotates(above, name) => return true,
                None => {}
            }
        }
        false
    });
    Ok(if fits { Said::Answer(true) } else { Said::Nothing })
}

pub(super) fn annotates(class: &Class, name: &str) -> bool {
    matches!(class.own(special::ANNOTATIONS), Some(Object::Map(annotations)) if annotations.contains(name))
}

fn native_instance(call: &Call<'_>) -> Result<Object> {
    let version = super::cache::version();
    Ok(instance_check(call.class()?, call.arg(1)?, version)?.yes.into())
}

/// What a protocol answered before about an instance with the same attributes.
#[inline]
pub(super) fn kept_for_layout(object: &Object, class: &Class, version: Version) -> Option<bool> {
    match object {
        Object::Instance(instance) => class.body().layout_answers.of(instance, version),
        _ => None,
    }
}

/// Whether an object has the members of a protocol, or is an instance of it as of any abstract class.
pub(super) fn instance_check(class: &Class, object: &Object, version: Version) -> Result<Answer> {
    let is_protocol = is_protocol(class);
    if is_protocol && !is_runtime(class) {
        return Err(Error::NotRuntimeCheckable);
    }
    // A program's own check of subclasses is asked each time, here too.
    let own_check = check::own_check(class, special::SUBCLASS_CHECK).is_some();
    if (!is_protocol || has_methods_only(class)) && subclass_of(object.class(), class, false)? {
        return Ok(Answer { yes: true, keep: own_check });
    }
    if !is_protocol {
        return abc::instance_check(class, object);
    }
    match object {
        Object::Instance(instance) => {
            // What is kept under a layout is said of the attributes as they were when the layout was read.
            let (layout, attributes) = instance.snapshot();
            let (fits, steady) = has_members(class, object, Some(&attributes))?;
            let yes = fits || abc::instance_check(class, object)?.yes;
            if steady && own_check {
                class.body().layout_answers.keep(layout, version, yes);
            }
            Ok(Answer::fleeting(yes))
        }
        other => {
            let (fits, steady) = has_members(class, other, None)?;
            Ok(Answer { yes: fits || abc::instance_check(class, other)?.yes, keep: steady && own_check })
        }
    }
}

/// Whether an object has the members of a protocol; and whether each object of its class with the same attributes
/// has, so that the answer may be kept: not if a property was read, or an attribute of its own stands for a method,
/// which may be `None` in another.
fn has_members(class: &Class, object: &Object, attributes: Option<&Namespace>) -> Result<(bool, bool)> {
    let mut steady = !matches!(
        object,
        Object::Class(_) | Object::Function(_) | Object::Method(_) | Object::Super(_) | Object::Descriptor(_)
    );
    for name in protocol_members(class) {
        let is_method = is_method(class, &name);
        let found = object.class().find(&name);
        let own = attributes.and_then(|attributes| attributes.get(&name));
        let is_property = matches!(found, Some(Object::Descriptor(Descriptor::Property(_))));
        steady &= !(is_property || is_method && own.is_some());
        let read = match (own, found) {
            (Some(own), _) if !is_property => Ok(own.clone()),
            (_, None) if attributes.is_some() => return Ok((false, steady)),
            _ => object.get(&name),
        };
        match read {
            Ok(attribute) if is_method && attribute.is_none() => return Ok((false, steady)),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Attribute => return Ok((false, steady)),
            Err(error) => return Err(error),
        }
    }
    Ok((true, steady))
}

/// A protocol derives from protocols alone.
fn init_subclass(call: &Call<'_>) -> Result<Object> {
    let class = call.class()?;
    call.superclass()?.invoke(special::INIT_SUBCLASS, call.args_after_first())?;
    if is_protocol(class) {
        for base in class.bases() {
            if base != root::object() && base != protocol() && !is_protocol(base) {
                return Err(Error::Type(format!("Protocols can only inherit from other protocols, got {base}")));
            }
        }
    }
    Ok(Object::None)
}

/// A protocol makes no instances; a class that derives from one is set up by the next class that says how.
fn init(call: &Call<'_>) -> Result<Object> {
    let this = call.this()?;
    if is_protocol(this.class()) || this.class() == protocol() {
        return Err(Error::Type("Protocols cannot be instantiated".into()));
    }
    let is_this = |init: &Object| init.functions().iter().any(|function| function.is_native(Native::ProtocolInit));
    let mut inits = this.class().mro().filter_map(|class| class.own(special::INIT)).peekable();
    // A class with an `__init__` of its own calls this one from there, and has found the right one already.
    if !inits.peek().is_some_and(is_this) {
        return Ok(Object::None);
    }
    match inits.find(|init| !is_this(init)) {
        Some(init) => attribute::bind(init, this)?.call(call.args_after_first()),
        None => Ok(Object::None),
    }
}

impl Class {
    /// Whether this is a protocol.
    pub fn is_protocol(&self) -> bool {
        is_protocol(self)
    }
}
