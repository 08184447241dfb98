//! Whether a class has what a protocol asks for, by name: the question of a plan, which has an answer for every
//! class and every protocol.

use super::cache::{self, Question};
use super::{Class, protocol, protocol_members};

/// Whether a class has the members of a protocol. Unlike [`is_subclass`](super::is_subclass), it answers for
/// protocols with data members, and for those that are not runtime-checkable; no hook and no registration is asked,
/// since neither gives a class a member. A class that is no protocol is conformed to by those that derive from it.
///
/// - A method is something callable along the MRO, or a property or static method.
/// - A data member is an attribute along the MRO, an annotation, or a field of a class's shape.
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
                if protocol::is_method(protocol, name) { has_method(class, name) } else { has_data(class, name) }
            });
    class.body().answers.keep(protocol.id(), Question::Conforms, version, answer);
    answer
}

fn has_method(class: &Class, name: &str) -> bool {
    class.find(name).is_some_and(|member| member.is_callable() || matches!(member, super::Object::Descriptor(_)))
}

fn has_data(class: &Class, name: &str) -> bool {
    class.mro().any(|above| {
        above.own(name).is_some()
            || protocol::annotates(above, name)
            || above.shape().is_some_and(|shape| shape.field(name).is_some())
    })
}
