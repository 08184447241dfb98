//! Named fields: of a class, or of a variant.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{LitStr, Type};

use super::key;
use crate::ast::{Class, Default, Field};
use crate::expand::at;
use crate::expand::class::{generics, this};
use crate::expand::methods::value_of;
use crate::expand::shape::argument;

/// Whose fields they are: several records of one enum share a block, and each has its own statics.
pub(crate) struct Scope<'c> {
    prefix: String,
    params: &'c [Ident],
}

impl Scope<'_> {
    pub(crate) fn of_class(class: &Class) -> Scope<'_> {
        Scope { prefix: String::new(), params: &class.params }
    }

    pub(crate) fn of_variant(class: &Class, index: usize) -> Scope<'_> {
        Scope { prefix: format!("{index}_"), params: &class.params }
    }

    /// The local variable that holds a field while it is read.
    pub(crate) fn local(&self, index: usize, field: &Field) -> Ident {
        format_ident!("field_{}{}", self.prefix, index, span = at(&field.ty))
    }

    /// The function that makes a field's default or example.
    fn maker_name(&self, what: &str, index: usize) -> Ident {
        format_ident!("__{}_{}{}", what, self.prefix, index)
    }

    /// The same, as it is called.
    pub(crate) fn maker(&self, what: &str, index: usize) -> TokenStream {
        let (name, params) = (self.maker_name(what, index), self.params);
        if params.is_empty() { quote!(#name) } else { quote!(#name::<#(#params),*>) }
    }

    /// The static that holds a field's pattern.
    pub(crate) fn pattern(&self, index: usize) -> Ident {
        format_ident!("__PATTERN_{}{}", self.prefix, index)
    }

    fn draft_name(&self) -> Ident {
        format_ident!("__Draft{}", self.prefix.trim_end_matches('_'))
    }

    /// The type in which the record is read.
    pub(crate) fn draft(&self) -> TokenStream {
        let (name, params) = (self.draft_name(), self.params);
        if params.is_empty() { quote!(#name) } else { quote!(#name::<#(#params),*>) }
    }
}

/// The draft of a record of these fields, which makes `made` from their locals. A tag among the members is
/// read past.
pub(super) fn draft(
    class: &Class,
    scope: &Scope<'_>,
    fields: &[Field],
    closed: bool,
    made: &TokenStream,
    tag: Option<&LitStr>,
) -> TokenStream {
    let (generics, this, params) = (generics(class), this(class), &class.params);
    let (draft, draft_of) = (scope.draft_name(), scope.draft());
    let names = fields.iter().map(|field| &field.name).chain(tag);
    let aliases = fields
        .iter()
        .enumerate()
        .flat_map(|(index, field)| field.aliases.iter().map(move |alias| quote!((#alias, #index))));
    let locals: Vec<Ident> = fields.iter().enumerate().map(|(index, field)| scope.local(index, field)).collect();
    let types = fields.iter().map(|field| {
        let ty = &field.ty;
        quote_spanned!(at(ty)=> #ty)
    });
    // A variant need not hold every parameter.
    let (of_type, of) = if params.is_empty() {
        (TokenStream::new(), TokenStream::new())
    } else {
        (quote!(of: __P::PhantomData<(#(#params,)*)>), quote!(of: __P::PhantomData))
    };
    let index = 0..fields.len();
    let puts = fields.iter().zip(&locals).map(|(field, local)| {
        let ty = &field.ty;
        let put = format_ident!("{}", if field.coerce { "put_coerced" } else { "put" });
        quote_spanned!(at(ty)=> <#ty as __P::FieldType>::#put(&mut self.#local, pull))
    });
    let tag_arm = tag.map(|_| {
        let index = fields.len();
        quote!(#index => pull.skip(),)
    });
    let whole = fields.iter().enumerate().zip(&locals).map(|((index, field), local)| whole(scope, index, field, local));
    let patterns = patterns(scope, fields);
    let makers = makers(class, scope, fields);
    let access = |index: usize, field: &Field| {
        let local = scope.local(index, field);
        quote!(&#local)
    };
    let checks = checks(scope, fields, &access);
    let made = if checks.is_empty() {
        quote! {
            __P::fill(place, #made);
            __P::Some(())
        }
    } else {
        quote! {
            if #(#checks)&&* {
                __P::fill(place, #made);
                __P::Some(())
            } else {
                __P::None
            }
        }
    };
    quote! {
        #makers
        #patterns
        struct #draft<#(#params),*> {
            #(#locals: __P::Option<#types>,)*
            #of_type
        }
        impl #generics __P::Draft for #draft_of {
            type Made = #this;
            const NAMES: &'static __P::Names =
                &__P::Names { own: &[#(#names),*], aliases: &[#(#aliases),*], closed: #closed };
            const EMPTY: Self = #draft { #(#locals: __P::None,)* #of };
            fn put<__R: __P::Pull + ?Sized>(&mut self, index: usize, pull: &mut __R) -> __P::Read<()> {
                match index {
                    #(#index => #puts,)*
                    #tag_arm
                    _ => __P::Err(pull.refuse(__P::Why::Unfit)),
                }
            }
            fn make(self, place: &mut __P::Option<#this>) -> __P::Option<()> {
                #(#whole)*
                #made
            }
        }
    }
}

/// A field's value: its text as it is kept, or what stands for the field.
fn whole(scope: &Scope<'_>, index: usize, field: &Field, local: &Ident) -> TokenStream {
    let ty = &field.ty;
    let came = if field.transforms.is_empty() {
        quote!(self.#local)
    } else {
        let transforms = transforms(field);
        quote_spanned! {at(ty)=>
            self.#local.map(|mut value| {
                #(<#ty as __P::constraint::TransformText>::transform(&mut value, #transforms);)*
                value
            })
        }
    };
    match &field.default {
        Default::None => quote_spanned!(at(ty)=> let #local = <#ty as __P::FieldType>::or_absent(#came)?;),
        _ => {
            let maker = scope.maker("default", index);
            quote!(let #local = #came.unwrap_or_else(#maker);)
        }
    }
}

/// What is done to a field's text.
pub(crate) fn transforms(field: &Field) -> Vec<TokenStream> {
    let name = |word: &Ident| match word.to_string().as_str() {
        "trim" => quote!(__P::Transform::Trim),
        "lowercase" => quote!(__P::Transform::Lowercase),
        _ => quote!(__P::Transform::Uppercase),
    };
    field.transforms.iter().map(name).collect()
}

/// The checks of the fields' own constraints; `access` gives a reference to a field.
pub(crate) fn checks(
    scope: &Scope<'_>,
    fields: &[Field],
    access: &impl Fn(usize, &Field) -> TokenStream,
) -> Vec<TokenStream> {
    let mut checks = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let (value, ty) = (access(index, field), &field.ty);
        for constraint in &field.constraints {
            let word = &constraint.word;
            let given = &constraint.argument;
            checks.push(match word.to_string().as_str() {
                "pattern" => {
                    let pattern = scope.pattern(index);
                    quote_spanned!(at(ty)=> __P::constraint::matches::<#ty>(#value, &#pattern))
                }
                // What is not there has nothing to be checked.
                "validate" => quote_spanned!(at(given)=>
                    (<#ty as __P::FieldType>::left_out(#value) || #given(#value).is_ok())
                ),
                "unique_items" => quote_spanned!(at(ty)=> __P::unique_items::<#ty>(#value)),
                "email" => quote_spanned!(at(ty)=> __P::constraint::email::<#ty>(#value)),
                "url" => quote_spanned!(at(ty)=> __P::constraint::url::<#ty>(#value)),
                _ => {
                    let check = Ident::new(&word.to_string(), at(ty));
                    let argument = argument(constraint);
                    quote_spanned!(at(ty)=> __P::constraint::#check::<#ty>(#value, #argument))
                }
            });
        }
    }
    checks
}

fn patterns(scope: &Scope<'_>, fields: &[Field]) -> TokenStream {
    let patterns = fields.iter().enumerate().flat_map(|(index, field)| {
        let given = field.constraints.iter().filter(|constraint| constraint.word == "pattern");
        given.map(move |constraint| {
            let (pattern, text) = (scope.pattern(index), &constraint.argument);
            quote_spanned! {at(text)=>
                static #pattern: __P::Pattern = __P::Pattern::new(#text);
                const _: () = __P::constraint::assert_portable(#text);
            }
        })
    });
    quote!(#(#patterns)*)
}

/// The functions that make the defaults and examples: each is written once, so that a mistake in one is
/// reported once.
fn makers(class: &Class, scope: &Scope<'_>, fields: &[Field]) -> TokenStream {
    let generics = generics(class);
    let generics = &generics;
    let makers = fields.iter().enumerate().flat_map(|(index, field)| {
        field.given().map(move |(_, maker, given)| {
            let (maker, ty, value) = (scope.maker_name(&maker, index), &field.ty, value_of(field, given));
            quote_spanned!(at(ty)=> fn #maker #generics() -> #ty { #value })
        })
    });
    quote!(#(#makers)*)
}

/// What it takes to write the fields: a line that asks for nulls, the count of members, and the members.
/// `access` gives a reference to a field; `inside` says that a member stands before them.
pub(super) fn writes(
    fields: &[Field],
    access: &impl Fn(&Field) -> TokenStream,
    inside: bool,
) -> (TokenStream, TokenStream, TokenStream) {
    let always = fields.iter().filter(|field| is_always_written(field)).count();
    let counted = fields.iter().filter(|field| !is_always_written(field)).map(|field| {
        let (value, ty) = (access(field), &field.ty);
        quote_spanned!(at(ty)=> + __P::usize::from(nulls || !<#ty as __P::FieldType>::left_out(#value)))
    });
    let count = quote!(#always #(#counted)*);
    // Once a field is always written, those behind it are known not to be first.
    let certain = fields.iter().position(is_always_written).unwrap_or(fields.len());
    let members = fields.iter().enumerate().map(|(index, field)| {
        let (value, ty, key) = (access(field), &field.ty, key(&field.name));
        let member = match index {
            _ if inside || index > certain => quote!(next_member),
            0 => quote!(first_member),
            _ => quote!(member),
        };
        let write = quote_spanned! {at(ty)=>
            push.#member(#key);
            <#ty as __P::FieldType>::write(#value, push);
        };
        if is_always_written(field) {
            write
        } else {
            quote_spanned!(at(ty)=> if nulls || !<#ty as __P::FieldType>::left_out(#value) { #write })
        }
    });
    let members = quote!(#(#members)*);
    let nulls = if always == fields.len() { TokenStream::new() } else { quote!(let nulls = push.nulls();) };
    (nulls, count, members)
}

/// Whether the field is never left out: its type is always there, or something else than nothing would
/// stand for it when it is read again.
fn is_always_written(field: &Field) -> bool {
    !matches!(field.default, Default::None) || is_always_there(&field.ty)
}

/// Whether the type is known, as it is spelled, to be never left out.
fn is_always_there(ty: &Type) -> bool {
    const KNOWN: [&str; 15] =
        ["bool", "String", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize", "f32", "f64", "Vec"];
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|last| KNOWN.iter().any(|known| last.ident == known)),
        _ => false,
    }
}
