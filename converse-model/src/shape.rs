//! What a class is made of, as data: one form for compiled classes and for those made at run time.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::{Column, Constraint, Seq, Text, TextFormat, Value};

/// A class's name, documentation, and what its values consist of.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The name on the wire.
    pub name: Text,
    /// The documentation, as Markdown; empty if there is none.
    pub doc: Text,
    /// What the values consist of.
    pub kind: Kind,
}

impl Shape {
    /// A record without a name and without fields.
    pub const EMPTY: Shape = Shape {
        name: Text::Static(""),
        doc: Text::Static(""),
        kind: Kind::Record { fields: Seq::Static(&[]), closed: false, check: None },
    };

    /// The fields of a record; empty for other kinds.
    pub fn fields(&self) -> &[Field] {
        match &self.kind {
            Kind::Record { fields, .. } => fields,
            Kind::Enum(_) | Kind::Choice(_) | Kind::Union(_) => &[],
        }
    }

    /// The named fields of each record that there is: one of a record, one of each variant that has them.
    pub fn records(&self) -> impl Iterator<Item = &[Field]> {
        let variants: &[Variant] = match &self.kind {
            Kind::Choice(choice) => &choice.variants,
            _ => &[],
        };
        let held = variants.iter().filter_map(|variant| match &variant.payload {
            Payload::Record(fields) => Some(&**fields),
            _ => None,
        });
        std::iter::once(self.fields()).chain(held)
    }

    /// The field with this wire name or alias.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields().iter().find(|field| field.is_called(name))
    }
}

/// What the values of a class consist of.
#[derive(Debug, Clone)]
pub enum Kind {
    /// Named fields.
    Record {
        /// The fields, in the order of their declaration.
        fields: Seq<Field>,
        /// Whether a member that is no field refuses the record.
        closed: bool,
        /// What must hold for the record as a whole, beyond its fields.
        check: Option<Check>,
    },
    /// One of some names.
    Enum(Seq<Variant>),
    /// One of some variants, of which some hold values.
    Choice(Choice),
    /// A value of one of some classes, written as `{"Class": {…}}`.
    Union(Seq<ClassRef>),
}

/// Variants that hold values, and how it is written which one it is.
#[derive(Debug, Clone)]
pub struct Choice {
    /// How it is written which variant it is.
    pub tagging: Tagging,
    /// The variants.
    pub variants: Seq<Variant>,
}

/// How it is written which variant of a choice a value is: the four ways that serde has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tagging {
    /// `{"Circle": {…}}`, and `"Dot"` for a variant that holds nothing.
    External,
    /// `{"type": "Circle", …}`: the tag stands among the members.
    Internal {
        /// The name of the member that holds the variant's name.
        tag: Text,
    },
    /// `{"type": "Circle", "value": {…}}`.
    Adjacent {
        /// The name of the member that holds the variant's name.
        tag: Text,
        /// The name of the member that holds the variant's value.
        content: Text,
    },
    /// The value alone: its kind says which variant it is.
    Untagged,
}

/// A named part of a record.
#[derive(Debug, Clone)]
pub struct Field {
    /// The name on the wire.
    pub name: Text,
    /// Other names under which it is taken.
    pub aliases: Seq<Text>,
    /// The documentation, as Markdown; empty if there is none.
    pub doc: Text,
    /// What its values are.
    pub ty: Type,
    /// Whether what came in another form is taken, as [`coerce`](crate::coerce) has it.
    pub coerce: bool,
    /// What is done to a text when it is read, before it is checked.
    pub transforms: Seq<Transform>,
    /// What else must hold for them.
    pub constraints: Seq<Constraint>,
    /// What is told instead of a broken constraint's own sentence; empty for that one.
    pub message: Text,
    /// Whether it is kept for old senders only.
    pub deprecated: bool,
    /// What stands for a value that was not sent.
    pub default: Default,
    /// Values to show a reader.
    pub examples: Seq<Default>,
    /// What is said of its column, where values of the class are kept.
    pub column: Column,
}

