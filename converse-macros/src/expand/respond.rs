//! The expansion of `#[respond]`: the function as it is, and its description.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::at;
use super::class::linked;
use super::origin;
use crate::ast::{Mode, Respond, Shape};

pub(crate) fn respond(respond: &Respond) -> TokenStream {
    let Respond { item, message, reply, arguments, name, .. } = respond;
    let origin = origin();
    let locals: Vec<Ident> = (0..arguments.len()).map(|index| format_ident!("__argument_{}", index)).collect();
    let injected = arguments
        .iter()
        .zip(&locals)
        .map(|(ty, local)| quote_spanned!(at(ty)=> let #local = <#ty as __P::Inject>::inject(__scope)?;));
    let missing = arguments.iter().map(|ty| quote_spanned!(at(ty)=> <#ty as __P::Inject>::missing));
    let function = match respond.shape {
        Shape::Method => quote_spanned!(at(name)=> <#message>::#name),
        Shape::Function => quote!(#name),
    };
    let called = quote_spanned!(at(name)=> #function(__message, #(#locals),*));
    let outcome = match respond.mode {
        Mode::Sync => quote_spanned!(at(reply)=> __P::Ok(__P::Done(#called))),
        Mode::Async => quote_spanned!(at(reply)=> __P::Ok(__P::Later(#called))),
        Mode::Blocking => quote_spanned!(at(reply)=> __P::Ok(__P::Blocking(move || #called))),
    };
    let waits = respond.mode != Mode::Sync;
    let most = respond.most.as_ref().map_or_else(|| quote!(__P::usize::MAX), |most| quote_spanned!(at(most)=> #most));
    let message_type = quote_spanned!(at(message)=> type Message = #message;);
    let reply_type = quote_spanned!(at(reply)=> type Reply = #reply;);
    // A reply that is none is one error, at its type, wherever it is needed.
    let kind = quote_spanned!(at(reply)=> __P::Result<impl __P::Outcome<#reply> + 'static, __P::Error>);
    let submitted = quote_spanned!(at(message)=> __P::Responder::of::<__Respond>(#origin));
    // A class with parameters is linked by the handler that names them.
    let class = seen(message).unwrap_or(message);
    let linked = has_parameters(class).then(|| linked(class));
    quote! {
        // A handler owns what it is given, and is async where its neighbours are.
        #[allow(clippy::needless_pass_by_value, clippy::unused_async, clippy::unused_self)]
        #item
        const _: () = {
            use ::converse::__private as __P;

            struct __Respond;

            impl __P::Handler for __Respond {
                #message_type
                #reply_type

                #[inline]
                fn call(
                    __message: Self::Message,
                    __scope: &__P::Scope<'_>,
                ) -> #kind {
                    let _ = __scope;
                    #(#injected)*
                    #outcome
                }

                const MISSING: &'static [fn(&__P::States) -> __P::Option<__P::Missing>] = &[#(#missing),*];
                const WAITS: __P::bool = #waits;
                const MAX_IN_FLIGHT: __P::usize = #most;
            }

            __P::inventory::submit! { #submitted }
            #linked
        };
    }
}

/// The class that a handler of `View<Class>` is for.
fn seen(ty: &syn::Type) -> Option<&syn::Type> {
    let syn::Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "View")?;
    match &last.arguments {
        syn::PathArguments::AngleBracketed(of) => of.args.iter().find_map(|argument| match argument {
            syn::GenericArgument::Type(ty) => Some(ty),
            _ => None,
        }),
        _ => None,
    }
}

fn has_parameters(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|last| !last.arguments.is_none()),
        _ => false,
    }
}
