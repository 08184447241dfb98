//! The macros of converse: a small compiler from declarations to data.
//!
//! Each macro runs the same phases: the item is read (`ast`, with its attributes in `attr`), checked
//! (`valid`, every mistake at once, each at the user's own token), and expanded (`expand`). What is
//! emitted is data and one straight-line decoder and encoder; all logic is ordinary Rust behind
//! `converse::__private`.

mod ast;
mod attr;
mod expand;
mod valid;

use proc_macro::TokenStream;
use syn::parse_macro_input;

/// Makes a struct a message: a class that can be sent.
///
/// Arguments: `public`, `name = "…"` (the name on the wire), `unknown_fields = "refuse"`.
/// Fields take `#[field(…)]`: `rename`, `alias`, `default`, `min_length`, `max_length`, `pattern`,
/// `ge`, `gt`, `le`, `lt`, `min_items`, `max_items`.
#[proc_macro_attribute]
pub fn message(args: TokenStream, item: TokenStream) -> TokenStream {
    class(ast::Role::Message, args, item)
}

/// Makes a struct, or an enum of names, a value: a class that stands inside messages.
///
/// Takes the arguments of `#[message]` but `public`.
#[proc_macro_attribute]
pub fn value(args: TokenStream, item: TokenStream) -> TokenStream {
    class(ast::Role::Value, args, item)
}

/// Makes an enum a choice of messages: `enum Reply { Welcome(Welcome), Denied(Denied) }`.
///
/// As a reply it is the message it holds; as a field, `{"Welcome": {…}}`.
#[proc_macro_attribute]
pub fn union(args: TokenStream, item: TokenStream) -> TokenStream {
    class(ast::Role::Union, args, item)
}

fn class(role: ast::Role, args: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::Item);
    let expanded = ast::Class::read(role, args.into(), &item).and_then(|class| {
        valid::check(&class)?;
        Ok(expand::class(&class))
    });
    finish(expanded, || ast::without_helpers(&item))
}

/// Makes a function the handler of a message: above `impl SignIn { async fn respond(self, …) }`, or
/// above a free function whose first argument is the message.
///
/// `#[respond(blocking)]` runs it on the pool for blocking work.
#[proc_macro_attribute]
pub fn respond(args: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::Item);
    let expanded = ast::Respond::read(args.into(), &item).map(|respond| expand::respond(&respond));
    finish(expanded, || quote::ToTokens::to_token_stream(&item))
}

/// Makes an error type one for clients: `#[fault(code = "taken", status = 409, message = "{name} is
/// taken")]` on the struct, or on each variant of the enum.
#[proc_macro_derive(Fault, attributes(fault))]
pub fn fault(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::DeriveInput);
    let expanded = ast::FaultType::read(&item).map(|fault| expand::fault(&fault));
    finish(expanded, proc_macro2::TokenStream::new)
}

/// The expansion; or the errors, beside the item itself, so that its name is not missed elsewhere too.
fn finish(
    expanded: syn::Result<proc_macro2::TokenStream>,
    item: impl FnOnce() -> proc_macro2::TokenStream,
) -> TokenStream {
    match expanded {
        Ok(tokens) => tokens.into(),
        Err(errors) => {
            let mut tokens = errors.to_compile_error();
            tokens.extend(item());
            tokens.into()
        }
    }
}
