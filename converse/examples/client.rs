//! A client of the sign-in server: `cargo run --example sign_in` in one terminal, and in another
//! `cargo run --example client`, with the server's URL if it is elsewhere: `-- tcp://127.0.0.1:7118`.
//!
//! The classes are declared here once more, without handlers: a client links no server. In a project of
//! one's own they would be in a crate that both depend on.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use converse::{Client, Secret, message};

#[message]
struct SignIn {
    username: String,
    password: Secret<String>,
}

#[message]
struct SignInResponse {
    success: bool,
    error_message: Option<String>,
    token: Option<Secret<String>>,
}

#[message]
struct SignUp {
    username: String,
    password: Secret<String>,
}

#[message]
struct SignedUp {
    username: String,
}

#[message]
struct SignOut {
    token: Secret<String>,
}

#[message]
struct WhoAmI {}

#[message]
struct You {
    username: String,
}

async fn visit(url: &str) -> Result<(), Box<dyn Error>> {
    let client = Client::to(url).timeout(Duration::from_secs(10)).connect().await?;

    // The type on the left says what the reply is to be.
    let signed_in: SignInResponse = client.call(SignIn::new("josh", "basketball")).await?;
    let Some(token) = signed_in.token.filter(|_| signed_in.success) else {
        return Err(signed_in.error_message.unwrap_or_default().into());
    };

    // From now on we say who we are. Two calls at once, over one connection.
    let client = Client::to(url).token(token.clone()).timeout(Duration::from_secs(10)).connect().await?;
    let (you, wrong) = tokio::join!(client.call(WhoAmI::new()), client.call(SignIn::new("josh", "football")));
    let You { username } = you?;
    println!("the server takes us for {username}");
    let SignInResponse { error_message, .. } = wrong?;
    println!("with another password: {}", error_message.unwrap_or_default());

    // A fault has a code to match on, and says where a message is wrong.
    for (username, password) in [("josh", "correct horse"), ("Josh", "short")] {
        match client.call(SignUp::new(username, password)).await {
            Ok(SignedUp { username }) => println!("{username} is new here"),
            Err(error) => match error.code() {
                "name_taken" => println!("{username} is here already"),
                "validation" => println!("refused, {error}"),
                _ => return Err(error.into()),
            },
        }
    }

    // Signing out twice does no harm, so it may be sent again should the connection be lost.
    let () = client.call(SignOut::new(token)).idempotent().await?;
    println!("signed out");
    Ok(())
}

fn main() -> ExitCode {
    let url = std::env::args().nth(1).unwrap_or_else(|| "ws://127.0.0.1:7117".to_owned());
    match converse::block_on(visit(&url)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
