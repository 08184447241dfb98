//! HTTP/1.1: envelopes at `/`, bare bodies at `/{Class}`, WebSocket at `/ws`, and health.

mod access;
mod body;
mod cors;
mod credentials;
mod forwarded;
mod framing;
mod media;
mod paced;
mod problem;
mod reply;
mod route;
mod serve;
mod site;

pub use access::Access;
pub(crate) use reply::refusal;
pub(crate) use serve::serve;
pub(crate) use site::Site;
