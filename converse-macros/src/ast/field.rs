//! A field: of a class, or of a variant.

use syn::ext::IdentExt;
use syn::{Expr, Ident, LitStr, Path, Type};

use super::stored::COLUMN;
use super::{Column, Errors};
use crate::attr::{self, Argument};
use crate::case::Case;

pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) doc: String,
    pub(crate) name: LitStr,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) default: Default,
    pub(crate) examples: Vec<Default>,
    pub(crate) constraints: Vec<Constraint>,
    /// `trim`, `lowercase`, `uppercase`, in their order.
    pub(crate) transforms: Vec<Ident>,
    /// What is told instead of the constraints' own sentences.
    pub(crate) message: Option<LitStr>,
    pub(crate) deprecated: bool,
    pub(crate) column: Column,
    /// Whether values in other forms are taken.
    pub(crate) coerce: bool,
}

pub(crate) enum Default {
    None,
    /// `default`: what the type's own default is.
    Own,
    /// `default = …`
    Value(Expr),
    /// `serde(default = "path")`: what a function makes.
    Made(Path),
}

pub(crate) struct Constraint {
    pub(crate) word: Ident,
    /// What it was given; `true` for a word that stands alone.
    pub(crate) argument: Expr,
}

/// The words of `#[field(…)]` that are constraints with an argument.
pub(crate) const CONSTRAINTS: [&str; 11] = [
    "min_length",
    "max_length",
    "pattern",
    "ge",
    "gt",
    "le",
    "lt",
    "min_items",
    "max_items",
    "multiple_of",
    "validate",
];

/// The constraints that stand alone.
const FLAGS: [&str; 3] = ["email", "url", "unique_items"];

/// What is done to a text when it is read.
const TRANSFORMS: [&str; 3] = ["trim", "lowercase", "uppercase"];

/// What the field is called, and what stands for it.
const NAMES: [&str; 7] = ["rename", "alias", "default", "example", "message", "deprecated", "coerce"];

/// The fields of a record.
pub(super) fn record(fields: &syn::FieldsNamed, case: Option<Case>, errors: &mut Errors) -> Vec<Field> {
    fields.named.iter().filter_map(|field| Field::read(field, case, errors)).collect()
}

impl Field {
    /// The values that the declaration gives: what each is, the name of what makes it, and the value.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, String, &Default)> {
        let default =
            (!matches!(self.default, Default::None)).then(|| ("default", "default".to_owned(), &self.default));
        let examples = self.examples.iter().enumerate();
        default.into_iter().chain(examples.map(|(at, example)| ("example", format!("example_{at}"), example)))
    }

    fn read(field: &syn::Field, case: Option<Case>, errors: &mut Errors) -> Option<Field> {
        let ident = field.ident.clone()?;
        let own = ident.unraw().to_string();
        let own = case.map_or(own.clone(), |case| case.of_field(&own));
        let mut read = Field {
            name: LitStr::new(&own, ident.span()),
            ident,
            ty: field.ty.clone(),
            doc: attr::doc(&field.attrs),
            aliases: Vec::new(),
            default: Default::None,
            examples: Vec::new(),
            constraints: Vec::new(),
            transforms: Vec::new(),
            message: None,
            coerce: false,
            column: Column::default(),
            deprecated: field.attrs.iter().any(|attribute| attribute.path().is_ident("deprecated")),
        };
        for argument in errors.take(attr::named(&field.attrs, "field")).unwrap_or_default() {
            errors.take(read.argument(argument));
        }
        for argument in errors.take(attr::named(&field.attrs, "serde")).unwrap_or_default() {
            errors.take(read.serde(&argument));
        }
        // What the store makes need not be given.
        if matches!(read.default, Default::None) && (read.column.auto.is_some() || read.column.version.is_some()) {
            read.default = Default::Own;
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
            "example" => self.examples.push(Default::Value(argument.expression()?.clone())),
            "message" => self.message = Some(argument.text()?),
            "deprecated" => {
                argument.alone()?;
                self.deprecated = true;
            }
            "coerce" => {
                argument.alone()?;
                self.coerce = true;
            }
            _ if CONSTRAINTS.contains(&word.as_str()) => {
                let expression = argument.expression()?.clone();
                self.constrain(argument.word, expression)?;
            }
            _ if FLAGS.contains(&word.as_str()) => {
                argument.alone()?;
                self.constrain(argument.word, syn::parse_quote!(true))?;
            }
            _ if TRANSFORMS.contains(&word.as_str()) => {
                argument.alone()?;
                self.transforms.push(argument.word);
            }
            _ if self.column.argument(&argument)? => {}
            _ => {
                let known = NAMES.iter().chain(&CONSTRAINTS).chain(&FLAGS).chain(&TRANSFORMS).chain(&COLUMN).copied();
                return Err(attr::unknown(&argument.word, "`#[field(…)]`", &known.collect::<Vec<_>>()));
            }
        }
        Ok(())
    }

    fn constrain(&mut self, word: Ident, argument: Expr) -> syn::Result<()> {
        if self.constraints.iter().any(|constraint| constraint.word == word) {
            return Err(syn::Error::new(word.span(), format!("`{word}` stands twice")));
        }
        self.constraints.push(Constraint { word, argument });
        Ok(())
    }

    /// An argument of serde's own attribute, where it means the same to us.
    fn serde(&mut self, argument: &Argument) -> syn::Result<()> {
        match argument.word.to_string().as_str() {
            "rename" => self.name = argument.text()?,
            "alias" => {
                let alias = argument.text()?;
                // It may be said in both attributes.
                if self.aliases.iter().all(|known| known.value() != alias.value()) {
                    self.aliases.push(alias);
                }
            }
            "default" => {
                self.default = match &argument.value {
                    Some(_) => Default::Made(argument.text()?.parse()?),
                    None => Default::Own,
                };
            }
            "bound" => {}
            // What is nothing is left out: that is what we do.
            "skip_serializing_if" if argument.text()?.value() == "Option::is_none" => {}
            "flatten" => return Err(attr::serde_instead(argument, "out the fields themselves")),
            "skip" | "skip_serializing" | "skip_deserializing" | "skip_serializing_if" => {
                return Err(attr::serde_instead(argument, "`Option<…>`, which is left out when it is `None`"));
            }
            "with" | "serialize_with" | "deserialize_with" => {
                return Err(attr::serde_instead(
                    argument,
                    "a type of its own that implements `Typed`, `Decode` and `Encode`",
                ));
            }
            _ => return Err(attr::serde_instead(argument, "an argument of `#[field(…)]`")),
        }
        Ok(())
    }
}
