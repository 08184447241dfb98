//! The wiring of a converse program: configuration, the application, its test kit, and drain.

mod app;
mod block_on;
mod config;
mod engine;
mod identity;
mod log;
mod main_fn;
pub mod password;
mod sample;
mod serving;
mod start_error;
mod test_app;

pub use app::App;
pub use block_on::block_on;
pub use config::{Config, ConfigError};
pub use engine::Engine;
pub use identity::{ApiKey, ApiKeys, Bearer, BearerTokens, Session, Sessions, Shown, Tokens};
pub use main_fn::main;
pub use serving::Serving;
pub use start_error::StartError;
pub use test_app::{TestApp, TestSender};

pub use converse_net::client;
pub use converse_net::memory::Client as MemoryClient;
