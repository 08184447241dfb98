//! Signing in, as the guide to the system has it.

use converse::{Secret, message, respond};

/// A person asks to sign in.
#[message(public)]
pub(crate) struct SignIn {
    #[field(alias = "name", min_length = 1, max_length = 64)]
    username: String,
    #[field(max_length = 1024)]
    password: Secret<String>,
}

/// What came of it.
#[message]
pub(crate) struct SignInResponse {
    success: bool,
    #[field(default = true)]
    valid_user: bool,
    #[field(default = true)]
    valid_password: bool,
    error_message: Option<String>,
}

#[respond]
impl SignIn {
    async fn respond(self) -> SignInResponse {
        if self.username == "josh" && self.password.expose() == "basketball" {
            SignInResponse::new(true)
        } else {
            SignInResponse::new(false).with_error_message("wrong name or password")
        }
    }
}
