#[converse::message]
struct Ping {}

#[converse::respond]
impl Ping {
    async fn respond(self) {
        let shared = std::rc::Rc::new(1);
        std::future::ready(()).await;
        drop(shared);
    }
}

fn main() {}
