//! converse's side: a dispatcher over the linked classes, or over some of them.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use converse_dispatch::{BoxFuture, Busy, Dispatch, Flow, Peer, Runtime, Settings, States, handlers, inventory};
use converse_model::{Linked, Registry, Role};

/// A contender that serves the messages with these names, and their replies called `…Response`.
///
/// # Panics
/// If the classes cannot be served together.
pub fn engine(names: &[&str]) -> impl Fn(&[u8], &mut Vec<u8>) -> bool + use<> {
    let mut builder = Registry::empty();
    for Linked(definition) in inventory::iter::<Linked>() {
        let name = definition.shape.name.as_str();
        if definition.role != Role::Message || names.contains(&name.strip_suffix("Response").unwrap_or(name)) {
            builder = builder.with(*definition);
        }
    }
    let registry = handlers(builder).build().expect("the classes fit together");
    let dispatch = Dispatch::new(Arc::new(registry), States::default(), Settings::default(), Arc::new(Nothing));
    let dispatch = dispatch.expect("no handler needs a state");
    let peer = Peer::new("memory", None);
    move |bytes, out| matches!(dispatch.handle(bytes, &peer, out), Flow::Done(sent) if sent.fault.is_none())
}

/// Time and threads for handlers that need none.
pub struct Nothing;

impl Runtime for Nothing {
    fn sleep(&self, _: Duration) -> BoxFuture<()> {
        Box::pin(pending())
    }

    fn spawn(&self, _: BoxFuture<()>) {}

    fn spawn_blocking(&self, _: Box<dyn FnOnce() + Send>) -> Result<(), Busy> {
        Err(Busy)
    }
}
