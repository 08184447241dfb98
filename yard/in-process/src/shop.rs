//! The classes of the named rows: one type for both sides, so that both do the same work.

use converse::{message, respond, value};
use serde::{Deserialize, Serialize};

#[message(public)]
#[derive(Deserialize)]
pub struct SignIn {
    #[field(alias = "name", min_length = 1, max_length = 64)]
    #[serde(alias = "name")]
    pub username: String,
    #[field(max_length = 1024)]
    pub password: String,
}

#[message]
#[derive(Serialize)]
pub struct SignInResponse {
    pub success: bool,
    #[field(default = true)]
    pub valid_user: bool,
    #[field(default = true)]
    pub valid_password: bool,
    #[field(max_length = 256)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

#[respond]
impl SignIn {
    pub fn respond(self) -> SignInResponse {
        let valid_user = self.username == "josh";
        let valid_password = valid_user && self.password == "basketball";
        let error_message = (!valid_password).then(|| "wrong name or password".to_owned());
        SignInResponse { success: valid_password, valid_user, valid_password, error_message }
    }
}

#[message(public)]
#[derive(Deserialize)]
pub struct SignUp {
    #[field(min_length = 1, max_length = 64, pattern = r"^[a-z][a-z0-9_]*$")]
    pub username: String,
    #[field(min_length = 8, max_length = 1024)]
    pub password: String,
}

#[message]
#[derive(Serialize)]
pub struct SignUpResponse {
    #[field(min_length = 1, max_length = 64)]
    pub username: String,
}

#[respond]
impl SignUp {
    pub fn respond(self) -> SignUpResponse {
        SignUpResponse { username: self.username }
    }
}

#[value]
#[derive(Deserialize)]
pub struct Item {
    #[field(min_length = 1, max_length = 32)]
    pub sku: String,
    #[field(ge = 1, le = 100_000)]
    pub quantity: u32,
    #[field(ge = 0.0)]
    pub price: f64,
    #[field(max_length = 256)]
    pub note: Option<String>,
}

#[message]
#[derive(Deserialize)]
pub struct Order {
    pub id: u64,
    #[field(min_length = 1, max_length = 128)]
    pub customer: String,
    #[field(min_items = 1, max_items = 10_000)]
    pub items: Vec<Item>,
    #[field(max_items = 16)]
    pub tags: Vec<String>,
    pub paid: bool,
}

#[message]
#[derive(Serialize)]
pub struct OrderResponse {
    pub id: u64,
    pub accepted: bool,
    #[field(ge = 0.0)]
    pub total: f64,
}

#[respond]
impl Order {
    pub fn respond(self) -> OrderResponse {
        let total = self.items.iter().map(|item| f64::from(item.quantity) * item.price).sum();
        OrderResponse { id: self.id, accepted: self.paid, total }
    }
}
