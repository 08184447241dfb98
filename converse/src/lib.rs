//! **converse**: a message is a class. Declare it once, as a Rust struct with a `respond`, and converse
//! does the rest: the wire format, validation that reports every error, dispatch, and the server.
//!
//! ```standalone_crate
//! use converse::{App, message, respond};
//!
//! /// Somebody says hello.
//! #[message]
//! struct Hello {
//!     #[field(min_length = 1, max_length = 64)]
//!     name: String,
//! }
//!
//! #[message]
//! struct Greeting {
//!     text: String,
//! }
//!
//! #[respond]
//! impl Hello {
//!     fn respond(self) -> Greeting {
//!         Greeting::new(format!("hello, {}", self.name))
//!     }
//! }
//!
//! # converse::block_on(async {
//! let app = App::test().build()?;
//! let reply = app.handle(br#"{"Hello": {"name": "josh"}}"#).await;
//! assert_eq!(reply, br#"{"Greeting":{"text":"hello, josh"}}"#);
//! # Ok::<(), converse::StartError>(())
//! # }).unwrap();
//! ```
//!
//! The other end is a [`Client`]: of a server elsewhere by `Client::connect("ws://…").await?`, of this one in
//! memory. A [`call`](Client::call) is answered by what the caller asks for, or ends with a [`CallError`].
//!
//! ```standalone_crate
//! # use converse::{App, message, respond};
//! # #[message]
//! # struct Hello { #[field(min_length = 1)] name: String }
//! # #[message]
//! # #[derive(Debug)]
//! # struct Greeting { text: String }
//! # #[respond]
//! # impl Hello {
//! #     fn respond(self) -> Greeting { Greeting::new(format!("hello, {}", self.name)) }
//! # }
//! # converse::block_on(async {
//! let client = App::test().client().connect().await?;
//! let greeting: Greeting = client.call(Hello::new("josh")).await?;
//! assert_eq!(greeting.text, "hello, josh");
//!
//! let refused: Result<Greeting, _> = client.call(Hello::new("")).await;
//! assert_eq!(refused.unwrap_err().code(), "validation");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! Who sends a message is found out by an authenticator, such as [`BearerTokens`] or [`Sessions`]. With one, messages
//! are for those who are known, but for classes that are `public`; a handler asks for a [`Principal`].
//!
//! ```standalone_crate
//! use converse::{App, BearerTokens, Principal, message, respond};
//!
//! #[message]
//! struct WhoAmI {}
//!
//! #[message(allow = "admin")]
//! struct Reset {}
//!
//! #[message]
//! struct You { id: String }
//!
//! #[respond]
//! fn who_am_i(_: WhoAmI, principal: Principal) -> You { You::new(principal.id()) }
//!
//! #[respond]
//! fn reset(_: Reset) {}
//!
//! # converse::block_on(async {
//! let tokens = BearerTokens::new().with("a token that nobody guesses", Principal::new("josh")?);
//! let app = App::test().authenticate(tokens);
//! let client = app.client().token("a token that nobody guesses").connect().await?;
//! let you: You = client.call(WhoAmI::new()).await?;
//! assert_eq!(you.id, "josh");
//!
//! let refused: Result<(), _> = client.call(Reset::new()).await;
//! assert_eq!(refused.unwrap_err().code(), "forbidden");
//! let () = app.as_principal(Principal::new("ada")?.with_role("admin")).call(Reset::new()).await?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! What holds for many messages is written once, for what they are: whatever has a field (a [`protocol`]), derives from a
//! class (`#[message(extends(…))]`), was [registered](register!) with one, or is of a [`union`]. A hook runs
//! [`before`] or [`after`] the handlers of all of them, and reads each through a [`View`]; a rule
//! ([`init_subclass`]) is kept by all of them, or the program does not start. `docs/hooks.md` has the whole of it.
//!
//! ```standalone_crate
//! use converse::{App, Fault, Result, View, before, message, protocol, respond};
//!
//! /// Whatever belongs to a tenant.
//! #[protocol]
//! struct HasTenant { tenant_id: String }
//!
//! #[message]
//! #[derive(Debug)]
//! struct Order { tenant_id: String, item: String }
//!
//! #[before(HasTenant)]
//! fn is_ours(message: View<HasTenant>) -> Result<()> {
//!     if message.tenant_id == "acme" { Ok(()) } else { Err(Fault::new("another_tenant", "not yours").into()) }
//! }
//!
//! #[respond]
//! fn order(message: Order) -> Order { message }
//!
//! # converse::block_on(async {
//! let app = App::test();
//! let order: Order = app.call(Order::new("acme", "tea")).await?;
//! assert_eq!(order.item, "tea");
//! let refused: Result<Order, Fault> = app.call(Order::new("globex", "tea")).await;
//! assert_eq!(refused.unwrap_err().code, "another_tenant");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```
//!
//! A whole program ends with `fn main() -> std::process::ExitCode { converse::main() }`, which serves
//! every linked class over HTTP, WebSocket and TCP.

