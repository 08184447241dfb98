//! The sign-in server: `cargo run --example sign_in`.
//!
//! Users and sessions are tables, kept in `converse.db` in the working directory (`--store memory:` keeps them
//! nowhere). One user is there from the start: `josh`, whose password is `basketball`.

use std::process::ExitCode;

use converse::{
    App, BearerTokens, Fault, Principal, Recorded, Ref, Result, Secret, Store, Table, message, password, respond, table,
};

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

/// Something to remember. Every note is in the journal: the table `note`, with a column for each field.
#[message(public, journal)]
struct Note {
    #[field(min_length = 1, max_length = 500, example = "buy milk")]
    text: String,
}

/// The note is safe.
#[message]
struct Noted {
    id: u64,
}

/// Why an account cannot be had.
#[derive(Debug, Fault)]
enum SignUpError {
    #[fault(code = "name_taken", status = 409, message = "the name is taken; choose another")]
    NameTaken,
}

/// Who may sign in.
#[table]
struct User {
    #[field(primary_key)]
    username: String,
    password_hash: Secret<String>,
}

/// Who has signed in. A token is not kept, but its digest: who reads the table has none.
#[table]
struct Session {
    #[field(primary_key)]
    token_digest: String,
    /// There is always such a user: with them their sessions go.
    #[field(on_delete = "cascade")]
    user: Ref<User>,
}

#[respond]
impl SignIn {
    async fn respond(self, users: Table<User>, sessions: Table<Session>) -> Result<SignInResponse> {
        let user = users.get(&self.username).await?;
        let hash = user.as_ref().map(|user| &user.password_hash);
        // Takes the same time when there is no such user, and tells nobody which of the two was wrong.
        if !password::verify(&self.password, hash).await? {
            return Ok(SignInResponse::new(false).with_error_message("wrong name or password"));
        }
        let token = password::token()?;
        sessions.insert(Session::new(password::token_digest(&token), self.username)).await?;
        Ok(SignInResponse::new(true).with_token(token))
    }
}

#[respond]
impl SignUp {
    async fn respond(self, users: Table<User>) -> Result<SignedUp> {
        let hash = password::hash(&self.password).await?;
        match users.insert(User::new(self.username, hash)).await {
            Ok(user) => Ok(SignedUp::new(user.username)),
            Err(error) if error.is_taken() => Err(SignUpError::NameTaken.into()),
            Err(error) => Err(error.into()),
        }
    }
}

#[respond]
impl SignOut {
    async fn respond(self, sessions: Table<Session>) -> Result<()> {
        sessions.delete(&password::token_digest(&self.token)).await?;
        Ok(())
    }
}

#[respond]
fn who_am_i(_: WhoAmI, principal: Principal) -> You {
    You::new(principal.id())
}

#[respond]
fn note(_: Note, recorded: Recorded) -> Noted {
    Noted::new(recorded.id())
}

/// Whose session the token is of.
async fn owner(store: Store, token: Secret<String>) -> Result<Option<Principal>> {
    let session = store.table::<Session>()?.get(&password::token_digest(&token)).await?;
    Ok(session.map(|session| Principal::new(session.user.into_key())).transpose()?)
}

/// The user who is there from the start.
async fn josh(store: Store) -> Result<()> {
    let users = store.table::<User>()?;
    if users.get("josh").await?.is_some() {
        return Ok(());
    }
    let hash = password::hash(&"basketball".into()).await?;
    match users.insert(User::new("josh", hash)).await {
        // Another server, which started meanwhile, was first.
        Err(error) if !error.is_taken() => Err(error.into()),
        _ => Ok(()),
    }
}

fn main() -> ExitCode {
    let app = App::linked().with_store(|app, store| {
        let sessions = store.clone();
        let tokens = BearerTokens::new().or_look_up(move |token| owner(sessions.clone(), token));
        app.authenticate(tokens).on_start(|| josh(store))
    });
    app.main()
}
