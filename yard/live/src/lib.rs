//! A program with one compiled class and as many live ones as are asked for.

use converse::model::{Class, Type};
use converse::{Answers, AnyMessage, App, Classes, Config, Engine, Error, Scope, Terms, message, respond};

/// What is compiled.
#[message]
struct Ping {
    text: String,
}

#[respond]
impl Ping {
    fn respond(self) -> Pong {
        Pong::new(self.text)
    }
}

#[message]
struct Pong {
    text: String,
}

/// Of one thread: whoever blocks on it.
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// The program, which listens at a free port of this machine for TCP, once it is served in the runtime that is entered here.
pub fn engine() -> Engine {
    let tcp = Some(([127, 0, 0, 1], 0).into());
    let mut config = Config { http: None, tcp, store: "memory:".into(), ..Config::default() };
    config.max_connections_per_address = config.max_connections;
    App::linked().build_with(config).expect("the classes fit together")
}

/// The live class with this number: it answers with what it was sent.
pub fn class(at: usize) -> Class {
    let echo = |message: AnyMessage, _: &Scope<'_>| -> Result<AnyMessage, Error> { Ok(message) };
    let class = Class::define(name(at)).field(("text", Type::Text)).respond(echo);
    class.create().expect("a class")
}

/// Its name.
pub fn name(at: usize) -> String {
    format!("Live{at}")
}

/// Makes it, and adds it.
pub fn add(classes: &Classes, at: usize) {
    classes.add(&class(at), Terms::default()).expect("a name that is free");
}
