//! Whether values of one class can be read as those of another: they have its fields, of types that suit.

use crate::{Base, Default, Field, Kind, Role, Seq, Shape, Sub, Type};

/// A field that is asked of a class.
#[derive(Debug, Clone, Copy)]
pub enum Lack<'a> {
    /// It is not there.
    Absent(&'a Field),
    /// There is one of its name, of a type that does not suit.
    OfAnotherType(&'a Field),
}

impl<'a> Lack<'a> {
    /// The field, as it is asked for.
    pub fn field(&self) -> &'a Field {
        match self {
            Lack::Absent(field) | Lack::OfAnotherType(field) => field,
        }
    }
}

/// The first field that a class asks for and another lacks. A field that may be absent may be lacking.
pub fn lacks<'a>(shape: &Shape, asked: &'a Shape) -> Option<Lack<'a>> {
    asked.fields().iter().find_map(|field| match shape.field(&field.name) {
        Some(given) => (!suits(&given.ty, &field.ty)).then_some(Lack::OfAnotherType(field)),
        None => field.is_required().then_some(Lack::Absent(field)),
    })
}

/// Whether every value of the one type is one of the other.
fn suits(given: &Type, asked: &Type) -> bool {
    match (given, asked) {
        (Type::Secret(given), Type::Secret(asked))
        | (Type::Optional(given), Type::Optional(asked))
        | (Type::Set(given), Type::Set(asked))
        | (Type::List(given) | Type::Set(given) | Type::Array { item: given, .. }, Type::List(asked)) => {
            suits(given, asked)
        }
        // What must stay hidden does, and what may be absent is not always there.
        (Type::Secret(_), _) => false,
        (Type::Optional(_), asked) => matches!(asked, Type::Any),
        (given, Type::Secret(asked) | Type::Optional(asked)) => suits(given, asked),
        (_, Type::Any)
        | (Type::Bool, Type::Bool)
        | (Type::Char | Type::Format(_) | Type::Text, Type::Text)
        | (Type::Char, Type::Char)
        | (Type::Bytes, Type::Bytes) => true,
        (Type::Format(given), Type::Format(asked)) => given == asked,
        (Type::Int { min, max }, Type::Int { min: least, max: most }) => least <= min && max <= most,
        (Type::Float { bits }, Type::Float { bits: most }) => bits <= most,
        (Type::Array { item: given, length }, Type::Array { item: asked, length: other }) => {
            length == other && suits(given, asked)
        }
        (Type::Tuple(given), Type::Tuple(asked)) => {
            given.len() == asked.len() && given.iter().zip(asked.iter()).all(|(given, asked)| suits(given, asked))
        }
        (Type::Map { key, value }, Type::Map { key: asked, value: of }) => suits(key, asked) && suits(value, of),
        (Type::Class(given), Type::Class(asked)) | (Type::Ref(given), Type::Ref(asked)) => given.name() == asked.name(),
        // A key is a value of its field, and not every value of the field's type is a key.
        (Type::Ref(given), asked) => given.key().is_some_and(|key| suits(&key.ty, asked)),
        _ => false,
    }
}

/// Fails, when it is evaluated at compile time, if a class lacks a field that another asks for, or one that this extends: with
/// the names of all three. That the types suit is looked at when a registry is built, as far as it is not seen here.
///
/// # Panics
/// In that case: at compile time that is the error which the author of the class reads.
pub const fn assert_extends(shape: &Shape, asked: &Base, how: &str) {
    assert_fields(shape, asked.shape, how);
    let mut rest = asked.extends;
    while let [base, others @ ..] = rest {
        rest = others;
        assert_extends(shape, base, how);
    }
}

#[allow(clippy::panic, reason = "a compile error")]
const fn assert_fields(shape: &Shape, asked: &Shape, how: &str) {
    let mut rest = fields(asked);
    while let [field, others @ ..] = rest {
        rest = others;
        match find(fields(shape), field.name.as_const()) {
            Some(given) if !alike(&given.ty, &field.ty) => {
                let what = sentence(shape, how, asked).then(", whose field `").then(field.name.as_const());
                panic!("{}", what.then("` is of another type there: give it the same here").as_str());
            }
            None if required(field) => {
                let what = sentence(shape, how, asked).then(", and lacks its field `").then(field.name.as_const());
                panic!("{}", what.then("`: add it").as_str());
            }
            _ => {}
        }
    }
}

/// Fails, when it is evaluated at compile time, if nothing can derive from a class: messages derive from messages and
/// protocols, and a protocol from protocols.
///
/// # Panics
/// In that case.
#[allow(clippy::panic, reason = "a compile error")]
pub(crate) const fn assert_base(shape: &Shape, role: Role, base: &Shape, of: Role) {
    match (role, of) {
        (Role::Protocol, Role::Protocol) | (Role::Message, Role::Message | Role::Protocol) => {}
        (Role::Protocol, _) => {
            let what = sentence(shape, "extends", base).then(", which is ").then(a(of));
            panic!("{}", what.then(": a protocol extends protocols alone").as_str());
        }
        _ => {
            let what = sentence(shape, "extends", base).then(", which is ").then(a(of));
            panic!("{}", what.then(": a message extends messages and protocols").as_str());
        }
    }
}

