//! A class: `#[message]`, `#[value]` or `#[union]`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Fields, Ident, Item, LitStr, Path, Type, Visibility};

use super::field::{Field, record};
use super::lineage::Lineage;
use super::{Errors, Stored};
use crate::attr::{self, Argument};
use crate::case::Case;

/// Which macro stands above the class.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Message,
    Value,
    Union,
    Table,
    Protocol,
}

impl Role {
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Role::Message => "#[message]",
            Role::Value => "#[value]",
            Role::Union => "#[union]",
            Role::Table => "#[table]",
            Role::Protocol => "#[protocol]",
        }
    }
}

pub(crate) struct Class {
    pub(crate) role: Role,
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    /// The parameters: types, without bounds.
    pub(crate) params: Vec<Ident>,
    pub(crate) doc: String,
    /// The name on the wire, at its own token where it was given.
    pub(crate) name: LitStr,
    pub(crate) public: bool,
    /// The roles of which a sender must have one; empty for any.
    pub(crate) allow: Vec<LitStr>,
    pub(crate) lineage: Lineage,
    pub(crate) closed: bool,
    /// Where values in other forms were asked for, for every field.
    pub(crate) coerce: Option<Ident>,
    /// What is kept of it.
    pub(crate) stored: Stored,
    /// A function over the whole value.
    pub(crate) validate: Option<Path>,
    rename_all: Option<Case>,
    tagging: Tagging,
    pub(crate) kind: Kind,
    /// The item as the compiler shall see it: without our attributes.
    pub(crate) item: TokenStream,
}

pub(crate) enum Kind {
    Record(Vec<Field>),
    /// A struct without a body, `struct Ping;`.
    Unit,
    Enum(Vec<Variant>),
    Choice(Tagging, Vec<Variant>),
    /// The variants, each with the type of the message it holds.
    Union(Vec<(Ident, Type)>),
}

/// How it is written which variant a value is.
#[derive(Clone, Default)]
pub(crate) enum Tagging {
    #[default]
    External,
    Internal(LitStr),
    Adjacent(LitStr, LitStr),
    Untagged,
}

pub(crate) struct Variant {
    pub(crate) ident: Ident,
    pub(crate) doc: String,
    pub(crate) name: LitStr,
    pub(crate) payload: Payload,
}

/// What a variant holds.
pub(crate) enum Payload {
    Unit,
    One(Box<Type>),
    Tuple(Vec<Type>),
    Record(Vec<Field>),
}

impl Variant {
    fn fields_mut(&mut self) -> impl Iterator<Item = &mut Field> {
        let fields: &mut [Field] = match &mut self.payload {
            Payload::Record(fields) => fields,
            _ => &mut [],
        };
        fields.iter_mut()
    }

    /// The named fields that it holds.
    pub(crate) fn fields(&self) -> &[Field] {
        match &self.payload {
            Payload::Record(fields) => fields,
            _ => &[],
        }
    }
}

impl Class {
    /// What was declared, as far as it can be understood, and what cannot.
    pub(crate) fn read(role: Role, args: TokenStream, item: &Item) -> (Option<Class>, Errors) {
        let mut errors = Errors::default();
        let (ident, vis, attributes, generics) = match item {
            Item::Struct(item) => (&item.ident, &item.vis, &item.attrs, &item.generics),
            Item::Enum(item) => (&item.ident, &item.vis, &item.attrs, &item.generics),
            Item::Trait(item) if role == Role::Protocol => {
                let message = "`#[protocol]` stands above a struct, whose fields messages must have: a message is data, and has no methods \
                               to ask for. For methods, keep the trait without `#[protocol]`, and the compiler looks at who implements it; \
                               a protocol with methods for classes that are made at run time is `Class::define(…).protocol().method(…)`";
                errors.push(syn::Error::new(item.trait_token.span, message));
                return (None, errors);
            }
            other => {
                let message = format!("`{}` stands above a struct or an enum", role.attribute());
                errors.push(syn::Error::new(other.span(), message));
                return (None, errors);
            }
        };
        let Some(params) = errors.take(parameters(role, generics)) else { return (None, errors) };
        let mut class = Class {
            role,
            ident: ident.clone(),
            vis: vis.clone(),
            params,
            doc: attr::doc(attributes),
            name: LitStr::new(&ident.unraw().to_string(), ident.span()),
            public: false,
            allow: Vec::new(),
            lineage: Lineage::default(),
            closed: false,
            coerce: None,
            stored: Stored { table: (role == Role::Table).then(|| ident.clone()), ..Stored::default() },
            validate: None,
            rename_all: None,
            tagging: Tagging::External,
            kind: Kind::Unit,
            item: without_helpers(item),
        };
        let arguments = errors.take(attr::arguments(args)).unwrap_or_default();
        for argument in &arguments {
            errors.take(class.argument(argument));
        }
        class.check_abstract(&arguments, &mut errors);
        for argument in errors.take(attr::named(attributes, "serde")).unwrap_or_default() {
            errors.take(class.serde(&argument));
        }
        match class.read_kind(item, &mut errors) {
            Some(kind) => class.kind = kind,
            None => return (None, errors),
        }
        class.coerce_fields(&mut errors);
        if let Some(role) = class.allow.first().filter(|_| class.public) {
            let message = "a class is `public`, or it says with `allow` who may send it; leave one of the two out";
            errors.push(syn::Error::new(role.span(), message));
        }
        (Some(class), errors)
    }

