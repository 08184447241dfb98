//! What stands in the parentheses of our attributes: one table of words, and their values.

use proc_macro2::TokenStream;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Ident, Lit, LitStr, Path, Token, parenthesized, token};

use crate::ast::Errors;

/// One `word`, `word = value` or `word(…)` in the parentheses.
pub(crate) struct Argument {
    pub(crate) word: Ident,
    pub(crate) value: Option<Expr>,
    /// What stands in parentheses of its own.
    pub(crate) nested: Option<TokenStream>,
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Argument> {
        let word = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        let nested = if value.is_none() && input.peek(token::Paren) {
            let inner;
            parenthesized!(inner in input);
            Some(inner.parse()?)
        } else {
            None
        };
        Ok(Argument { word, value, nested })
    }
}

impl Argument {
    /// The value as a text.
    pub(crate) fn text(&self) -> syn::Result<LitStr> {
        let value = self.expression()?;
        if let Expr::Lit(literal) = value
            && let Lit::Str(text) = &literal.lit
        {
            return Ok(text.clone());
        }
        Err(syn::Error::new(value.span(), format!("`{}` takes a text: {} = \"…\"", self.word, self.word)))
    }

    /// The value as the names of roles, at least one: `"admin"`, or `["admin", "owner"]`.
    pub(crate) fn roles(&self) -> syn::Result<Vec<LitStr>> {
        let value = self.expression()?;
        let roles = match value {
            Expr::Array(list) => list.elems.iter().map(|item| self.role(item)).collect::<syn::Result<_>>()?,
            _ => vec![self.text()?],
        };
        let nothing = match roles.iter().find(|role| role.value().is_empty()) {
            Some(role) => Some(role.span()),
            None => roles.is_empty().then(|| value.span()),
        };
        match nothing {
            Some(span) => {
                Err(syn::Error::new(span, "`allow` names roles: allow = \"admin\", or [\"admin\", \"owner\"]"))
            }
            None => Ok(roles),
        }
    }

    fn role(&self, item: &Expr) -> syn::Result<LitStr> {
        match item {
            Expr::Lit(literal) if let Lit::Str(text) = &literal.lit => Ok(text.clone()),
            other => Err(syn::Error::new(other.span(), format!("`{}` takes texts: [\"…\", \"…\"]", self.word))),
        }
    }

    /// The value as the path of a function.
    pub(crate) fn path(&self) -> syn::Result<Path> {
        match self.expression()? {
            Expr::Path(path) => Ok(path.path.clone()),
            other => {
                Err(syn::Error::new(other.span(), format!("`{}` takes a function: {} = check", self.word, self.word)))
            }
        }
    }

    /// The value.
    pub(crate) fn expression(&self) -> syn::Result<&Expr> {
        self.value.as_ref().ok_or_else(|| {
            syn::Error::new(self.word.span(), format!("`{}` takes a value: {} = …", self.word, self.word))
        })
    }

    /// Fails if there is a value.
    pub(crate) fn alone(&self) -> syn::Result<()> {
        match (&self.value, &self.nested) {
            (None, None) => Ok(()),
            (Some(value), _) => Err(syn::Error::new(value.span(), format!("`{}` takes no value", self.word))),
            (None, Some(_)) => Err(syn::Error::new(self.word.span(), format!("`{}` takes no value", self.word))),
        }
    }
}

/// Reads `word, word = value, …`.
pub(crate) fn arguments(tokens: TokenStream) -> syn::Result<Vec<Argument>> {
    let parser = Punctuated::<Argument, Token![,]>::parse_terminated;
    Ok(parser.parse2(tokens)?.into_iter().collect())
}

/// The arguments of every `#[name(…)]` among these attributes.
pub(crate) fn named(attributes: &[Attribute], name: &str) -> syn::Result<Vec<Argument>> {
    let mut all = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(name)) {
        all.extend(arguments(attribute.meta.require_list()?.tokens.clone())?);
    }
    Ok(all)
}

/// The arguments of `#[field(…)]` and of those of `#[serde(…)]` that name things.
pub(crate) fn helpers(attributes: &[Attribute], errors: &mut Errors) -> Vec<Argument> {
    let mut all = errors.take(named(attributes, "field")).unwrap_or_default();
    all.extend(errors.take(named(attributes, "serde")).unwrap_or_default());
    all
}

/// The error of an argument of serde's attribute that would make the documented class and the wire
/// disagree.
pub(crate) fn serde_instead(argument: &Argument, instead: &str) -> syn::Error {
    let word = &argument.word;
    let message = format!("`serde({word})` would make the class and what is sent disagree; write {instead}");
    syn::Error::new(word.span(), message)
}

/// The error of a word that `place` does not know, with the nearest that it does.
pub(crate) fn unknown(word: &Ident, place: &str, known: &[&str]) -> syn::Error {
    let written = word.to_string();
    let nearest = known.iter().map(|known| (distance(&written, known), *known)).min();
    let hint = match nearest {
        Some((distance, known)) if distance <= 2 => format!("; did you mean `{known}`?"),
        _ => ".".to_owned(),
    };
    syn::Error::new(word.span(), format!("{place} does not know `{written}`{hint} It knows: {}", known.join(", ")))
}

/// How many letters must be changed, added or removed to make one word the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let substituted = row.get(j).copied().unwrap_or(0) + usize::from(x != *y);
            let removed = row.get(j + 1).copied().unwrap_or(0) + 1;
            let added = next.get(j).copied().unwrap_or(0) + 1;
            next.push(substituted.min(removed).min(added));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

/// The documentation that stands above an item, its lines joined.
pub(crate) fn doc(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Ok(pair) = attribute.meta.require_name_value()
            && let Expr::Lit(literal) = &pair.value
            && let Lit::Str(text) = &literal.lit
        {
            let text = text.value();
            lines.push(text.strip_prefix(' ').unwrap_or(&text).trim_end().to_owned());
        }
    }
    lines.join("\n").trim().to_owned()
}
