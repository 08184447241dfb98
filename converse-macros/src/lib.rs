//! The macros of converse: a small compiler from declarations to data.
//!
//! Each macro runs the same phases: the item is read (`ast`, with its attributes in `attr`), checked
//! (`valid`, every mistake at once, each at the user's own token), and expanded (`expand`). What is
//! emitted is data and one straight-line decoder and encoder; all logic is ordinary Rust behind
//! `converse::__private`.

mod ast;
mod attr;
mod case;
mod expand;
mod valid;

use proc_macro::TokenStream;
use syn::parse_macro_input;

/// Makes a struct a message: a class that can be sent.
///
/// Arguments:
///
/// - `name = "…"`: the name on the wire, if it is not the struct's;
/// - `public`: may be sent by someone who is not signed in;
/// - `allow = "role"`, `allow = ["a", "b"]`: only by a principal that has the role, or one of them;
/// - `unknown_fields = "refuse"`: a member that is no field refuses the message; else it is ignored;
/// - `rename_all = "camelCase"`: the names of all fields on the wire, in one of serde's cases;
/// - `coerce`: every field takes values in other forms, as pydantic's lax mode does: `"1"` for 1;
/// - `validate = path`: a function `fn(&Self) -> Result<(), impl Display>` over the whole message;
/// - `abstract`: it is never sent, and is there to be derived from;
/// - `extends(Base, Other, kwargs(word = "…"))`: the messages and protocols that it derives from, whose fields it restates;
///   their handlers and hooks are for it too. Keyword arguments are for the rules of its bases;
/// - `metaclass = path`: a `fn() -> converse::model::Class` that gives the class which makes it;
/// - `table`: its values are also rows of a table, as `#[table]` has it, which may be `renamed_from = "…"`;
/// - `journal`: every message that takes effect is kept; `journal = "omit"` or `"plain"` where a field is secret.
///
/// Fields take `#[field(…)]`:
///
/// - names: `rename = "…"`, and `alias = "…"` as often as needed;
/// - what stands for an absent one: `default` (the type's own), `default = …` (any expression);
/// - for readers of the documents: `example = …` as often as needed, `deprecated`;
/// - texts: `min_length`, `max_length` (code points), `pattern = r"…"`, `email`, `url`; and before these are looked
///   at `trim`, `lowercase`, `uppercase`;
/// - numbers: `ge`, `gt`, `le`, `lt`, `multiple_of`;
/// - lists and maps: `min_items`, `max_items`, `unique_items`;
/// - `validate = path`: a function `fn(&T) -> Result<(), impl Display>`; `message = "…"`: what is told instead of a
///   rule's own sentence; `coerce` for this field alone.
#[proc_macro_attribute]
pub fn message(args: TokenStream, item: TokenStream) -> TokenStream {
    class(ast::Role::Message, args, item)
}

/// Makes a struct, or an enum of names, a value: a class that stands inside messages.
///
/// Takes the arguments of `#[message]` but `public`. An enum whose variants hold values is written in one of serde's
/// four ways: `{"Circle": {…}}`, or with `tag = "type"`, `tag = "type", content = "value"`, or `untagged`; a variant is
/// called something else with `#[field(rename = "…")]`.
#[proc_macro_attribute]
pub fn value(args: TokenStream, item: TokenStream) -> TokenStream {
    class(ast::Role::Value, args, item)
}

/// Makes a struct a table: each value is a row, and each field a column. Its values are kept, and never sent.
///
/// Takes `name`, `rename_all` and `validate` as `#[message]` does, and `renamed_from = "…"`, the name that the class
/// had before. `#[message(table)]` is both. Fields take what those of a message take, and:
///
/// - `primary_key`: by this a row is found; on several fields, all of them together;
/// - `auto`, beside it: the store makes it for a new row, whose own is 0, nil or empty: the next number for an integer,
///   a UUID of version 7 (RFC 9562) for a UUID or a text;
/// - `unique`: no two rows have the same; `index`: rows are often looked for by it;
/// - `version`: counts the changes of the row; who changes a row that others changed meanwhile is refused;
/// - `renamed_from = "…"`: the name that the field had before.
#[proc_macro_attribute]
pub fn table(args: TokenStream, item: TokenStream) -> TokenStream {
    class(ast::Role::Table, args, item)
}

/// Makes an enum a choice of messages: `enum Reply { Welcome(Welcome), Denied(Denied) }`.
///
/// As a reply it is the message it holds; as a field, `{"Welcome": {…}}`.
#[proc_macro_attribute]
pub fn union(args: TokenStream, item: TokenStream) -> TokenStream {
    class(ast::Role::Union, args, item)
}

