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
    pub(crate) on_delete: Option<(Ident, OnDelete)>,
    pub(crate) renamed_from: Option<LitStr>,
}

/// What becomes of a row when the one that it refers to is deleted.
#[derive(Clone, Copy)]
pub(crate) enum OnDelete {
    Refuse,
    Cascade,
    SetNone,
}

/// The words of `#[field(…)]` about columns.
pub(super) const COLUMN: [&str; 7] = ["primary_key", "unique", "index", "auto", "version", "on_delete", "renamed_from"];

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

fn on_delete(argument: &Argument) -> syn::Result<OnDelete> {
    let text = argument.text()?;
    match text.value().as_str() {
        "refuse" => Ok(OnDelete::Refuse),
        "cascade" => Ok(OnDelete::Cascade),
        "set_none" => Ok(OnDelete::SetNone),
        _ => {
            let message = "`on_delete` is \"refuse\", and the row that is referred to stays, \"cascade\", and this row goes with it, or \"set_none\", and this row refers to nothing then";
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
            "on_delete" => {
                self.on_delete = Some((argument.word.clone(), on_delete(argument)?));
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
        let word = words.into_iter().flatten().chain(self.on_delete.as_ref().map(|(word, _)| word));
        word.map(Ident::span).next().or_else(|| self.renamed_from.as_ref().map(LitStr::span))
    }
}
