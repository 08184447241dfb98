//! Where a class stands among others: `abstract`, `extends(A, B, kwargs(policy = "strict"))`, `metaclass = path`.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, ExprUnary, Ident, Lit, Path, Token, UnOp};

use crate::attr::{self, Argument};

/// What is said of a class's place among others.
#[derive(Default)]
pub(crate) struct Lineage {
    /// Where `abstract` stands.
    pub(crate) is_abstract: Option<Ident>,
    /// The classes that it derives from.
    pub(crate) bases: Vec<Path>,
    pub(crate) keywords: Vec<(Ident, Keyword)>,
    /// A function that gives the metaclass.
    pub(crate) metaclass: Option<Path>,
    pub(crate) runtime_checkable: bool,
}

/// The value of a keyword argument.
pub(crate) enum Keyword {
    Bool(TokenStream),
    Int(TokenStream),
    Float(TokenStream),
    Str(TokenStream),
}

/// One of what stands in `extends(…)`.
enum Extended {
    Base(Path),
    Keywords(TokenStream),
}

impl Parse for Extended {
    fn parse(input: ParseStream<'_>) -> syn::Result<Extended> {
        let path = input.call(Path::parse_mod_style)?;
        if path.is_ident("kwargs") && input.peek(syn::token::Paren) {
            let inner;
            syn::parenthesized!(inner in input);
            return Ok(Extended::Keywords(inner.parse()?));
        }
        Ok(Extended::Base(path))
    }
}

impl Lineage {
    /// Whether anything is said.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_abstract.is_none() && self.bases.is_empty() && self.metaclass.is_none() && !self.runtime_checkable
    }

    /// Takes an argument that is one of these.
    pub(crate) fn argument(&mut self, argument: &Argument) -> syn::Result<()> {
        match argument.word.to_string().as_str() {
            "abstract" => {
                argument.alone()?;
                self.is_abstract = Some(argument.word.clone());
            }
            "metaclass" => self.metaclass = Some(argument.path()?),
            "runtime_checkable" => {
                argument.alone()?;
                self.runtime_checkable = true;
            }
            _ => self.extends(argument)?,
        }
        Ok(())
    }

    fn extends(&mut self, argument: &Argument) -> syn::Result<()> {
        let Some(nested) = &argument.nested else {
            let message = "`extends` names classes in parentheses: extends(Audited, Tenanted)";
            return Err(syn::Error::new(argument.word.span(), message));
        };
        let parser = Punctuated::<Extended, Token![,]>::parse_terminated;
        for extended in parser.parse2(nested.clone())? {
            match extended {
                Extended::Base(path) => self.bases.push(path),
                Extended::Keywords(tokens) => {
                    for keyword in attr::arguments(tokens)? {
                        if self.keywords.iter().any(|(word, _)| *word == keyword.word) {
                            let message = format!("`{}` is given twice", keyword.word);
                            return Err(syn::Error::new(keyword.word.span(), message));
                        }
                        let value = value(keyword.expression()?)?;
                        self.keywords.push((keyword.word, value));
                    }
                }
            }
        }
        if self.bases.is_empty() {
            let message = "`extends` names at least one class: extends(Audited)";
            return Err(syn::Error::new(argument.word.span(), message));
        }
        Ok(())
    }
}

fn value(expression: &Expr) -> syn::Result<Keyword> {
    let literal = match expression {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => expr,
        other => other,
    };
    let tokens = quote::quote!(#expression);
    if let Expr::Lit(literal) = literal {
        match &literal.lit {
            Lit::Bool(_) => return Ok(Keyword::Bool(tokens)),
            Lit::Int(_) => return Ok(Keyword::Int(tokens)),
            Lit::Float(_) => return Ok(Keyword::Float(tokens)),
            Lit::Str(_) => return Ok(Keyword::Str(tokens)),
            _ => {}
        }
    }
    Err(syn::Error::new(expression.span(), "a keyword argument is a text, a number, `true` or `false`"))
}
