//! A class: `#[message]`, `#[value]` or `#[union]`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, Fields, Ident, Item, LitStr, Type, Visibility};

use super::Errors;
use crate::attr::{self, Argument};

/// Which macro stands above the class.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Message,
    Value,
    Union,
}

impl Role {
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Role::Message => "#[message]",
            Role::Value => "#[value]",
            Role::Union => "#[union]",
        }
    }
}

pub(crate) struct Class {
    pub(crate) role: Role,
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) doc: String,
    /// The name on the wire, at its own token where it was given.
    pub(crate) name: LitStr,
    pub(crate) public: bool,
    pub(crate) closed: bool,
    pub(crate) kind: Kind,
    /// The item as the compiler shall see it: without our attributes.
    pub(crate) item: TokenStream,
}

pub(crate) enum Kind {
    Record(Vec<Field>),
    /// A struct without a body, `struct Ping;`.
    Unit,
    Enum(Vec<Variant>),
    /// The variants, each with the type of the message it holds.
    Union(Vec<(Ident, Type)>),
}

pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) doc: String,
    pub(crate) name: LitStr,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) default: Default,
    pub(crate) example: Default,
    pub(crate) constraints: Vec<Constraint>,
}

pub(crate) enum Default {
    None,
    /// `default`: what the type's own default is.
    Own,
    /// `default = …`
    Value(Expr),
}

pub(crate) struct Constraint {
    pub(crate) word: Ident,
    pub(crate) argument: Expr,
}

pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) doc: String,
    pub(crate) name: LitStr,
}

/// The words of `#[field(…)]` that are constraints.
pub(crate) const CONSTRAINTS: [&str; 9] =
    ["min_length", "max_length", "pattern", "ge", "gt", "le", "lt", "min_items", "max_items"];

const FIELD_WORDS: [&str; 13] = [
    "rename",
    "alias",
    "default",
    "example",
    "min_length",
    "max_length",
    "pattern",
    "ge",
    "gt",
    "le",
    "lt",
    "min_items",
    "max_items",
];

impl Class {
    /// What was declared, as far as it can be understood, and what cannot.
    pub(crate) fn read(role: Role, args: TokenStream, item: &Item) -> (Option<Class>, Errors) {
        let mut errors = Errors::default();
        let (ident, vis, attributes, generics) = match item {
            Item::Struct(item) => (&item.ident, &item.vis, &item.attrs, &item.generics),
            Item::Enum(item) => (&item.ident, &item.vis, &item.attrs, &item.generics),
            other => {
                let message = format!("`{}` stands above a struct or an enum", role.attribute());
                errors.push(syn::Error::new(other.span(), message));
                return (None, errors);
            }
        };
        if !generics.params.is_empty() {
            let message = "a class has no parameters: its fields are owned, and its shape is one";
            errors.push(syn::Error::new(generics.params.span(), message));
            return (None, errors);
        }
        let mut class = Class {
            role,
            ident: ident.clone(),
            vis: vis.clone(),
            doc: attr::doc(attributes),
            name: LitStr::new(&ident.unraw().to_string(), ident.span()),
            public: false,
            closed: false,
            kind: Kind::Unit,
            item: without_helpers(item),
        };
        if let Some(arguments) = errors.take(attr::arguments(args)) {
            for argument in arguments {
                errors.take(class.argument(&argument));
            }
        }
        match class.read_kind(item, &mut errors) {
            Some(kind) => class.kind = kind,
            None => return (None, errors),
        }
        (Some(class), errors)
    }

    /// Drops what may be wrong about the fields besides their types.
    pub(crate) fn forget_rules(&mut self) {
        if let Kind::Record(fields) = &mut self.kind {
            for field in fields {
                field.constraints.clear();
                field.example = Default::None;
            }
        }
    }

    fn argument(&mut self, argument: &Argument) -> syn::Result<()> {
        const WORDS: [&str; 3] = ["public", "name", "unknown_fields"];
        // What each macro knows: a union has no fields, and only messages are sent.
        let known = match self.role {
            Role::Message => &WORDS[..],
            Role::Value => &WORDS[1..],
            Role::Union => &WORDS[1..2],
        };
        let word = argument.word.to_string();
        if !known.contains(&word.as_str()) {
            return Err(attr::unknown(&argument.word, &format!("`{}`", self.role.attribute()), known));
        }
        match word.as_str() {
            "public" => {
                argument.alone()?;
                self.public = true;
            }
            "name" => self.name = argument.text()?,
            _ => {
                let text = argument.text()?;
                match text.value().as_str() {
                    "refuse" => self.closed = true,
                    "ignore" => self.closed = false,
                    _ => {
                        let message = "`unknown_fields` is \"refuse\" or \"ignore\" (which it is by default)";
                        return Err(syn::Error::new(text.span(), message));
                    }
                }
            }
        }
        Ok(())
    }

