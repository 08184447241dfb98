//! Ten hooks: for all, for a class, and for what has one of some fields.

use converse::{AnyMessage, View, after, before, protocol};

use crate::Command;

#[protocol]
struct Everything {}

#[protocol]
struct HasTenant {
    tenant_id: String,
}

#[protocol]
struct HasCost {
    cents: i64,
}

#[protocol(extends(HasTenant, HasCost))]
struct Billed {}

#[protocol]
struct HasCode {
    code: String,
}

#[before(Everything)]
fn counts(_message: AnyMessage) {}

#[after(Everything)]
fn counted(_message: AnyMessage) {}

#[before(Command)]
fn commands(_message: View<Command>) {}

#[after(Command)]
fn commanded(_message: View<Command>) {}

#[before(HasTenant)]
fn scopes(_message: View<HasTenant>) {}

#[before(HasTenant, order = 1)]
fn scopes_again(_message: View<HasTenant>) {}

#[before(HasCost)]
fn charges(_message: View<HasCost>) {}

#[before(Billed)]
fn bills(_message: View<Billed>) {}

#[before(HasCode)]
fn looks_at_codes(_message: View<HasCode>) {}

#[after(HasCode)]
fn looked_at_codes(_message: View<HasCode>) {}
