//! What `type` does when it is called to make a class: the second half of a class statement.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::class::{Holds, Members, Parts};
use super::function::Native;
use super::{
    Args, Builtin, Call, Class, Descriptor, Error, Namespace, Object, Result, attribute, cache, compiled, metaclass,
    mro, protocol, root, special,
};
use crate::Text;

/// `type.__new__(metaclass, name, bases, body, **keywords)`.
pub(super) fn type_new(call: &Call<'_>) -> Result<Object> {
    let [metaclass, name, bases, body] = call.positional() else {
        return Err(Error::Type("type() takes 1 or 3 arguments".into()));
    };
    let name = text(name)?;
    let bases = classes(bases)?;
    let body = members(body)?;

    let winner = metaclass::most_derived(metaclass.as_class()?, &bases)?;
    if Object::Class(winner.clone()) != *metaclass
        && let Some(new) = other_new(&winner)
    {
        let args = Class::arguments(&name, &bases, (*body).clone(), call.keywords());
        return new.call(&args.after(winner.into()));
    }
    let class = class_of(winner, name, &bases, (*body).clone())?;
    note_hooks(&class);
    settle(&class);
    set_names(&class)?;
    init_subclass(&class, call.keywords())?;
    Ok(class.into())
}

fn text(name: &Object) -> Result<Text> {
    match name {
        Object::Str(name) => Ok(name.clone()),
        other => Err(Error::Type(format!("type.__new__() argument 1 must be str, not {}", other.class().name()))),
    }
}

fn members(body: &Object) -> Result<Arc<Namespace>> {
    match body {
        Object::Map(body) => Ok(Arc::clone(body)),
        other => Err(Error::Type(format!("type.__new__() argument 3 must be dict, not {}", other.class().name()))),
    }
}

fn classes(bases: &Object) -> Result<Vec<Object>> {
    let Object::Tuple(bases) = bases else {
        let what = format!("type.__new__() argument 2 must be tuple, not {}", bases.class().name());
        return Err(Error::Type(what));
    };
    for base in bases.iter() {
        if !matches!(base, Object::Class(_)) {
            let what = match base.class().find(special::MRO_ENTRIES) {
                Some(_) => "type() doesn't support MRO entry resolution; use types.new_class()",
                None => "bases must be types",
            };
            return Err(Error::Type(what.into()));
        }
    }
    Ok(bases.to_vec())
}

/// The `__new__` of a metaclass, if it is not `type`'s own.
fn other_new(metaclass: &Class) -> Option<super::Function> {
    let found = metaclass.find(special::NEW)?;
    let function = found.functions().first().copied()?;
    (!function.is_native(Native::TypeNew)).then(|| function.clone())
}

fn class_of(metaclass: Class, name: Text, bases: &[Object], mut body: Namespace) -> Result<Class> {
    let mut bases: Vec<Class> = bases.iter().map(|base| base.as_class().cloned()).collect::<Result<_>>()?;
    if bases.is_empty() {
        bases.push(root::object().clone());
    }
    let solid = solid_of(&bases)?;
    let holds = holds(&bases, &body)?;
    let qualname = match body.remove(special::QUALNAME) {
        Some(Object::Str(qualname)) => qualname,
        Some(other) => {
            let what = format!("type __qualname__ must be a str, not {}", other.class().name());
            return Err(Error::Type(what));
        }
        None => name.clone(),
    };
    body.set_default(special::MODULE, "__main__");
    body.set_default(special::DOC, Object::None);
    wrap(&mut body);
    let shape = body.shape.take().or_else(|| compiled::inherited(&name, &bases, &mut body));
    let slots = body.slots.take().unwrap_or_default();
    Ok(Class::from_parts(Parts {
        name,
        qualname,
        metaclass: Some(metaclass),
        ancestors: mro::merge(&bases)?,
        bases,
        members: Members::Open(body.into()),
        holds: Holds { any: holds.any && shape.is_none(), ..holds },
        solid: Some(solid.downgrade()),
        shape,
        slots,
    }))
}

/// What these members are, whether or not the body says so.
fn wrap(body: &mut Namespace) {
    for name in [special::NEW, special::INIT_SUBCLASS, special::CLASS_GETITEM] {
        if let Some(Object::Function(function)) = body.get(name).cloned() {
            let is_static = name == special::NEW;
            body.set(name, if is_static { Descriptor::Static(function) } else { Descriptor::Class(function) });
        }
    }
}

