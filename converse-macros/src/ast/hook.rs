//! What is run around messages: `#[before(X)]` and `#[after(X)]`; and what is run over classes: `#[init_subclass(X)]`.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{FnArg, Ident, ItemFn, LitInt, Path, Token, Type};

use super::Errors;

/// Whether it is run before the handler, or after it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    Before,
    After,
}

impl When {
    fn attribute(self) -> &'static str {
        match self {
            When::Before => "#[before(…)]",
            When::After => "#[after(…)]",
        }
    }
}

pub(crate) struct Hook {
    pub(crate) when: When,
    /// The messages that it is for.
    pub(crate) of: Path,
    pub(crate) order: Option<TokenStream>,
    pub(crate) item: TokenStream,
    pub(crate) name: Ident,
    pub(crate) is_async: bool,
    /// The type of the view.
    pub(crate) view: Type,
    pub(crate) arguments: Vec<Type>,
}

/// What stands in the parentheses of a hook.
struct Target {
    of: Path,
    order: Option<TokenStream>,
}

impl Parse for Target {
    fn parse(input: ParseStream<'_>) -> syn::Result<Target> {
        let of = class(input)?;
        let mut order = None;
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let word: Ident = input.parse()?;
            if word != "order" {
                return Err(syn::Error::new(word.span(), "beside the class there is only `order = …`, a whole number"));
            }
            input.parse::<Token![=]>()?;
            let minus: Option<Token![-]> = input.parse()?;
            let number: LitInt =
                input.parse().map_err(|why| syn::Error::new(why.span(), "`order` is a whole number: order = -1"))?;
            order = Some(quote::quote!(#minus #number));
        }
        Ok(Target { of, order })
    }
}

fn class(input: ParseStream<'_>) -> syn::Result<Path> {
    input.parse().map_err(|why| syn::Error::new(why.span(), "a class is named by its path: Order, or orders::Order"))
}

impl Hook {
    pub(crate) fn read(when: When, args: TokenStream, item: &syn::Item) -> Result<Hook, Errors> {
        let mut errors = Errors::default();
        let attribute = when.attribute();
        let target = if args.is_empty() {
            let message = format!(
                "`{attribute}` names the messages that it is for: a class, an abstract class, a protocol or a union"
            );
            Err(syn::Error::new(proc_macro2::Span::call_site(), message))
        } else {
            Parser::parse2(Target::parse, args)
        };
        let target = errors.take(target);
        let function = errors.take(function(attribute, item));
        let (Some(Target { of, order }), Some(function)) = (target, function) else { return Err(errors) };
        let mut types = Vec::new();
        for argument in &function.sig.inputs {
            match argument {
                FnArg::Typed(argument) => {
                    if let Type::Reference(reference) = &*argument.ty {
                        let message = "a hook's arguments are owned, because it may outlive what it borrows: write the type without `&`";
                        errors.push(syn::Error::new(reference.span(), message));
                    }
                    types.push((*argument.ty).clone());
                }
                FnArg::Receiver(receiver) => {
                    errors.push(syn::Error::new(receiver.span(), "a hook is a function by itself, and has no `self`"));
                }
            }
        }
        if let (When::Before, Some(answered)) = (when, types.iter().skip(1).find(|ty| is_answered(ty))) {
            let message = "before the handler nothing has come of the message: `Answered` is for an `#[after(…)]` hook";
            errors.push(syn::Error::new(answered.span(), message));
        }
        let mut types = types.into_iter();
        let Some(view) = types.next() else {
            let message = "the first argument is the message, as its class has it: `message: View<…>`";
            errors.push(syn::Error::new(function.sig.ident.span(), message));
            return Err(errors);
        };
        let hook = Hook {
            when,
            of,
            order,
            item: item.to_token_stream(),
            name: function.sig.ident.clone(),
            is_async: function.sig.asyncness.is_some(),
            view,
            arguments: types.collect(),
        };
        errors.finish(hook)
    }
}

/// A function over classes.
pub(crate) struct Rule {
    /// For what derives from this class; for all if it is none.
    pub(crate) of: Option<Path>,
    pub(crate) item: TokenStream,
    pub(crate) name: Ident,
}

impl Rule {
    pub(crate) fn read(args: TokenStream, item: &syn::Item) -> Result<Rule, Errors> {
        let mut errors = Errors::default();
        let of = if args.is_empty() { Ok(None) } else { Parser::parse2(class, args).map(Some) };
        let (of, function) = (errors.take(of), errors.take(function("#[init_subclass(…)]", item)));
        let (Some(of), Some(function)) = (of, function) else { return Err(errors) };
        if let Some(token) = &function.sig.asyncness {
            let message =
                "a rule is looked at when the program starts, and waits for nothing: write it without `async`";
            errors.push(syn::Error::new(token.span(), message));
        }
        if function.sig.inputs.len() != 2 {
            let message = "a rule is a `fn(class: &Class, keywords: &Namespace) -> Result<(), Problem>`, with these two arguments";
            errors.push(syn::Error::new(function.sig.ident.span(), message));
        }
        errors.finish(Rule { of, item: item.to_token_stream(), name: function.sig.ident.clone() })
    }
}

/// Whether a type is called as what came of a message is; under another name the compiler finds it.
fn is_answered(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Answered"))
}

fn function<'i>(attribute: &str, item: &'i syn::Item) -> syn::Result<&'i ItemFn> {
    match item {
        syn::Item::Fn(function) if function.sig.generics.params.is_empty() => Ok(function),
        syn::Item::Fn(function) => {
            let message = format!("a function below `{attribute}` has no parameters: it is called by converse");
            Err(syn::Error::new(function.sig.generics.span(), message))
        }
        other => Err(syn::Error::new(other.span(), format!("`{attribute}` stands above a function"))),
    }
}
