//! What is sent in these tests, who answers, and who is known.

use std::time::Duration;

use converse::{
    Authenticate, BoxFuture, Context, Credentials, Fault, FaultKind, Peer, Principal, Result, message, respond,
};

/// For everybody.
#[message(public)]
pub(crate) struct Hello {}

/// Who the server takes the sender for; empty for nobody.
#[message]
#[derive(Debug, PartialEq)]
pub(crate) struct You {
    pub(crate) id: String,
    pub(crate) roles: Vec<String>,
}

pub(crate) fn you(principal: Option<&Principal>) -> You {
    principal.map_or_else(|| You::new("", Vec::new()), |it| You::new(it.id(), it.roles().to_vec()))
}

#[respond]
impl Hello {
    fn respond(self, principal: Option<Principal>, context: Context) -> You {
        assert_eq!(context.principal().map(Principal::id), principal.as_ref().map(Principal::id));
        you(principal.as_ref())
    }
}

/// For those who are known.
#[message]
pub(crate) struct Who {}

#[respond]
fn who(_: Who, principal: Principal) -> You {
    you(Some(&principal))
}

/// The same in a handler that does not ask who it is.
#[message]
pub(crate) struct Quiet {}

#[respond]
fn quiet(_: Quiet) {}

/// For one role.
#[message(allow = "admin")]
pub(crate) struct Wipe {
    #[field(max_length = 3)]
    pub(crate) table: String,
}

#[respond]
impl Wipe {
    fn respond(self) -> You {
        You::new(self.table, Vec::new())
    }
}

/// For one of two roles.
#[message(allow = ["admin", "owner"])]
pub(crate) struct Mute {}

#[respond]
impl Mute {
    async fn respond(self) {}
}

/// Nobody answers it.
#[message]
pub(crate) struct Unanswered {}

/// Signs the connection in.
#[message(public)]
pub(crate) struct BeMe {
    pub(crate) id: String,
}

#[respond]
impl BeMe {
    fn respond(self, peer: Peer) -> Result<()> {
        peer.sign_in(Principal::new(self.id)?);
        Ok(())
    }
}

/// Signs it out.
#[message(public)]
pub(crate) struct BeNobody {}

#[respond]
impl BeNobody {
    fn respond(self, peer: Peer) {
        peer.sign_out();
    }
}

/// Knows `josh` and `ada` by their tokens, `josh-token` and `ada-token`, and ada as an admin. `slow…` takes a
/// while, `broken` and `busy` fail, `panic` panics, `never` does not end.
pub(crate) struct Known;

impl Authenticate for Known {
    fn authenticate(&self, credentials: &Credentials) -> BoxFuture<Result<Option<Principal>>> {
        let token = credentials.bearer().map(|token| token.expose().clone()).unwrap_or_default();
        Box::pin(async move {
            let token = match token.strip_prefix("slow-") {
                Some(token) => {
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    token
                }
                None => &token,
            };
            Ok(match token {
                "josh-token" => Some(Principal::new("josh")?),
                "ada-token" => Some(Principal::new("ada")?.with_role("admin")),
                "owner-token" => Some(Principal::new("o")?.with_role("owner")),
                "broken" => return Err(std::io::Error::other("the table of tokens is gone").into()),
                "busy" => return Err(Fault::of(FaultKind::OVERLOADED, "ask later").into()),
                "panic" => panic!("asked to"),
                "never" => std::future::pending().await,
                _ => None,
            })
        })
    }
}
