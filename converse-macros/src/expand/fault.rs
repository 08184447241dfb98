//! The expansion of `#[derive(Fault)]`: what the error says, and what a client is told.

use proc_macro2::TokenStream;
use quote::quote;

use crate::ast::{FaultCase, FaultType};

pub(crate) fn fault(fault: &FaultType) -> TokenStream {
    let ident = &fault.ident;
    let displays = fault.cases.iter().map(|case| {
        let pattern = pattern(case);
        let message = match &case.message {
            Some(message) => quote!(#message),
            None => {
                let code = &case.code;
                quote!(#code)
            }
        };
        quote! {
            // A message need not name every field.
            #[allow(unused_variables)]
            #pattern => ::core::write!(f, #message),
        }
    });
    let faults = fault.cases.iter().map(|case| {
        let pattern = match &case.variant {
            Some(variant) => quote!(Self::#variant { .. }),
            None => quote!(Self { .. }),
        };
        let code = &case.code;
        let status = case.status.as_ref().map(|status| quote!(fault = fault.with_status(#status);));
        let retryable = case.retryable.then(|| quote!(fault.retryable = true;));
        quote! {
            #pattern => {
                // A fault need not change what `new` made.
                #[allow(unused_mut)]
                let mut fault = __P::Fault::new(#code, __P::ToString::to_string(self));
                #status
                #retryable
                fault
            }
        }
    });
    quote! {
        const _: () = {
            use ::converse::__private as __P;

            impl __P::fmt::Display for #ident {
                fn fmt(&self, f: &mut __P::fmt::Formatter<'_>) -> __P::fmt::Result {
                    match self { #(#displays)* }
                }
            }
            impl __P::StdError for #ident {}
            impl __P::IntoFault for #ident {
                fn fault(&self) -> __P::Fault {
                    match self { #(#faults)* }
                }
            }
            __P::inventory::submit! { __P::FaultSource::of::<#ident>() }
        };
    }
}

/// The case with its named fields bound, for its message to use.
fn pattern(case: &FaultCase) -> TokenStream {
    let path = match &case.variant {
        Some(variant) => quote!(Self::#variant),
        None => quote!(Self),
    };
    match &case.fields {
        Some(fields) => quote!(#path { #(#fields),* }),
        None => quote!(#path { .. }),
    }
}
