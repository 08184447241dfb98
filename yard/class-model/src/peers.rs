//! Rust's own means, where they answer the same question: `bevy_reflect`, `Any`, and a trait object.

use std::any::Any;
use std::hint::black_box;

use bevy_reflect::{PartialReflect, Reflect, Struct, TypeRegistry};

#[derive(Reflect)]
struct Ticket {
    id: u64,
    title: String,
}

#[derive(Reflect)]
struct Order {
    id: u64,
}

trait Close {
    fn close(&self) -> u64;
}

impl Close for Ticket {
    fn close(&self) -> u64 {
        self.id
    }
}

impl Close for Order {
    fn close(&self) -> u64 {
        self.id
    }
}

/// A peer's name and its operation.
type Peer = (&'static str, Box<dyn Fn(usize) -> bool>);

/// The peer of a row, if one has an answer to it.
pub(crate) fn peer(row: &str) -> Option<Peer> {
    let ticket = |at: usize| Ticket { id: at as u64, title: "t".to_owned() };
    Some(match row {
        "instance, exact" => {
            let values: Vec<Box<dyn Any>> = (0..64)
                .map(|at| if at % 2 == 0 { Box::new(ticket(at)) as Box<dyn Any> } else { Box::new(Order { id: 1 }) })
                .collect();
            ("Any::is", Box::new(move |at| black_box(&values)[at & 63].is::<Ticket>()))
        }
        "instance, nominal" => {
            let values: Vec<Box<dyn PartialReflect>> = (0..64)
                .map(|at| {
                    if at % 2 == 0 {
                        Box::new(ticket(at)) as Box<dyn PartialReflect>
                    } else {
                        Box::new(Order { id: 1 })
                    }
                })
                .collect();
            ("bevy_reflect", Box::new(move |at| black_box(&values)[at & 63].represents::<Ticket>()))
        }
        "class: plain" => (
            "bevy_reflect",
            Box::new(|_| {
                let mut registry = TypeRegistry::empty();
                registry.register::<Ticket>();
                registry.get(std::any::TypeId::of::<Ticket>()).is_some()
            }),
        ),
        "attribute of the instance" => {
            let values: Vec<Box<dyn Struct>> = (0..64).map(|at| Box::new(ticket(at)) as Box<dyn Struct>).collect();
            ("bevy_reflect", Box::new(move |at| black_box(&values)[at & 63].field("title").is_some()))
        }
        "method, read and called" => {
            let values: Vec<Box<dyn Close>> = vec![Box::new(ticket(1)), Box::new(Order { id: 1 })];
            ("trait object", Box::new(move |_| black_box(&values)[0].close() > 0))
        }
        _ => return None,
    })
}
