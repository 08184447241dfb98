use std::rc::Rc;

use converse::{View, before, message};

#[message]
struct Ping {}

#[before(Ping)]
async fn look(_message: View<Ping>) {
    let held = Rc::new(1);
    std::future::ready(()).await;
    drop(held);
}

fn main() {}
