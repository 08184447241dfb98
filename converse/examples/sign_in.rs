//! The sign-in server: `cargo run --example sign_in`.
//!
//! Users and tokens live in memory, and are gone when the program ends. One user is there from the
//! start: `josh`, whose password is `basketball`.

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::{Mutex, MutexGuard, PoisonError};

use converse::{App, BearerTokens, Error, Fault, Principal, Result, Secret, State, message, password, respond};

/// A person asks to sign in.
#[message(public)]
struct SignIn {
    /// The name that the person signed up with.
    #[field(alias = "name", min_length = 1, max_length = 64, example = "josh")]
    username: String,
    #[field(max_length = 1024, example = "basketball")]
    password: Secret<String>,
}

/// What came of it.
#[message]
struct SignInResponse {
    success: bool,
    #[field(default = true)]
    valid_user: bool,
    #[field(default = true)]
    valid_password: bool,
    error_message: Option<String>,
    /// What the person shows from now on, to say who they are: as `Authorization: Bearer …`, or `$auth`.
    token: Option<Secret<String>>,
}

/// A person wants an account.
#[message(public)]
struct SignUp {
    #[field(min_length = 1, max_length = 64, pattern = r"^[a-z][a-z0-9_]*$", example = "ada")]
    username: String,
    #[field(min_length = 8, max_length = 1024, example = "correct horse")]
    password: Secret<String>,
}

/// The account is there.
#[message]
struct SignedUp {
    username: String,
}

/// A person is done, and nobody shall use their token again.
#[message]
struct SignOut {
    token: Secret<String>,
}

/// A person asks who the server takes them for. It is not public, so strangers get no answer.
#[message]
struct WhoAmI {}

/// The owner of the token.
#[message]
struct You {
    username: String,
}

/// Why an account cannot be had.
#[derive(Debug, Fault)]
enum SignUpError {
    #[fault(code = "name_taken", status = 409, message = "the name is taken; choose another")]
    NameTaken,
}

/// The password hashes of those who may sign in.
#[derive(Default)]
struct People(Mutex<HashMap<String, Secret<String>>>);

impl People {
    fn hashes(&self) -> MutexGuard<'_, HashMap<String, Secret<String>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[respond]
impl SignIn {
    async fn respond(self, people: State<People>, tokens: State<BearerTokens>) -> Result<SignInResponse> {
        let hash = people.hashes().get(&self.username).cloned();
        // Takes the same time when there is no such user, and tells nobody which of the two was wrong.
        if !password::verify(&self.password, hash.as_ref()).await? {
            return Ok(SignInResponse::new(false).with_error_message("wrong name or password"));
        }
        let token = password::token()?;
        tokens.insert(&token, Principal::new(self.username)?);
        Ok(SignInResponse::new(true).with_token(token))
    }
}

#[respond]
impl SignUp {
    async fn respond(self, people: State<People>) -> Result<SignedUp> {
        let hash = password::hash(&self.password).await?;
        let mut hashes = people.hashes();
        if hashes.contains_key(&self.username) {
            return Err(SignUpError::NameTaken.into());
        }
        hashes.insert(self.username.clone(), hash);
        Ok(SignedUp::new(self.username))
    }
}

#[respond]
impl SignOut {
    fn respond(self, tokens: State<BearerTokens>) {
        tokens.remove(&self.token);
    }
}

#[respond]
fn who_am_i(_: WhoAmI, principal: Principal) -> You {
    You::new(principal.id())
}

/// The user who is there from the start.
async fn josh() -> Result<People, Error> {
    let people = People::default();
    let hash = password::hash(&"basketball".into()).await?;
    people.hashes().insert("josh".to_owned(), hash);
    Ok(people)
}

fn main() -> ExitCode {
    match converse::block_on(josh()) {
        Ok(people) => {
            let tokens = BearerTokens::new();
            App::linked().authenticate(tokens.clone()).state(tokens).state(people).main()
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
