//! From an envelope to its class, the class's handler, and the reply.
//!
//! Data flows one way, and [`Dispatch::handle`] tells the whole of it on one screen: bytes are read
//! as an envelope, the class is looked up, the message decoded, its handler called, the reply
//! encoded. This crate knows no socket and no executor: time and threads come from a [`Runtime`].

mod any_message;
mod authenticate;
mod bytes;
mod came;
mod context;
mod decode;
mod desk;
mod dispatch;
mod encode;
mod error;
mod explain;
mod exposition;
mod fault;
mod flow;
mod formats;
mod generality;
mod generated;
mod guard;
mod guesses;
mod handler;
mod home;
mod hook;
mod identity;
mod incoming;
mod inject;
mod json;
mod keeper;
mod later;
mod letter;
mod linked;
mod live;
mod load;
mod mailbox;
mod meant;
pub mod oneshot;
mod outcome;
mod peer;
mod plain;
mod principal;
mod push_error;
mod pushable;
mod rate;
mod reply;
mod room;
mod runtime;
mod secret;
mod span;
mod tally;
mod topic;
mod trace;
mod traffic;
mod unit;
mod value;
mod view;

pub use any_message::AnyMessage;
pub use authenticate::{Authenticate, Credentials};
pub use bytes::Bytes;
pub use context::Context;
pub use desk::{Look, at_work};
pub use dispatch::{Dispatch, Settings, Wording};
pub use encode::Errors;
pub use error::{Error, FaultSource, IntoFault, Result};
pub use exposition::{Exposition, Family, Kind};
pub use fault::{Fault, FaultKind};
pub use flow::{Flow, LaterReply, Name, Sent};
pub use formats::{Exchange, Formats, SharedFormat};
pub use generated::{
    Answerable, Argument, BesideTag, Draft, FieldType, check_field, check_whole, fill, kinds, placed, record, tag_once,
    unique_items, viewed_as,
};
pub use handler::{Handler, Responder};
pub use home::Home;
pub use hook::{AfterArgument, Answered, BeforeArgument, Hook, HookRun, IntoEnd, When};
pub use incoming::{FromReply, Incoming};
pub use inject::{Inject, Missing, Scope, State, States};
pub use json::Any;
pub use keeper::{Claim, Claimed, Keeper};
pub use letter::Letter;
pub use linked::{handlers, linked};
pub use live::{Answers, Classes};
pub use load::{Budget, Load, Share, Shed};
pub use mailbox::Mailbox;
pub use outcome::{Blocking, Done, Later, Outcome, Settled, Settling};
pub use peer::Peer;
pub use plain::{from_format, from_json, to_envelope, to_format, to_json, validate};
pub use principal::{InvalidPrincipal, Principal};
pub use push_error::PushError;
pub use pushable::Pushable;
pub use rate::Rate;
pub use reply::{IntoReply, Outgoing};
pub use runtime::{BoxFuture, Busy, Runtime};
pub use secret::Secret;
pub use span::{Record, Recorded};
pub use tally::{Faults, Tally, Times};
pub use topic::{Topic, Topics};
pub use trace::{InvalidTrace, Trace};
pub use traffic::{Open, Traffic};
pub use unit::Unit;
pub use value::{from_value, to_value, value_from_json, value_to_json, write_value};
pub use view::{OfViewed, View, Viewed};

pub use inventory;
