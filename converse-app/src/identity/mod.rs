//! Ways to know who sends a message: tokens, keys and sessions.

mod mac;
mod sessions;
mod tokens;

pub use sessions::{Session, Sessions};
pub use tokens::{ApiKey, ApiKeys, Bearer, BearerTokens, Shown, Tokens};
