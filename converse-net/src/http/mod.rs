//! HTTP/1.1: envelopes at `/`, bare bodies at `/{Class}`, WebSocket at `/ws`, and health.

mod body;
mod framing;
mod media;
mod paced;
mod problem;
mod reply;
mod route;
mod serve;
mod site;

pub(crate) use reply::refusal;
pub(crate) use serve::serve;
pub(crate) use site::Site;
