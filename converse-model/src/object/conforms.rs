//! Whether a class has what a protocol asks for: the question of a plan, which has an answer for every class and every
//! protocol.

use super::cache::{self, Question};
use super::check::subclass_of;
use super::{Builtin, Class, Object, protocol, protocol_members, special};
use crate::Type;

/// Whether a class has the members of a protocol. Unlike [`is_subclass`](super::is_subclass), it answers for
/// protocols with data members, and for those that are not runtime-checkable; no hook and no registration is asked,
/// since neither gives a class a member. A class that is no protocol is conformed to by those that derive from it.
///
/// - A method is something callable along the MRO, or a property or static method.
/// - A data member is an attribute along the MRO, an annotation, or a field of a class's shape. Where the protocol's
///   annotation is a class or a union, and the class says what its member is, every value of the member must be one of
///   those: an optional text is no text, and nor is a secret. A whole number counts as a float.
///
/// ```
/// use converse_model::object::{Builtin, Class, conforms, is_subclass};
///
/// let owned = Class::define("Owned").protocol().annotation("owner", Builtin::Str).create()?;
/// let ticket = Class::define("Ticket").annotation("owner", Builtin::Str).create()?;
/// let counted = Class::define("Counted").annotation("owner", Builtin::Int).create()?;
/// assert!(conforms(&ticket, &owned) && !conforms(&counted, &owned));
/// assert!(is_subclass(&ticket, &owned).is_err(), "the protocol is not runtime-checkable");
/// # Ok::<(), converse_model::object::Error>(())
/// ```
#[inline]
pub fn conforms(class: &Class, protocol: &Class) -> bool {
    let version = cache::version();
    match class.body().answers.get(protocol.id(), Question::Conforms, version) {
        Some(answer) => answer,
        None => ask(class, protocol, version),
    }
}

#[cold]
#[inline(never)]
fn ask(class: &Class, protocol: &Class, version: cache::Version) -> bool {
    let answer = class.derives_from(protocol)
        || protocol::is_protocol(protocol)
            && protocol_members(protocol).iter().all(|name| {
                if protocol::is_method(protocol, name) {
                    has_method(class, name)
                } else {
                    has_data(class, protocol, name)
                }
            });
    class.body().answers.keep(protocol.id(), Question::Conforms, version, answer);
    answer
}

fn has_method(class: &Class, name: &str) -> bool {
    class.find(name).is_some_and(|member| member.is_callable() || matches!(member, super::Object::Descriptor(_)))
}

fn has_data(class: &Class, protocol: &Class, name: &str) -> bool {
    let wanted = protocol.mro().find_map(|above| annotation(above, name));
    let accepts = |given: &Object| wanted.as_ref().is_none_or(|wanted| accepts(wanted, given));
    for above in class.mro() {
        if let Some(member) = above.own(name) {
            // What a property or another descriptor gives is not known.
            return matches!(member, Object::Descriptor(_)) || accepts(&member.class().into());
        }
        if let Some(said) = annotation(above, name) {
            return accepts(&said);
        }
        if let Some(field) = above.shape().and_then(|shape| shape.field(name)) {
            return wanted.as_ref().is_none_or(|wanted| holds(wanted, &field.ty));
        }
    }
    false
}

fn annotation(class: &Class, name: &str) -> Option<Object> {
    match class.own(special::ANNOTATIONS) {
        Some(Object::Map(annotations)) => annotations.get(name).cloned(),
        _ => None,
    }
}

/// The classes that an annotation names, if it is a class or a union.
fn classes(annotation: &Object) -> Option<&[Class]> {
    match annotation {
        Object::Class(class) => Some(std::slice::from_ref(class)),
        Object::Union(union) => Some(union.members()),
        _ => None,
    }
}

/// Whether what is said to be one of some classes is one of those that are wanted.
fn accepts(wanted: &Object, given: &Object) -> bool {
    let (Some(wanted), Some(given)) = (classes(wanted), classes(given)) else { return true };
    given.iter().all(|class| is_among(class, wanted))
}

fn is_among(class: &Class, wanted: &[Class]) -> bool {
    let float = Builtin::Float.class();
    wanted.iter().any(|other| {
        // A class that refuses to be asked cannot say no.
        subclass_of(class, other, true).unwrap_or(true) || (other == float && class.derives_from(Builtin::Int.class()))
    })
}

/// Whether every value of a field is one of the classes that are wanted.
fn holds(wanted: &Object, ty: &Type) -> bool {
    let Some(classes) = classes(wanted) else { return true };
    let is = |builtin: Builtin| is_among(builtin.class(), classes);
    match ty {
        Type::Bool => is(Builtin::Bool),
        Type::Int { .. } => is(Builtin::Int),
        Type::Float { .. } => is(Builtin::Float),
        Type::Text | Type::Char | Type::Format(_) => is(Builtin::Str),
        Type::Bytes => is(Builtin::Bytes),
        Type::Any => classes.contains(super::object()),
        Type::Optional(inner) => is(Builtin::None) && holds(wanted, inner),
        // Whoever reads a text may show it.
        Type::Secret(_) => false,
        Type::List(_) | Type::Set(_) | Type::Array { .. } | Type::Tuple(_) => is(Builtin::List) || is(Builtin::Tuple),
        Type::Map { .. } => is(Builtin::Map),
        Type::Ref(reference) => reference.key().is_some_and(|key| holds(wanted, &key.ty)),
        // Which of a program's classes it is, is known by name only.
        Type::Class(reference) => {
            classes.contains(super::object()) || classes.iter().any(|class| class.name().as_str() == reference.name())
        }
    }
}
