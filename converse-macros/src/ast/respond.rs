//! A handler: `#[respond]` above an `impl` with a `respond`, or above a free function.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, FnArg, Ident, ImplItem, Item, ItemImpl, Lit, ReturnType, Signature, Type};

use super::Errors;
use crate::attr;

pub(crate) struct Respond {
    pub(crate) item: TokenStream,
    pub(crate) mode: Mode,
    /// How many may wait at a time, if that is said.
    pub(crate) most: Option<Expr>,
    pub(crate) shape: Shape,
    /// The message.
    pub(crate) message: Type,
    /// What the function is asked to be given besides.
    pub(crate) arguments: Vec<Type>,
    /// What it returns.
    pub(crate) reply: Type,
    /// Where the function's name stands.
    pub(crate) name: Ident,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Sync,
    Async,
    Blocking,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `Message::respond(self, …)`
    Method,
    /// `sign_in(message, …)`
    Function,
}

impl Respond {
    pub(crate) fn read(args: TokenStream, item: &Item) -> Result<Respond, Errors> {
        let mut errors = Errors::default();
        let Asked { blocking, most } = errors.take(asked(args)).unwrap_or_default();
        let read = match item {
            Item::Impl(block) => method(block),
            Item::Fn(function) => Ok((function.sig.clone(), None)),
            other => {
                let message = "`#[respond]` stands above `impl YourMessage { fn respond(self, …) … }`, or above a function whose first argument is the message";
                Err(syn::Error::new(other.span(), message))
            }
        };
        let Some((signature, owner)) = errors.take(read) else { return errors.finish(None).and_then(missing) };
        check_signature(&signature, blocking, most.as_ref(), &mut errors);
        let message = match &owner {
            Some(ty) => Some(ty.clone()),
            None => errors.take(first_type(&signature)),
        };
        let mode = match (blocking, signature.asyncness.is_some()) {
            (true, _) => Mode::Blocking,
            (false, true) => Mode::Async,
            (false, false) => Mode::Sync,
        };
        let reply = match &signature.output {
            ReturnType::Default => syn::parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        let mut arguments = Vec::new();
        for argument in signature.inputs.iter().skip(1) {
            if let FnArg::Typed(argument) = argument {
                arguments.push((*argument.ty).clone());
            }
        }
        let Some(message) = message else { return errors.finish(None).and_then(missing) };
        let with_self = |ty: Type| if owner.is_some() { replace_self(&ty, &message) } else { Ok(ty) };
        let reply = errors.take(with_self(reply));
        let arguments = errors.take(arguments.into_iter().map(with_self).collect::<syn::Result<Vec<_>>>());
        let shape = if owner.is_some() { Shape::Method } else { Shape::Function };
        let respond = reply.zip(arguments).map(|(reply, arguments)| Respond {
            item: item.to_token_stream(),
            mode,
            most,
            shape,
            message,
            arguments,
            reply,
            name: signature.ident,
        });
        errors.finish(respond).and_then(missing)
    }
}

/// Where there is no handler, there is an error that says why.
fn missing(respond: Option<Respond>) -> Result<Respond, Errors> {
    respond.ok_or_else(Errors::default)
}

/// What stands in the parentheses.
#[derive(Default)]
struct Asked {
    blocking: bool,
    most: Option<Expr>,
}

fn asked(args: TokenStream) -> syn::Result<Asked> {
    let mut asked = Asked::default();
    for argument in attr::arguments(args)? {
        if argument.word == "blocking" {
            argument.alone()?;
            asked.blocking = true;
        } else if argument.word == "max_in_flight" {
            let most = argument.expression()?;
            if let Expr::Lit(ExprLit { lit: Lit::Int(count), .. }) = most
                && count.base10_parse::<usize>().is_ok_and(|count| count == 0)
            {
                let message = "`max_in_flight = 0` would answer nothing: say how many may be answered at a time";
                return Err(syn::Error::new(count.span(), message));
            }
            asked.most = Some(most.clone());
        } else {
            return Err(attr::unknown(&argument.word, "`#[respond]`", &["blocking", "max_in_flight"]));
        }
    }
    Ok(asked)
}

/// The signature of the block's `respond`, and the type that it belongs to.
fn method(block: &ItemImpl) -> syn::Result<(Signature, Option<Type>)> {
    if let Some((path, _)) = &block.trait_ {
        let message = "`respond` is a method of the message itself: write `impl YourMessage`, without a trait";
        return Err(syn::Error::new(path.span(), message));
    }
    let found = block.items.iter().find_map(|item| match item {
        ImplItem::Fn(function) if function.sig.ident == "respond" => Some(function),
        _ => None,
    });
    let Some(function) = found else {
        let message = "`#[respond]` needs a `fn respond(self, …)` in this block";
        return Err(syn::Error::new(block.self_ty.span(), message));
    };
    match function.sig.inputs.first() {
        Some(FnArg::Receiver(receiver)) if is_by_value(receiver) => {}
        Some(other) => {
            let message = "`respond` takes `self` by value: a message is used up by its answer";
            return Err(syn::Error::new(other.span(), message));
        }
        None => {
            let message = "`respond` takes `self`: the message that it answers";
            return Err(syn::Error::new(function.sig.ident.span(), message));
        }
    }
    Ok((function.sig.clone(), Some((*block.self_ty).clone())))
}

/// `self` or `mut self`, neither borrowed nor behind a pointer.
fn is_by_value(receiver: &syn::Receiver) -> bool {
    let tokens = receiver.to_token_stream().to_string();
    tokens == "self" || tokens == "mut self"
}

fn check_signature(signature: &Signature, blocking: bool, most: Option<&Expr>, errors: &mut Errors) {
    if !signature.generics.params.is_empty() {
        let message = "a handler has no parameters: it answers one class";
        errors.push(syn::Error::new(signature.generics.span(), message));
    }
    if let (true, Some(token)) = (blocking, &signature.asyncness) {
        let message = "`#[respond(blocking)]` is for functions that block; an `async` one needs no pool";
        errors.push(syn::Error::new(token.span(), message));
    }
    if let (false, None, Some(most)) = (blocking, &signature.asyncness, most) {
        let message = "`max_in_flight` is for handlers that wait: this one is done before the next message begins; make it `async`, or `#[respond(blocking)]`";
        errors.push(syn::Error::new(most.span(), message));
    }
    for argument in &signature.inputs {
        if let FnArg::Typed(argument) = argument
            && let Type::Reference(reference) = &*argument.ty
        {
            let message =
                "a handler's arguments are owned, because it may outlive what it borrows: write the type without `&`";
            errors.push(syn::Error::new(reference.span(), message));
        }
    }
    if let ReturnType::Type(_, ty) = &signature.output
        && let Type::ImplTrait(opaque) = &**ty
    {
        let message = "a handler names what it returns: a message, a `#[union]`, `AnyMessage`, nothing, or a `Result` of one of these";
        errors.push(syn::Error::new(opaque.span(), message));
    }
}

fn first_type(signature: &Signature) -> syn::Result<Type> {
    match signature.inputs.first() {
        Some(FnArg::Typed(argument)) => Ok((*argument.ty).clone()),
        _ => {
            let message = "the first argument is the message that the function answers";
            Err(syn::Error::new(signature.ident.span(), message))
        }
    }
}

/// The type with `Self` spelled out, as it is used outside of the block.
fn replace_self(ty: &Type, owner: &Type) -> syn::Result<Type> {
    fn walk(tokens: TokenStream, owner: &Type) -> TokenStream {
        tokens
            .into_iter()
            .flat_map(|token| match token {
                TokenTree::Ident(ident) if ident == "Self" => quote!(#owner),
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), walk(group.stream(), owner));
                    inner.set_span(group.span());
                    TokenTree::Group(inner).into()
                }
                other => other.into(),
            })
            .collect()
    }
    syn::parse2(walk(ty.to_token_stream(), owner))
}