    fn read_kind(&self, item: &Item, errors: &mut Errors) -> Option<Kind> {
        match (self.role, item) {
            (Role::Union, Item::Enum(item)) => union_variants(item, errors).map(Kind::Union),
            (Role::Value, Item::Enum(item)) => enum_variants(item, errors).map(Kind::Enum),
            (Role::Message, Item::Enum(item)) => {
                let message = "`#[message]` stands above a struct; for an enum write `#[value]` (names, inside messages) or `#[union]` (one of several messages)";
                errors.push(syn::Error::new(item.enum_token.span, message));
                None
            }
            (Role::Union, Item::Struct(item)) => {
                let message = "`#[union]` stands above an enum whose variants each hold one message; for a struct write `#[message]` or `#[value]`";
                errors.push(syn::Error::new(item.struct_token.span, message));
                None
            }
            (_, Item::Struct(item)) => match &item.fields {
                Fields::Named(fields) => {
                    Some(Kind::Record(fields.named.iter().filter_map(|field| Field::read(field, errors)).collect()))
                }
                Fields::Unit => Some(Kind::Unit),
                Fields::Unnamed(fields) => {
                    let message =
                        "a class has named fields, as they are named on the wire: `struct Point { x: f64, y: f64 }`";
                    errors.push(syn::Error::new(fields.span(), message));
                    None
                }
            },
            _ => None,
        }
    }

    /// The fields of a record; none for other kinds.
    pub(crate) fn fields(&self) -> &[Field] {
        match &self.kind {
            Kind::Record(fields) => fields,
            _ => &[],
        }
    }
}

impl Field {
    fn read(field: &syn::Field, errors: &mut Errors) -> Option<Field> {
        let ident = field.ident.clone()?;
        let mut read = Field {
            name: LitStr::new(&ident.unraw().to_string(), ident.span()),
            ident,
            ty: field.ty.clone(),
            doc: attr::doc(&field.attrs),
            aliases: Vec::new(),
            default: Default::None,
            example: Default::None,
            constraints: Vec::new(),
        };
        if let Some(arguments) = errors.take(attr::named(&field.attrs, "field")) {
            for argument in arguments {
                errors.take(read.argument(argument));
            }
        }
        Some(read)
    }

    fn argument(&mut self, argument: Argument) -> syn::Result<()> {
        let word = argument.word.to_string();
        match word.as_str() {
            "rename" => self.name = argument.text()?,
            "alias" => self.aliases.push(argument.text()?),
            "default" => {
                self.default = match argument.value {
                    Some(value) => Default::Value(value),
                    None => Default::Own,
                };
            }
            "example" => self.example = Default::Value(argument.expression()?.clone()),
            _ if CONSTRAINTS.contains(&word.as_str()) => {
                let expression = argument.expression()?.clone();
                if self.constraints.iter().any(|constraint| constraint.word == word) {
                    return Err(syn::Error::new(argument.word.span(), format!("`{word}` stands twice")));
                }
                self.constraints.push(Constraint { word: argument.word, argument: expression });
            }
            _ => return Err(attr::unknown(&argument.word, "`#[field(…)]`", &FIELD_WORDS)),
        }
        Ok(())
    }
}

/// The names; `None` if one of them is none.
fn enum_variants(item: &syn::ItemEnum, errors: &mut Errors) -> Option<Vec<Variant>> {
    let mut variants = Vec::new();
    let mut all_names = true;
    for variant in &item.variants {
        if !matches!(variant.fields, Fields::Unit) {
            let message = "a `#[value]` enum is one of some names, which hold nothing; for one of several messages write `#[union]`";
            errors.push(syn::Error::new(variant.fields.span(), message));
            all_names = false;
        }
        let mut name = LitStr::new(&variant.ident.unraw().to_string(), variant.ident.span());
        for argument in errors.take(attr::named(&variant.attrs, "field")).unwrap_or_default() {
            if argument.word == "rename" {
                if let Some(text) = errors.take(argument.text()) {
                    name = text;
                }
            } else {
                errors.push(attr::unknown(&argument.word, "`#[field(…)]` of a name", &["rename"]));
            }
        }
        variants.push(Variant { ident: variant.ident.clone(), doc: attr::doc(&variant.attrs), name });
    }
    all_names.then_some(variants)
}

/// The variants; `None` if one of them holds no single type.
fn union_variants(item: &syn::ItemEnum, errors: &mut Errors) -> Option<Vec<(Ident, Type)>> {
    let mut variants = Vec::new();
    for variant in &item.variants {
        let inner = match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields.unnamed.first(),
            _ => None,
        };
        match inner {
            Some(field) => variants.push((variant.ident.clone(), field.ty.clone())),
            None => {
                let message = "each variant of a `#[union]` holds one message: `Welcome(Welcome)`";
                errors.push(syn::Error::new(variant.span(), message));
            }
        }
    }
    (variants.len() == item.variants.len()).then_some(variants)
}

/// The item without the attributes that only our macros know.
pub(crate) fn without_helpers(item: &Item) -> TokenStream {
    let ours = |attribute: &syn::Attribute| attribute.path().is_ident("field");
    let mut item = item.clone();
    match &mut item {
        Item::Struct(item) => item.fields.iter_mut().for_each(|field| field.attrs.retain(|a| !ours(a))),
        Item::Enum(item) => item.variants.iter_mut().for_each(|variant| variant.attrs.retain(|a| !ours(a))),
        _ => {}
    }
    item.to_token_stream()
}