/// Makes a struct a protocol: the fields that another class must have, whatever it derives from.
///
/// A protocol is never sent; it says for which messages a hook is (`#[before(HasTenant)]`), and as what a hook or a
/// handler reads them (`View<HasTenant>`). A field with a default, or an optional one, need not be there.
///
/// Arguments: `extends(OtherProtocol)`, `name`, `rename_all`, and `runtime_checkable`: it may be asked about objects.
#[proc_macro_attribute]
pub fn protocol(args: TokenStream, item: TokenStream) -> TokenStream {
    class(ast::Role::Protocol, args, item)
}

/// Runs a function before the handler of every message that is one of a class, an abstract class, a protocol or a
/// union: `#[before(HasTenant)] fn scope(message: View<HasTenant>, who: Principal) -> Result<()>`.
///
/// An error is the reply, and the handler is not called. A hook for a kind that holds all of another runs before that one's;
/// where neither does, by `order` (`#[before(HasTenant, order = -1)]`, 0 by default), then by path. Arguments are those of
/// a handler. `docs/hooks.md` says what happens when.
#[proc_macro_attribute]
pub fn before(args: TokenStream, item: TokenStream) -> TokenStream {
    hook(ast::When::Before, args, item)
}

/// Runs a function after the handler, or after the hook that refused the message, in the reverse of the order of
/// `#[before]`. It may ask for `Answered`: what came of the message. Its own error is logged; the reply stands.
#[proc_macro_attribute]
pub fn after(args: TokenStream, item: TokenStream) -> TokenStream {
    hook(ast::When::After, args, item)
}

fn hook(when: ast::When, args: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::Item);
    match ast::Hook::read(when, args.into(), &item) {
        Ok(hook) => expand::hook(&hook).into(),
        Err(errors) => failed(&errors, quote::ToTokens::to_token_stream(&item)),
    }
}

/// Makes a function a rule of the house: it is run when the program starts, for every class that derives from a base
/// (`#[init_subclass(Command)]`), or for every class (`#[init_subclass]`).
///
/// The function is a `fn(&Class, &Namespace) -> Result<(), Problem>` over the class and the keyword arguments of its
/// `extends(…, kwargs(…))`; a problem says what is wrong and what to do, and the program does not start.
#[proc_macro_attribute]
pub fn init_subclass(args: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::Item);
    match ast::Rule::read(args.into(), &item) {
        Ok(rule) => expand::rule(&rule).into(),
        Err(errors) => failed(&errors, quote::ToTokens::to_token_stream(&item)),
    }
}

fn class(role: ast::Role, args: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::Item);
    let (class, mut errors) = ast::Class::read(role, args.into(), &item);
    let Some(mut class) = class else { return failed(&errors, ast::without_helpers(&item)) };
    valid::check(&class, &mut errors);
    if errors.is_empty() {
        return expand::class(&class).into();
    }
    // Expanded all the same, so that what is right about the class is not reported as missing elsewhere.
    class.forget_rules();
    failed(&errors, expand::class(&class))
}

/// Makes a function the handler of a message: above `impl SignIn { async fn respond(self, …) }`, or
/// above a free function whose first argument is the message.
///
/// `#[respond(blocking)]` runs it on the pool for blocking work.
#[proc_macro_attribute]
pub fn respond(args: TokenStream, item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::Item);
    match ast::Respond::read(args.into(), &item) {
        Ok(respond) => expand::respond(&respond).into(),
        Err(errors) => failed(&errors, quote::ToTokens::to_token_stream(&item)),
    }
}

/// Makes an error type one for clients: `#[fault(code = "taken", status = 409, message = "{name} is
/// taken")]` on the struct, or on each variant of the enum.
#[proc_macro_derive(Fault, attributes(fault))]
pub fn fault(item: TokenStream) -> TokenStream {
    let item = parse_macro_input!(item as syn::DeriveInput);
    match ast::FaultType::read(&item) {
        Ok(fault) => expand::fault(&fault).into(),
        Err(errors) => failed(&errors, proc_macro2::TokenStream::new()),
    }
}

/// The errors, beside what is left of the item.
fn failed(errors: &ast::Errors, rest: proc_macro2::TokenStream) -> TokenStream {
    let mut tokens = errors.to_compile_error();
    tokens.extend(rest);
    tokens.into()
}
