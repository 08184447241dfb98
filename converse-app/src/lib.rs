//! The wiring of a converse program: configuration, the application, its test kit, and drain.

mod app;
mod block_on;
mod config;
mod engine;
#[cfg(feature = "http1")]
mod http_service;
mod identity;
mod log;
mod main_fn;
mod mounts;
pub mod password;
mod sample;
mod serving;
mod start_error;
mod stop_signals;
mod test_app;
mod test_peer;
mod watch;

pub use app::App;
pub use block_on::block_on;
pub use config::{Config, ConfigError};
pub use engine::Engine;
#[cfg(feature = "http1")]
pub use http_service::HttpService;
pub use identity::{ApiKey, ApiKeys, Bearer, BearerTokens, Session, Sessions, Shown, Tokens};
pub use log::LogFormat;
pub use main_fn::main;
pub use serving::Serving;
pub use start_error::StartError;
pub use test_app::{TestApp, TestSender};
pub use test_peer::TestPeer;

pub use converse_net::client;
pub use converse_net::memory::Client as MemoryClient;
#[cfg(feature = "http1")]
pub use converse_net::{Body, BodyError};