mod methods;

pub use converse_app::client::{Call, CallError, Client, ConnectError, Connector, PushStream, Pushed, Subscription};
pub use converse_app::{
    ApiKeys, App, BearerTokens, Config, ConfigError, Engine, LogFormat, MemoryClient, Serving, Session, Sessions,
    Shown, StartError, TestApp, TestPeer, TestSender, block_on, main, password,
};
pub use converse_dispatch::{
    Answered, Answers, Any, AnyMessage, Authenticate, BoxFuture, Bytes, Classes, Context, Credentials, Error, Fault,
    FaultKind, FromReply, Inject, IntoReply, InvalidPrincipal, Peer, Principal, PushError, Pushable, Result, Scope,
    Secret, State, States, Topic, Topics, Trace, View, from_format, to_format,
};
pub use converse_macros::{Fault, after, before, init_subclass, message, protocol, respond, table, union, value};
pub use converse_model::report::Issue;
pub use converse_model::{Problem, Problems, Registry, Terms, Value};
pub use converse_store::{
    Durability, Find, Journal, JournalEntry, Keeps, Keyed, RawSql, Recorded, Ref, Row, Rows, Store, StoreError, Table,
};
pub use converse_wire::{Cbor, Format, Json, MsgPack};

/// The program's allocator: memory that connections had is the system's again when they are gone.
#[cfg(all(feature = "jemalloc", not(target_env = "msvc")))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Other services below paths of this server, by `App::mount`, and this one inside another, by
/// `App::into_service`: over the types of the crate `http`, version 1.
#[cfg(feature = "http1")]
pub mod http {
    pub use converse_app::{Body, BodyError, HttpService};
}

/// What a [`Format`] of one's own is made of: `App::linked().format(Mine)` is the one line that adds it.
///
/// A format reads and writes the whole of a message, its envelope included. It hands the body to a
/// decoder as a [`Pull`](format::Pull), and takes a body from an encoder by a [`Push`](format::Push);
/// those of [`json`](format::json) can be used where only the envelope differs.
pub mod format {
    pub use converse_wire::{
        At, FORMATS, Head, Id, InPlace, Key, Kind, Limits, Mark, Misread, Names, Number, Opened, Pull, Push, ReadBody,
        Refused, Result, Unwritable, Why, WriteBody, cbor, counted, envelope, json, key, msgpack,
    };
}

/// Classes as objects: made, related, hooked and asked about while the program runs. A message's class is one too:
/// a [`Registry`] has it in its entry.
///
/// ```
/// use converse::model::{Class, Object, abc, is_subclass};
///
/// let audited = Class::define("Audited").base(abc()).abstract_method("actor").create()?;
/// let transfer = Class::define("Transfer")
///     .base(&audited)
///     .method("actor", |call| call.this()?.get("owner"))
///     .create()?;
/// assert!(is_subclass(&transfer, &audited)?);
///
/// let made = transfer.call(())?;
/// made.set("owner", "ada")?;
/// assert_eq!(made.invoke("actor", ())?, Object::from("ada"));
/// assert_eq!(
///     audited.call(()).unwrap_err().to_string(),
///     "Can't instantiate abstract class Audited with abstract method actor"
/// );
/// # Ok::<(), converse::model::Error>(())
/// ```
pub mod model {
    pub use converse_model::object::{
        Args, Builtin, Call, Class, ClassInfo, Descriptor, Error, ErrorKind, Function, Hook, Instance, Method,
        Namespace, Object, Operator, Property, Result, Statement, Super, Union, WeakClass, abc, abc_meta, conforms,
        is_instance, is_subclass, numbers, object, operate, protocol, protocol_members, protocol_meta,
        runtime_checkable, type_, update_abstract_members,
    };
    pub use converse_model::{
        ClassRef, Column, Constraint, Default, Entry, Field, Kind, Num, OnDelete, Pattern, PatternRef, Seq, Shape,
        Text, Transform, Type,
    };
}