    /// Who may send an abstract message is no question: nobody does, and what derives from it says for itself.
    fn check_abstract(&self, arguments: &[Argument], errors: &mut Errors) {
        if self.lineage.is_abstract.is_none() {
            return;
        }
        for argument in arguments.iter().filter(|argument| argument.word == "public" || argument.word == "allow") {
            let word = &argument.word;
            let message = format!(
                "an abstract message is never sent, and what derives from it does not inherit `{word}`: say it of each of those"
            );
            errors.push(syn::Error::new(word.span(), message));
        }
    }

    /// What is said of the class is meant for each of its fields.
    fn coerce_fields(&mut self, errors: &mut Errors) {
        let Some(word) = &self.coerce else { return };
        match &mut self.kind {
            Kind::Record(fields) => fields.iter_mut().for_each(|field| field.coerce = true),
            Kind::Choice(_, variants) if variants.iter().any(|variant| !variant.fields().is_empty()) => {
                for variant in variants {
                    variant.fields_mut().for_each(|field| field.coerce = true);
                }
            }
            _ => errors.push(syn::Error::new(word.span(), "`coerce` is for named fields, and there are none here")),
        }
    }

    /// Drops what may be wrong about the fields besides their types.
    pub(crate) fn forget_rules(&mut self) {
        if let Kind::Record(fields) = &mut self.kind {
            for field in fields {
                field.constraints.clear();
                field.transforms.clear();
                field.examples.clear();
            }
        }
    }

