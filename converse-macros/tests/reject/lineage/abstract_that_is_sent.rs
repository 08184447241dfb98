use converse::{Client, message, respond};

#[message(abstract)]
struct Audited {
    actor: String,
}

#[message]
struct Ask {}

#[respond]
fn ask(_ask: Ask) -> Audited {
    Audited::new("ada")
}

async fn send(client: Client) {
    let () = client.call(Audited::new("ada")).await.unwrap();
}

fn main() {}