/// What it takes for a type of one's own to be a field: a description, a way to be read, a way to be written.
///
/// ```
/// use converse::field::{Decode, Encode, Kinds, Pull, Push, Read, Type, Typed, Why};
/// use converse::message;
///
/// /// A grade, written as one letter.
/// #[derive(Debug, PartialEq)]
/// struct Grade(char);
///
/// impl Typed for Grade {
///     const TYPE: Type = Type::Char;
///     const KINDS: Kinds = Kinds::TEXT;
///     const LABEL: &'static str = "grade";
/// }
///
/// impl Decode for Grade {
///     fn decode<P: Pull + ?Sized>(pull: &mut P) -> Read<Grade> {
///         char::decode(pull).map(Grade)
///     }
/// }
///
/// impl Encode for Grade {
///     fn encode<P: Push + ?Sized>(&self, push: &mut P) {
///         self.0.encode(push);
///     }
/// }
///
/// #[message]
/// #[derive(Debug)]
/// struct Marked {
///     grade: Grade,
/// }
///
/// assert_eq!(Marked::from_json(r#"{"Marked":{"grade":"A"}}"#).unwrap().grade, Grade('A'));
/// let fault = Marked::from_json(r#"{"Marked":{"grade":"AA"}}"#).unwrap_err();
/// assert_eq!(fault.errors[0].rule, "string_too_long");
/// ```
///
/// Whatever the decoder refuses, its [`Type`](field::Type) must refuse too: it is what a report is made
/// from.
pub mod field {
    pub use converse_model::{Kinds, TextFormat, Type, Typed};
    pub use converse_wire::{Decode, Encode, MapKey, Pull, Push, Result as Read, Why, WriteKey};
}

/// Counts classes among the subclasses of an abstract one, though they do not derive from it:
/// `converse::register!(Audited: Order, Refund);`, in any crate. They have the hooks that are for it.
#[macro_export]
macro_rules! register {
    ($base:ty: $($class:ty),+ $(,)?) => {
        const _: () = {
            use $crate::__private as __P;
            $(
                __P::inventory::submit! {
                    __P::Registration {
                        class: __P::Base::of::<$class>(),
                        base: __P::Base::of::<$base>(),
                        origin: __P::Origin { module: module_path!(), file: file!(), line: line!() },
                    }
                }
            )+
        };
    };
}

/// Has the compiler see to it that a class has the fields of a protocol: `converse::assert_conforms!(Order: HasTenant);`.
///
/// ```compile_fail
/// #[converse::protocol]
/// struct HasTenant {
///     tenant_id: String,
/// }
///
/// #[converse::message]
/// struct Ping {
///     text: String,
/// }
///
/// // error: `Ping` is to conform to `HasTenant`, and lacks its field `tenant_id`: add it
/// converse::assert_conforms!(Ping: HasTenant);
/// ```
#[macro_export]
macro_rules! assert_conforms {
    ($class:ty: $protocol:ty) => {
        const _: () = $crate::__private::assert_extends(
            <$class as $crate::__private::Classed>::SHAPE,
            &$crate::__private::Base::of::<$protocol>(),
            "is to conform to",
        );
    };
}

/// What the macros' expansions name. Not for use by hand: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::__class_methods as class_methods;

    pub use std::any::TypeId;
    pub use std::borrow::Cow;
    pub use std::boxed::Box;
    pub use std::convert::{From, Into};
    pub use std::default::Default as DefaultValue;
    pub use std::error::Error as StdError;
    pub use std::fmt;
    pub use std::marker::{PhantomData, Send};
    pub use std::option::Option::{self, None, Some};
    pub use std::primitive::{bool, usize};
    pub use std::result::Result::{self, Err, Ok};
    pub use std::string::{String, ToString};
    pub use std::vec::Vec;

    pub use converse_dispatch::{
        AfterArgument, Answerable, Argument, BeforeArgument, BesideTag, Blocking, Done, Draft, Error, Fault,
        FaultSource, FieldType, FromReply, Handler, Hook, HookRun, Incoming, Inject, IntoEnd, IntoFault, IntoReply,
        Later, Missing, OfViewed, Outcome, Outgoing, PushError, Pushable, Responder, Scope, States, Viewed, When,
        check_field, check_whole, fill, from_format, from_json, inventory, kinds, placed, record, tag_once, to_format,
        to_json, to_value, unique_items, validate, viewed_as,
    };
    pub use converse_model::{
        Base, Choice, ClassRef, Classed, Column, Constraint, Default, Definition, Field, Journal, KeyType, Keyword,
        Kind, Kinds, Lineage, Linked, Message, Name, Num, OnDelete, Origin, Pattern, PatternRef, Payload, Registration,
        Role, Rule, Seq, Shape, Stored, Tagging, Text, TextFormat, Transform, Type, Typed, Variant, assert_disjoint,
        assert_extends, assert_taggable, constraint,
    };
    pub use converse_store::{Keyed, Row, TableColumn, may_refer_to_none, record as record_in_journal, refers};
    pub use converse_wire::{
        Decode, Encode, Format, Head, Key, Kind as WireKind, MapKey, Names, Pull, Push, Result as Read, Why, WriteKey,
    };
}

/// The programs of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// And those of the page about hooks.
#[cfg(doctest)]
#[doc = include_str!("../../docs/hooks.md")]
struct Hooks;

/// And those of the page about live classes.
#[cfg(doctest)]
#[doc = include_str!("../../docs/live-classes.md")]
struct LiveClasses;