    fn argument(&mut self, argument: &Argument) -> syn::Result<()> {
        // What each macro knows: a union has no fields, and only messages are sent.
        let known: &[&str] = match self.role {
            Role::Message => &[
                "public",
                "allow",
                "name",
                "unknown_fields",
                "rename_all",
                "coerce",
                "validate",
                "abstract",
                "extends",
                "metaclass",
                "table",
                "journal",
                "renamed_from",
            ],
            Role::Table => &["name", "rename_all", "validate", "renamed_from"],
            Role::Value => {
                &["name", "unknown_fields", "rename_all", "coerce", "validate", "tag", "content", "untagged"]
            }
            Role::Union => &["name"],
            Role::Protocol => &["name", "extends", "runtime_checkable", "rename_all"],
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
            "allow" => self.allow = argument.roles()?,
            "abstract" | "extends" | "metaclass" | "runtime_checkable" => self.lineage.argument(argument)?,
            "name" => self.name = argument.text()?,
            "rename_all" => self.rename_all = Some(Case::read(&argument.text()?)?),
            "validate" => self.validate = Some(argument.path()?),
            "coerce" => {
                argument.alone()?;
                self.coerce = Some(argument.word.clone());
            }
            "unknown_fields" => {
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
            _ if self.stored.argument(argument)? => {}
            _ => self.tag(argument)?,
        }
        Ok(())
    }

    /// `tag = "…"`, `content = "…"` and `untagged`, in any order.
    fn tag(&mut self, argument: &Argument) -> syn::Result<()> {
        self.tagging = match (argument.word.to_string().as_str(), std::mem::take(&mut self.tagging)) {
            ("tag", Tagging::External) => Tagging::Internal(argument.text()?),
            // `content` came first: it was kept in the tag's place.
            ("tag", Tagging::Adjacent(_, content)) => Tagging::Adjacent(argument.text()?, content),
            ("content", Tagging::Internal(tag)) => Tagging::Adjacent(tag, argument.text()?),
            ("content", Tagging::External) => Tagging::Adjacent(argument.text()?, argument.text()?),
            ("untagged", Tagging::External) => {
                argument.alone()?;
                Tagging::Untagged
            }
            _ => {
                let message =
                    "an enum has one way to say which variant a value is: `tag`, `tag` with `content`, or `untagged`";
                return Err(syn::Error::new(argument.word.span(), message));
            }
        };
        Ok(())
    }

    /// An argument of serde's own attribute, where it means the same to us.
    fn serde(&mut self, argument: &Argument) -> syn::Result<()> {
        match argument.word.to_string().as_str() {
            "rename_all" => self.rename_all = Some(Case::read(&argument.text()?)?),
            "deny_unknown_fields" => self.closed = true,
            "rename" => self.name = argument.text()?,
            "tag" | "content" | "untagged" => self.tag(argument)?,
            // Says where serde is, which is no matter of ours.
            "crate" | "bound" | "expecting" => {}
            "default" => return Err(attr::serde_instead(argument, "`#[field(default)]` on each field")),
            "transparent" | "from" | "try_from" | "into" | "remote" => {
                return Err(attr::serde_instead(argument, "the type's own `Typed`, `Decode` and `Encode`"));
            }
            _ => return Err(attr::serde_instead(argument, "the arguments of converse's own attribute")),
        }
        Ok(())
    }

    fn read_kind(&self, item: &Item, errors: &mut Errors) -> Option<Kind> {
        match (self.role, item) {
            (Role::Union, Item::Enum(item)) => union_variants(item, errors).map(Kind::Union),
            (Role::Value, Item::Enum(item)) => Some(self.variants(item, errors)),
            (Role::Message, Item::Enum(item)) => {
                let message = "`#[message]` stands above a struct; for an enum write `#[value]` (names, inside messages) or `#[union]` (one of several messages)";
                errors.push(syn::Error::new(item.enum_token.span, message));
                None
            }
            (Role::Protocol, Item::Enum(item)) => {
                let message = "`#[protocol]` stands above a struct: its fields are what another class must have";
                errors.push(syn::Error::new(item.enum_token.span, message));
                None
            }
            (Role::Table, Item::Enum(item)) => {
                let message = "`#[table]` stands above a struct, whose fields are its columns";
                errors.push(syn::Error::new(item.enum_token.span, message));
                None
            }
            (Role::Union, Item::Struct(item)) => {
                let message = "`#[union]` stands above an enum whose variants each hold one message; for a struct write `#[message]` or `#[value]`";
                errors.push(syn::Error::new(item.struct_token.span, message));
                None
            }
            (_, Item::Struct(item)) => match &item.fields {
                Fields::Named(fields) => Some(Kind::Record(record(fields, self.rename_all, errors))),
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

    /// The variants of an enum: names, if none of them holds anything.
    fn variants(&self, item: &syn::ItemEnum, errors: &mut Errors) -> Kind {
        let mut variants = Vec::new();
        for variant in &item.variants {
            let payload = match &variant.fields {
                Fields::Unit => Payload::Unit,
                Fields::Named(fields) => Payload::Record(record(fields, None, errors)),
                Fields::Unnamed(fields) => {
                    let types: Vec<Type> = fields.unnamed.iter().map(|field| field.ty.clone()).collect();
                    match <[Type; 1]>::try_from(types) {
                        Ok([one]) => Payload::One(Box::new(one)),
                        Err(types) => Payload::Tuple(types),
                    }
                }
            };
            let own = variant.ident.unraw().to_string();
            let own = self.rename_all.map_or(own.clone(), |case| case.of_variant(&own));
            let mut name = LitStr::new(&own, variant.ident.span());
            for argument in attr::helpers(&variant.attrs, errors) {
                if argument.word == "rename" {
                    if let Some(text) = errors.take(argument.text()) {
                        name = text;
                    }
                } else {
                    errors.push(attr::unknown(&argument.word, "`#[field(…)]` of a variant", &["rename"]));
                }
            }
            variants.push(Variant { ident: variant.ident.clone(), doc: attr::doc(&variant.attrs), name, payload });
        }
        let names = variants.iter().all(|variant| matches!(variant.payload, Payload::Unit));
        match (&self.tagging, names) {
            (Tagging::External, true) => Kind::Enum(variants),
            (tagging, _) => Kind::Choice(tagging.clone(), variants),
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

/// A class's parameters stand for the types of fields.
fn parameters(role: Role, generics: &syn::Generics) -> syn::Result<Vec<Ident>> {
    if let (Role::Union, Some(first)) = (role, generics.params.first()) {
        return Err(syn::Error::new(first.span(), "a union has no parameters: its messages are named"));
    }
    if let (Role::Protocol, Some(first)) = (role, generics.params.first()) {
        return Err(syn::Error::new(first.span(), "a protocol has no parameters: its fields have types of their own"));
    }
    if let Some(clause) = &generics.where_clause {
        return Err(syn::Error::new(
            clause.span(),
            "a class's parameters have no bounds: whatever may be a field may be one",
        ));
    }
    let read = |parameter: &syn::GenericParam| match parameter {
        syn::GenericParam::Type(parameter) if parameter.bounds.is_empty() && parameter.default.is_none() => {
            Ok(parameter.ident.clone())
        }
        other => {
            let message = "a class's parameters are types, without bounds and defaults: its fields are owned";
            Err(syn::Error::new(other.span(), message))
        }
    };
    generics.params.iter().map(read).collect()
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
        Item::Enum(item) => {
            for variant in &mut item.variants {
                variant.attrs.retain(|a| !ours(a));
                variant.fields.iter_mut().for_each(|field| field.attrs.retain(|a| !ours(a)));
            }
        }
        _ => {}
    }
    item.to_token_stream()
}