/// Fails, when it is evaluated at compile time, if a class can have no hooks, because no message is one of it.
///
/// # Panics
/// In that case.
#[allow(clippy::panic, reason = "a compile error")]
pub(crate) const fn assert_hooked(shape: &Shape, role: Role) {
    if let Role::Value | Role::Table = role {
        let what = Sentence::new("`").then(shape.name.as_const()).then("` is ").then(a(role));
        let what = what.then(", which is never sent by itself: ");
        panic!("{}", what.then("a hook is for a message, an abstract message, a protocol or a union").as_str());
    }
}

/// Fails, when it is evaluated at compile time, if no message derives from a class, so that a handler of it would never
/// be called.
///
/// # Panics
/// In that case.
#[allow(clippy::panic, reason = "a compile error")]
pub const fn assert_answered(shape: &Shape, role: Role) {
    if let Role::Value | Role::Union | Role::Table = role {
        let what = Sentence::new("a handler of `").then(shape.name.as_const()).then("`, which is ").then(a(role));
        panic!(
            "{}",
            what.then(", is never called: a handler is for a message or a protocol, and for what derives from it")
                .as_str()
        );
    }
}

const fn a(role: Role) -> &'static str {
    match role {
        Role::Message => "a message",
        Role::Value => "a value",
        Role::Union => "a union",
        Role::Protocol => "a protocol",
        Role::Table => "a table",
    }
}

const fn sentence(shape: &Shape, how: &str, asked: &Shape) -> Sentence {
    let class = Sentence::new("`").then(shape.name.as_const()).then("` ");
    class.then(how).then(" `").then(asked.name.as_const()).then("`")
}

/// A sentence put together by the compiler; beyond 1,024 bytes it ends where it is.
struct Sentence {
    bytes: [u8; Sentence::LONGEST],
    length: usize,
}

impl Sentence {
    const LONGEST: usize = 1024;

    const fn new(start: &str) -> Sentence {
        Sentence { bytes: [0; Sentence::LONGEST], length: 0 }.then(start)
    }

    const fn then(mut self, more: &str) -> Sentence {
        let (_, free) = self.bytes.split_at_mut(self.length);
        let fitting = if more.len() < free.len() { more.len() } else { free.len() };
        if more.is_char_boundary(fitting) {
            let (place, _) = free.split_at_mut(fitting);
            place.copy_from_slice(more.as_bytes().split_at(fitting).0);
            self.length += fitting;
        }
        self
    }

    const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

const fn fields(shape: &Shape) -> &[Field] {
    match &shape.kind {
        Kind::Record { fields: Seq::Static(fields), .. } => fields,
        _ => &[],
    }
}

const fn find<'f>(mut fields: &'f [Field], name: &str) -> Option<&'f Field> {
    while let [field, others @ ..] = fields {
        if equal(field.name.as_const().as_bytes(), name.as_bytes()) {
            return Some(field);
        }
        fields = others;
    }
    None
}

const fn equal(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([first, ones @ ..], [second, others @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        (one, other) = (ones, others);
    }
    one.is_empty() && other.is_empty()
}

/// Whether the types are of one kind, as far as the compiler sees.
const fn alike(given: &Type, asked: &Type) -> bool {
    match (given, asked) {
        (Type::Secret(Sub::Static(given)), Type::Secret(Sub::Static(asked)))
        | (Type::Optional(Sub::Static(given)), Type::Optional(Sub::Static(asked))) => alike(given, asked),
        (Type::Secret(_), _) => false,
        (Type::Optional(_), asked) => matches!(asked, Type::Any),
        (given, Type::Secret(Sub::Static(asked)) | Type::Optional(Sub::Static(asked))) => alike(given, asked),
        (_, Type::Any)
        | (Type::Bool, Type::Bool)
        | (Type::Char | Type::Format(_) | Type::Text, Type::Text)
        | (Type::Char, Type::Char)
        | (Type::Format(_), Type::Format(_))
        | (Type::Bytes, Type::Bytes)
        | (Type::Int { .. }, Type::Int { .. })
        | (Type::Float { .. }, Type::Float { .. })
        | (Type::Array { .. }, Type::Array { .. })
        | (Type::Set(_), Type::Set(_))
        | (Type::List(_) | Type::Set(_) | Type::Array { .. }, Type::List(_))
        | (Type::Tuple(_), Type::Tuple(_))
        | (Type::Map { .. }, Type::Map { .. })
        | (Type::Class(_), Type::Class(_))
        // Of which type the key is, is seen when a registry is built.
        | (Type::Ref(_), _) => true,
        _ => false,
    }
}

const fn required(field: &Field) -> bool {
    matches!(field.default, Default::None) && !matches!(field.ty, Type::Optional(_))
}
