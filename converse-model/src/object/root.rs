//! `object`, from which every class derives, and `type`, whose instances are classes, itself among them.

use std::sync::{Arc, LazyLock};

use super::class::{Holds, Members, Parts};
use super::function::Native;
use super::{
    Args, Call, Class, Descriptor, Error, Function, Instance, Namespace, Object, Result, Union, attribute, make,
    special,
};

/// The one cycle among classes, made once and never freed.
static ROOTS: LazyLock<(Class, Class)> = LazyLock::new(|| {
    let object = make_root("object", Vec::new(), object_members());
    let type_ = make_root("type", vec![object.clone()], type_members());
    for class in [&object, &type_] {
        let _first = class.body().metaclass.set(type_.clone());
        class.look(|members| {
            for function in members.iter().flat_map(|(_, member)| member.functions()) {
                function.settle(class);
            }
        });
    }
    (object, type_)
});

/// The class from which every class derives.
#[inline]
pub fn object() -> &'static Class {
    &ROOTS.0
}

/// The class of classes: every metaclass derives from it, and its own class is itself.
#[inline]
pub fn type_() -> &'static Class {
    &ROOTS.1
}

fn make_root(name: &'static str, bases: Vec<Class>, members: Namespace) -> Class {
    Class::from_parts(Parts {
        name: name.into(),
        qualname: name.into(),
        metaclass: None,
        ancestors: bases.clone(),
        bases,
        members: Members::Fixed(members),
        holds: Holds::nothing(),
        solid: None,
        shape: None,
        slots: Arc::default(),
    })
}

pub(super) fn native(name: &'static str, native: Native, code: fn(&Call<'_>) -> Result<Object>) -> Object {
    Object::Function(Function::native(name, native, code))
}

fn object_members() -> Namespace {
    Namespace::from([
        (special::MODULE, Object::from("builtins")),
        (special::NEW, Descriptor::Static(Function::native(special::NEW, Native::ObjectNew, object_new)).into()),
        (special::INIT, native(special::INIT, Native::ObjectInit, object_init)),
        (special::INIT_SUBCLASS, Descriptor::Class(Function::new(special::INIT_SUBCLASS, object_init_subclass)).into()),
        (
            special::SUBCLASS_HOOK,
            Descriptor::Class(Function::native(special::SUBCLASS_HOOK, Native::ObjectHook, |_| {
                Ok(Object::NotImplemented)
            }))
            .into(),
        ),
    ])
}

fn type_members() -> Namespace {
    let instance_check = |call: &Call<'_>| Ok(call.arg(1)?.class().derives_from(call.class()?).into());
    let subclass_check = |call: &Call<'_>| Ok(call.arg(1)?.as_class()?.derives_from(call.class()?).into());
    let mro = |call: &Call<'_>| Ok(Object::list(call.class()?.mro()));
    let subclasses = |call: &Call<'_>| Ok(Object::list(call.class()?.subclasses()));
    let or = |call: &Call<'_>| Union::either(call.arg(0)?, call.arg(1)?);
    let reversed_or = |call: &Call<'_>| Union::either(call.arg(1)?, call.arg(0)?);
    let prepare = |_: &Call<'_>| Ok(Namespace::new());
    Namespace::from([
        (special::MODULE, Object::from("builtins")),
        (special::CALL, Function::new(special::CALL, type_call).into()),
        (special::NEW, Descriptor::Static(Function::native(special::NEW, Native::TypeNew, make::type_new)).into()),
        (special::INIT, Function::new(special::INIT, type_init).into()),
        (special::PREPARE, Descriptor::Class(Function::new(special::PREPARE, prepare)).into()),
        (special::INSTANCE_CHECK, native(special::INSTANCE_CHECK, Native::TypeInstanceCheck, instance_check)),
        (special::SUBCLASS_CHECK, native(special::SUBCLASS_CHECK, Native::TypeSubclassCheck, subclass_check)),
        ("mro", Function::new("mro", mro).into()),
        ("__subclasses__", Function::new("__subclasses__", subclasses).into()),
        ("__or__", Function::new("__or__", or).into()),
        ("__ror__", Function::new("__ror__", reversed_or).into()),
    ])
}