/// The class that decides how instances of a class are laid out.
fn solid(class: &Class) -> Class {
    if !class.body().holds.slots.is_empty() || class.is_builtin() {
        return class.clone();
    }
    class.body().solid.as_ref().and_then(super::WeakClass::upgrade).unwrap_or_else(|| root::object().clone())
}

fn solid_of(bases: &[Class]) -> Result<Class> {
    let mut winner = root::object().clone();
    for base in bases {
        if Builtin::of(base).is_some_and(|builtin| !builtin.is_base()) {
            return Err(Error::Type(format!("type '{}' is not an acceptable base type", base.name())));
        }
        let candidate = solid(base);
        if candidate.derives_from(&winner) {
            winner = candidate;
        } else if !winner.derives_from(&candidate) {
            return Err(Error::Type("multiple bases have instance lay-out conflict".into()));
        }
    }
    Ok(winner)
}

/// What instances may hold: slots close them, if every base is closed too.
fn holds(bases: &[Class], body: &Namespace) -> Result<Holds> {
    let slots: Vec<Text> = match body.get(special::SLOTS) {
        None => return Ok(Holds { any: true, slots: Arc::default() }),
        Some(Object::Str(only)) => vec![only.clone()],
        Some(several) => several.sequence()?.iter().map(|slot| slot.text().cloned()).collect::<Result<_>>()?,
    };
    if let Some(taken) = slots.iter().find(|slot| body.contains(slot)) {
        return Err(Error::Value(format!("'{taken}' in __slots__ conflicts with class variable")));
    }
    Ok(Holds { any: bases.iter().any(|base| base.body().holds.any), slots: slots.into() })
}

/// A class with a hook of its own can change what an abstract class above it answers.
fn note_hooks(class: &Class) {
    if !is_plain(class) {
        class.body().answers_for_parents.store(true, Ordering::Relaxed);
        cache::invalidate();
    }
}

/// Whether a class counts those that derive from it among its subclasses, and those that are registered, and asks no
/// hook and no check of a program's own.
pub(super) fn is_plain(class: &Class) -> bool {
    if class.metaclass() == root::type_() {
        return true;
    }
    let native = |owner: &Class, name: &str, natives: &[Native]| {
        owner.find(name).is_some_and(|found| {
            found.functions().iter().any(|function| natives.iter().any(|native| function.is_native(*native)))
        })
    };
    let plain = native(class, special::SUBCLASS_HOOK, &[Native::ObjectHook])
        || (native(class, special::SUBCLASS_HOOK, &[Native::ProtocolHook]) && !protocol::is_protocol(class));
    let checks = [Native::TypeSubclassCheck, Native::AbcSubclassCheck];
    plain && native(class.metaclass(), special::SUBCLASS_CHECK, &checks)
}

/// Every function of the body knows where it stands, for `super`.
fn settle(class: &Class) {
    class.look(|members| {
        for function in members.iter().flat_map(|(_, member)| member.functions()) {
            function.settle(class);
        }
    });
}

/// Tells the members that want to know under which name they stand.
fn set_names(class: &Class) -> Result<()> {
    let tells = |member: &Object| matches!(member, Object::Instance(_) | Object::Class(_));
    let told: Vec<(Text, Object)> = class.look(|members| {
        members
            .iter()
            .filter(|(_, member)| tells(member))
            .map(|(name, member)| (name.clone(), member.clone()))
            .collect()
    });
    for (name, member) in told {
        let Some(set_name) = super::call::special(&member, special::SET_NAME)? else { continue };
        let args = Args::from([Object::from(class), Object::from(name.clone())]);
        if let Err(cause) = set_name.call(args) {
            return Err(Error::SetName {
                value: member.class().name().clone(),
                name: name.clone(),
                class: class.name().clone(),
                cause: Box::new(cause),
            });
        }
    }
    Ok(())
}

/// Tells the first class above the new one that wants to know.
fn init_subclass(class: &Class, keywords: &Namespace) -> Result<()> {
    let found = class.mro().skip(1).find_map(|above| above.own(special::INIT_SUBCLASS));
    if let Some(hook) = found {
        attribute::bind_to_class(hook, class).call(Args { positional: Vec::new(), keywords: keywords.clone() })?;
    }
    Ok(())
}
