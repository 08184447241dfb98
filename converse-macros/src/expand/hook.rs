//! The expansion of `#[before]`, `#[after]` and `#[init_subclass]`: the function as it is, and its description.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::{at, origin};
use crate::ast::{Hook, Rule, When};

pub(crate) fn hook(hook: &Hook) -> TokenStream {
    let Hook { of, item, name, view, arguments, .. } = hook;
    let origin = origin();
    let (when, argument) = match hook.when {
        When::Before => (quote!(__P::When::Before), quote!(BeforeArgument)),
        When::After => (quote!(__P::When::After), quote!(AfterArgument)),
    };
    let locals: Vec<Ident> = (0..arguments.len()).map(|index| format_ident!("__argument_{}", index)).collect();
    let injected = arguments
        .iter()
        .zip(&locals)
        .map(|(ty, local)| quote_spanned!(at(ty)=> let #local = <#ty as __P::#argument>::take(__scope)?;));
    let missing = arguments.iter().map(|ty| quote_spanned!(at(ty)=> <#ty as __P::#argument>::missing));
    let order = hook.order.clone().unwrap_or_else(|| quote!(0));
    // Before the handler nothing has come of the message.
    let told = arguments.iter().zip(&locals).filter(|_| hook.when == When::After).map(
        |(ty, local)| quote_spanned!(at(ty)=> let #local = <#ty as __P::AfterArgument>::answered(#local, &__answered);),
    );
    let called = quote_spanned!(at(name)=> #name(__view, #(#locals),*));
    let viewed = quote_spanned!(at(view)=> let __view = <#view as __P::OfViewed>::of_viewed(__message)?;);
    let target = quote_spanned! {at(of)=>
        of: __P::Base::hooked::<#of>(),
        shape: <#of as __P::Classed>::SHAPE,
    };
    let reads = quote_spanned!(at(view)=> <#view as __P::OfViewed>::READS);
    let end = if hook.is_async { quote!(__P::IntoEnd::end(#called.await)) } else { quote!(__P::IntoEnd::end(#called)) };
    let future = quote_spanned!(at(name)=> __P::Box::pin(async move { #end }));
    quote! {
        // A hook owns what it is given.
        #[allow(clippy::needless_pass_by_value, clippy::unused_async)]
        #item
        const _: () = {
            use ::converse::__private as __P;

            fn __run(__message: &__P::Viewed, __scope: &__P::Scope<'_>) -> __P::Result<__P::HookRun, __P::Error> {
                let _ = __scope;
                #viewed
                #(#injected)*
                __P::Ok(__P::Box::new(move |__answered| {
                    let _ = &__answered;
                    #(#told)*
                    #future
                }))
            }

            __P::inventory::submit! {
                __P::Hook {
                    when: #when,
                    #target
                    reads: #reads,
                    order: #order,
                    path: ::core::concat!(::core::module_path!(), "::", ::core::stringify!(#name)),
                    origin: #origin,
                    run: __run,
                    missing: &[#(#missing),*],
                }
            }
        };
    }
}

pub(crate) fn rule(rule: &Rule) -> TokenStream {
    let Rule { of, item, name } = rule;
    let origin = origin();
    let of = match of {
        None => quote!(__P::None),
        Some(path) => quote_spanned!(at(path)=> __P::Some(__P::Base::of::<#path>())),
    };
    let check = quote_spanned!(at(name)=> #name);
    quote! {
        #item
        const _: () = {
            use ::converse::__private as __P;

            __P::inventory::submit! {
                __P::Rule { of: #of, name: ::core::stringify!(#name), origin: #origin, check: #check }
            }
        };
    }
}
