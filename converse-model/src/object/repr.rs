//! Objects as text, as Python prints them.

use std::fmt;

use super::{Class, Descriptor, Object, Super, Union, call, special};

impl Class {
    /// The name with the module: `__main__.Ticket`; the name alone of what is built in.
    pub fn full_name(&self) -> String {
        match self.find(special::MODULE) {
            Some(Object::Str(module)) if module != "builtins" => format!("{module}.{}", self.qualname()),
            _ => self.qualname().to_string(),
        }
    }
}

/// `<class '__main__.Ticket'>`, unless the metaclass has a `__repr__`.
impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match own_words(&Object::Class(self.clone())) {
            Some(words) => f.write_str(&words),
            None => write!(f, "<class '{}'>", self.full_name()),
        }
    }
}

/// What the object's class has it say of itself; nothing if its `__repr__` fails or gives no text.
fn own_words(object: &Object) -> Option<String> {
    match call::special(object, special::REPR).ok()?? {
        Object::Str(words) => Some(words.to_string()),
        method => match method.call(()).ok()? {
            Object::Str(words) => Some(words.to_string()),
            _ => None,
        },
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Object::None => f.write_str("None"),
            Object::NotImplemented => f.write_str("NotImplemented"),
            Object::Bool(true) => f.write_str("True"),
            Object::Bool(false) => f.write_str("False"),
            Object::Int(number) => write!(f, "{number}"),
            Object::Float(number) => write!(f, "{number:?}"),
            Object::Str(text) => quoted(f, text),
            Object::Bytes(bytes) => write!(f, "b'{}'", bytes.escape_ascii()),
            Object::Tuple(items) => match &**items {
                [only] => write!(f, "({only},)"),
                items => sequence(f, "(", items, ")"),
            },
            Object::List(items) => sequence(f, "[", items, "]"),
            Object::Map(members) => fmt::Display::fmt(members, f),
            Object::Slice(from, to) => {
                write!(f, "slice({}, {}, None)", Object::from(*from), Object::from(*to))
            }
            Object::Function(function) => fmt::Debug::fmt(function, f),
            Object::Method(method) => {
                write!(f, "<bound method {} of {}>", method.function.qualname(), method.this)
            }
            Object::Descriptor(descriptor) => fmt::Display::fmt(descriptor, f),
            Object::Class(class) => fmt::Display::fmt(class, f),
            Object::Union(union) => fmt::Display::fmt(union, f),
            Object::Super(parent) => fmt::Display::fmt(parent, f),
            Object::Instance(instance) => match own_words(self) {
                Some(words) => f.write_str(&words),
                None => fmt::Debug::fmt(instance, f),
            },
        }
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Descriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Descriptor::Class(function) => write!(f, "<classmethod({function:?})>"),
            Descriptor::Static(function) => write!(f, "<staticmethod({function:?})>"),
            Descriptor::Property(property) => {
                write!(f, "<property object at {:p}>", std::sync::Arc::as_ptr(property))
            }
        }
    }
}

impl fmt::Display for Super {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (home, start) = self.between();
        write!(f, "<super: {home}, <{} object>>", start.name())
    }
}

/// As `typing` prints it.
impl fmt::Display for Union {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let none = super::Builtin::None.class();
        let name = |class: &Class| class.full_name();
        match self.members() {
            [one, other] if other == none => write!(f, "typing.Optional[{}]", name(one)),
            [other, one] if other == none => write!(f, "typing.Optional[{}]", name(one)),
            members => {
                let names: Vec<String> = members.iter().map(name).collect();
                write!(f, "typing.Union[{}]", names.join(", "))
            }
        }
    }
}

fn sequence(f: &mut fmt::Formatter<'_>, open: &str, items: &[Object], close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (at, item) in items.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        write!(f, "{comma}{item}")?;
    }
    f.write_str(close)
}

/// In single quotes, or in double ones if it holds single ones only.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    use fmt::Write as _;
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    f.write_char(quote)?;
    for character in text.chars() {
        match character {
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            same if same == quote => write!(f, "\\{same}")?,
            control if control < ' ' || control == '\u{7f}' => write!(f, "\\x{:02x}", u32::from(control))?,
            other => f.write_char(other)?,
        }
    }
    f.write_char(quote)
}