/// Calls a class: `__new__`, and `__init__` if what that gave is an instance of the class.
fn type_call(call: &Call<'_>) -> Result<Object> {
    let class = call.class()?;
    if class == type_()
        && let [only] = call.rest()
        && call.keywords().is_empty()
    {
        return Ok(only.class().into());
    }
    let made = match class.find(special::NEW) {
        Some(new) => attribute::bind_to_class(new, class).call(call.args())?,
        None => return Err(Error::Type(format!("cannot create '{}' instances", class.name()))),
    };
    if made.class().derives_from(class)
        && let Some(init) = super::call::special(&made, special::INIT)?
    {
        let gave = init.call(call.args_after_first())?;
        if !gave.is_none() {
            let what = format!("__init__() should return None, not '{}'", gave.class().name());
            return Err(Error::Type(what));
        }
    }
    Ok(made)
}

fn type_init(call: &Call<'_>) -> Result<Object> {
    match call.rest().len() {
        1 if !call.keywords().is_empty() => Err(Error::Type("type.__init__() takes no keyword arguments".into())),
        1 | 3 => Ok(Object::None),
        _ => Err(Error::Type("type.__init__() takes 1 or 3 arguments".into())),
    }
}

fn is_native(class: &Class, name: &str, native: Native) -> bool {
    class.find(name).is_some_and(|found| found.functions().iter().any(|function| function.is_native(native)))
}

fn has_more(call: &Call<'_>) -> bool {
    !call.rest().is_empty() || !call.keywords().is_empty()
}

fn object_new(call: &Call<'_>) -> Result<Object> {
    let class = call.class()?;
    if has_more(call) {
        if !is_native(class, special::NEW, Native::ObjectNew) {
            let what = "object.__new__() takes exactly one argument (the type to instantiate)";
            return Err(Error::Type(what.into()));
        }
        if is_native(class, special::INIT, Native::ObjectInit) {
            if class.shape().is_some() {
                return class.with_fields(call);
            }
            return Err(Error::Type(format!("{}() takes no arguments", class.name())));
        }
    }
    if class.derives_from(type_()) || (class.is_builtin() && class != object()) {
        let name = class.name();
        return Err(Error::Type(format!("object.__new__({name}) is not safe, use {name}.__new__()")));
    }
    if class.is_abstract() {
        let members = class.abstract_members().to_vec();
        return Err(Error::Abstract { class: class.name().clone(), members });
    }
    if class.shape().is_some() {
        return class.with_fields(call);
    }
    Ok(Instance::new(class, Namespace::new()).into())
}

fn object_init(call: &Call<'_>) -> Result<Object> {
    let class = call.this()?.class();
    if has_more(call) && class.shape().is_none() {
        if !is_native(class, special::INIT, Native::ObjectInit) {
            let what = "object.__init__() takes exactly one argument (the instance to initialize)";
            return Err(Error::Type(what.into()));
        }
        if is_native(class, special::NEW, Native::ObjectNew) {
            let what = format!("{}.__init__() takes exactly one argument (the instance to initialize)", class.name());
            return Err(Error::Type(what));
        }
    }
    Ok(Object::None)
}

fn object_init_subclass(call: &Call<'_>) -> Result<Object> {
    if call.keywords().is_empty() {
        return Ok(Object::None);
    }
    Err(Error::Type(format!("{}.__init_subclass__() takes no keyword arguments", call.class()?.name())))
}

impl Class {
    pub(super) fn is_builtin(&self) -> bool {
        matches!(self.body().members, Members::Fixed(_))
    }

    /// What a metaclass is called with.
    pub(super) fn arguments(name: &str, bases: &[Object], body: Namespace, keywords: &Namespace) -> Args {
        let positional = vec![name.to_owned().into(), Object::tuple(bases), body.into()];
        Args { positional, keywords: keywords.clone() }
    }
}