impl Field {
    /// A field of which nothing is said but its name and its type, which are to be put in.
    pub const PLAIN: Field = Field {
        name: Text::Static(""),
        aliases: Seq::Static(&[]),
        doc: Text::Static(""),
        ty: Type::Any,
        coerce: false,
        transforms: Seq::Static(&[]),
        constraints: Seq::Static(&[]),
        message: Text::Static(""),
        deprecated: false,
        default: Default::None,
        examples: Seq::Static(&[]),
        column: Column::PLAIN,
    };

    /// Whether this is the field's name or one of its aliases.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }

    /// Whether a record without this field is refused.
    pub fn is_required(&self) -> bool {
        matches!(self.default, Default::None) && !matches!(self.ty.shown(), Type::Optional(_))
    }

    /// Whether nothing, sent for this field, is something else than what the field is when it is left out.
    pub fn keeps_null(&self) -> bool {
        match self.ty.shown() {
            Type::Optional(inner) => {
                matches!(inner.shown(), Type::Optional(_)) || !matches!(self.default, Default::None)
            }
            _ => true,
        }
    }
}

impl<N: Into<Text>> From<(N, Type)> for Field {
    fn from((name, ty): (N, Type)) -> Field {
        Field { name: name.into(), ty, ..Field::PLAIN }
    }
}

/// A check of the program's own, made of a function over the typed value: the error is a sentence for
/// the one who sent it.
pub type Check = fn(&Value) -> Result<(), String>;

/// What is done to a text when it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transform {
    /// White space (Unicode `White_Space`) at both ends is removed.
    Trim,
    /// Letters become lower case (Unicode, without regard to language).
    Lowercase,
    /// Letters become upper case (Unicode, without regard to language).
    Uppercase,
}

impl Transform {
    /// The text as it is kept.
    pub fn apply(self, text: &str) -> String {
        match self {
            Transform::Trim => text.trim().to_owned(),
            Transform::Lowercase => text.to_lowercase(),
            Transform::Uppercase => text.to_uppercase(),
        }
    }
}

/// A value that a field's declaration gives: what stands for one that was not sent, or an example.
#[derive(Clone)]
pub enum Default {
    /// It gives none.
    None,
    /// What a function of the program makes.
    Made(fn() -> Value),
    /// A value given at run time.
    Value(Arc<Value>),
}

impl Default {
    /// The value, if there is one.
    pub fn value(&self) -> Option<Value> {
        match self {
            Default::None => None,
            Default::Made(make) => Some(make()),
            Default::Value(value) => Some((**value).clone()),
        }
    }
}

impl fmt::Debug for Default {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.value(), f)
    }
}

/// One name of an enumeration, or one variant of a choice.
#[derive(Debug, Clone)]
pub struct Variant {
    /// The name on the wire.
    pub name: Text,
    /// The documentation, as Markdown; empty if there is none.
    pub doc: Text,
    /// What it holds; nothing, for the names of an enumeration.
    pub payload: Payload,
}

/// What a variant holds.
#[derive(Debug, Clone)]
pub enum Payload {
    /// Nothing.
    Unit,
    /// One value.
    One(Type),
    /// A list of values, each of its own type.
    Tuple(Seq<Type>),
    /// Named fields.
    Record(Seq<Field>),
}

