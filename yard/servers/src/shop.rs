//! The message that everybody answers: one type for all, so that all do the same work.

use converse::{message, respond};
use serde::{Deserialize, Serialize};

#[message(public)]
#[derive(Deserialize)]
pub struct SignIn {
    #[field(min_length = 1, max_length = 64)]
    pub username: String,
    #[field(max_length = 1024)]
    pub password: String,
}

#[message]
#[derive(Clone, Serialize)]
pub struct SignInResponse {
    pub success: bool,
    pub valid_user: bool,
    pub valid_password: bool,
}

#[respond]
impl SignIn {
    pub fn respond(self) -> SignInResponse {
        let valid_user = self.username == "josh";
        let valid_password = valid_user && self.password == "basketball";
        SignInResponse { success: valid_password, valid_user, valid_password }
    }
}

/// The envelopes, as somebody writes them who has serde and no framework.
#[derive(Deserialize)]
pub enum Request {
    SignIn(SignIn),
}

#[derive(Serialize)]
pub enum Reply {
    SignInResponse(SignInResponse),
}

impl Request {
    pub fn answer(self) -> Reply {
        match self {
            Request::SignIn(message) => Reply::SignInResponse(message.respond()),
        }
    }
}

/// What is sent.
pub const SIGN_IN: &str = r#"{"SignIn":{"username":"josh","password":"basketball"}}"#;

/// The same as JSON-RPC has it.
pub const JSON_RPC: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"SignIn","params":{"username":"josh","password":"basketball"}}"#;

/// The same as the guide's code has it: the body is a text.
pub const GUIDE: &str = r#"{"SignIn":"{\"username\":\"josh\",\"password\":\"basketball\"}"}"#;
