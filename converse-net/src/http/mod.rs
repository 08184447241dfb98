//! HTTP/1.1: envelopes at `/`, bare bodies at `/{Class}`, WebSocket at `/ws`, and health.

mod access;
mod body;
mod content;
mod cors;
mod credentials;
mod forwarded;
mod framing;
mod head;
mod media;
mod mount;
mod paced;
mod plain;
mod problem;
mod reply;
mod route;
mod serve;
mod service;
mod site;

pub use access::Access;
pub use content::{Body, BodyError};
pub use mount::Mounts;
pub(crate) use reply::refusal;
pub(crate) use serve::serve;
pub use service::HttpService;
pub(crate) use site::Site;