/// What the values of a field are.
#[derive(Debug, Clone)]
pub enum Type {
    /// True or false.
    Bool,
    /// A whole number within these bounds, both included.
    Int {
        /// The least.
        min: i128,
        /// The greatest.
        max: i128,
    },
    /// A number of this many bits (IEEE 754), finite.
    Float {
        /// 32 or 64.
        bits: u8,
    },
    /// A text, without NUL.
    Text,
    /// A text of one code point.
    Char,
    /// A text of a form.
    Format(TextFormat),
    /// Bytes: themselves in a binary format, base64 in JSON.
    Bytes,
    /// Any value at all.
    Any,
    /// Nothing, or a value. Nothing, or nothing, or a value: an absent field, `null`, a value.
    Optional(Sub),
    /// A list of values.
    List(Sub),
    /// A list of values of which no two are equal.
    Set(Sub),
    /// A list of so many values.
    Array {
        /// What each is.
        item: Sub,
        /// How many.
        length: u32,
    },
    /// A list of values, each of its own type.
    Tuple(Seq<Type>),
    /// Values under names that are data.
    Map {
        /// What the names are: texts, or what can be written as one.
        key: Sub,
        /// What the values are.
        value: Sub,
    },
    /// A value that is shown nowhere.
    Secret(Sub),
    /// A value of a class.
    Class(ClassRef),
    /// The key of a row of a class, which is one field of it: a value of that field, by its rules.
    Ref(ClassRef),
}

impl Type {
    /// The type of values that may also be nothing.
    #[must_use]
    pub fn optional(self) -> Type {
        Type::Optional(Sub::Shared(Arc::new(self)))
    }

    /// The type of lists of such values.
    #[must_use]
    pub fn list(self) -> Type {
        Type::List(Sub::Shared(Arc::new(self)))
    }

    /// The type without what may be absent or must stay hidden: what constraints apply to.
    pub fn bare(&self) -> &Type {
        match self {
            Type::Optional(inner) | Type::Secret(inner) => inner.bare(),
            Type::Ref(class) => class.key().map_or(self, |key| key.ty.bare()),
            other => other,
        }
    }

    /// The type without what must stay hidden: a secret is on the wire what it hides.
    fn shown(&self) -> &Type {
        match self {
            Type::Secret(inner) => inner.shown(),
            other => other,
        }
    }

    /// Whether a value of this type holds a secret, outside of any class.
    pub fn is_secret(&self) -> bool {
        match self {
            Type::Secret(_) => true,
            Type::Optional(inner) | Type::List(inner) | Type::Set(inner) | Type::Array { item: inner, .. } => {
                inner.is_secret()
            }
            Type::Map { key, value } => key.is_secret() || value.is_secret(),
            Type::Tuple(items) => items.iter().any(Type::is_secret),
            Type::Ref(class) => class.key().is_some_and(|key| key.ty.is_secret()),
            _ => false,
        }
    }
}

/// A type inside another.
#[derive(Debug, Clone)]
pub enum Sub {
    /// Part of the program.
    Static(&'static Type),
    /// Made at run time.
    Shared(Arc<Type>),
}

impl Deref for Sub {
    type Target = Type;
    fn deref(&self) -> &Type {
        match self {
            Sub::Static(inner) => inner,
            Sub::Shared(inner) => inner,
        }
    }
}

/// A class, referred to. Recursion goes through here, so a shape stays finite data.
#[derive(Clone)]
pub enum ClassRef {
    /// A compiled class.
    Static(fn() -> &'static Shape),
    /// The same, where its shape is at hand.
    Known(&'static Shape),
    /// A class made at run time.
    Shared(Arc<Shape>),
    /// A class that is looked up by its name when it is needed.
    Named(Text),
}

impl ClassRef {
    /// The shape; `None` for a class that goes by its name only.
    pub fn shape(&self) -> Option<&Shape> {
        match self {
            ClassRef::Static(shape) => Some(shape()),
            ClassRef::Known(shape) => Some(shape),
            ClassRef::Shared(shape) => Some(shape),
            ClassRef::Named(_) => None,
        }
    }

    /// The field by which rows of the class are found; `None` if the class goes by its name only, or has no such field.
    pub fn key(&self) -> Option<&Field> {
        self.shape()?.fields().iter().find(|field| field.column.primary_key)
    }

    /// The class's name.
    pub fn name(&self) -> &str {
        match self {
            ClassRef::Named(name) => name,
            other => other.shape().map_or("", |shape| &shape.name),
        }
    }
}

/// Prints the name only: a recursive class is no endless text.
impl fmt::Debug for ClassRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
