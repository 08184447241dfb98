//! What a declaration says about keeping values: of the class, and of a field's column.

use syn::{Ident, LitStr};

use crate::attr::Argument;

/// What is said of the class.
#[derive(Default)]
pub(crate) struct Stored {
    /// Where a table was asked for.
    pub(crate) table: Option<Ident>,
    pub(crate) journal: Option<(Ident, Journal)>,
    pub(crate) renamed_from: Option<LitStr>,
}

/// What a journal keeps of secrets.
#[derive(Clone, Copy)]
pub(crate) enum Journal {
    NoSecrets,
    Omit,
    Plain,
}

/// What is said of a field's column, each at its word.
#[derive(Default)]
pub(crate) struct Column {
    pub(crate) primary_key: Option<Ident>,
    pub(crate) unique: Option<Ident>,
    pub(crate) index: Option<Ident>,
    pub(crate) auto: Option<Ident>,
    pub(crate) version: Option<Ident>,
    pub(crate) renamed_from: Option<LitStr>,
}

/// The words of `#[field(…)]` about columns.
pub(super) const COLUMN: [&str; 6] = ["primary_key", "unique", "index", "auto", "version", "renamed_from"];

impl Stored {
    /// An argument of the class's own attribute; false if it is none of these.
    pub(super) fn argument(&mut self, argument: &Argument) -> syn::Result<bool> {
        match argument.word.to_string().as_str() {
            "table" => {
                argument.alone()?;
                self.table = Some(argument.word.clone());
            }
            "journal" => self.journal = Some((argument.word.clone(), journal(argument)?)),
            "renamed_from" => self.renamed_from = Some(argument.text()?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn journal(argument: &Argument) -> syn::Result<Journal> {
    if argument.value.is_none() {
        return Ok(Journal::NoSecrets);
    }
    let text = argument.text()?;
    match text.value().as_str() {
        "omit" => Ok(Journal::Omit),
        "plain" => Ok(Journal::Plain),
        _ => {
            let message = "`journal` stands alone, or says what becomes of secrets: \"omit\" leaves them out, \"plain\" keeps them as they are";
            Err(syn::Error::new(text.span(), message))
        }
    }
}

impl Column {
    /// An argument of `#[field(…)]`; false if it is none of these.
    pub(super) fn argument(&mut self, argument: &Argument) -> syn::Result<bool> {
        let word = argument.word.to_string();
        let place = match word.as_str() {
            "primary_key" => &mut self.primary_key,
            "unique" => &mut self.unique,
            "index" => &mut self.index,
            "auto" => &mut self.auto,
            "version" => &mut self.version,
            "renamed_from" => {
                self.renamed_from = Some(argument.text()?);
                return Ok(true);
            }
            _ => return Ok(false),
        };
        argument.alone()?;
        *place = Some(argument.word.clone());
        Ok(true)
    }

    /// The first of its words that was said.
    pub(crate) fn said(&self) -> Option<proc_macro2::Span> {
        let words = [&self.primary_key, &self.unique, &self.index, &self.auto, &self.version];
        let word = words.into_iter().flatten().map(Ident::span).next();
        word.or_else(|| self.renamed_from.as_ref().map(LitStr::span))
    }
}
