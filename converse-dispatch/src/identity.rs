//! Who a peer is, for as long as its connection lasts.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::{Credentials, Peer, Principal, Secret};

/// After so long the credentials of a connection are looked at again: a token that is no longer good is
/// good for no longer than this.
pub(crate) const RECHECK: Duration = Duration::from_mins(1);

/// Who a peer is, and what it is to be told beside its reply. The lock is this connection's own.
#[derive(Default)]
pub(crate) struct Identity(Mutex<Option<Box<Known>>>);

#[derive(Default)]
struct Known {
    who: Who,
    cookies: Vec<Secret<String>>,
}

/// What is known of who a peer is.
#[derive(Default)]
enum Who {
    #[default]
    Nobody,
    /// What the connection began with, and whose that was when it was last looked at.
    Bearer(Credentials, Option<(Instant, Option<Principal>)>),
    /// Whom a handler signed in.
    SignedIn(Principal),
}

/// What is to be done to know who a peer is.
pub(crate) enum Standing {
    /// It is known.
    Known(Option<Principal>),
    /// These have to be looked at.
    Bearer(Credentials),
}

impl Identity {
    pub(crate) fn of(credentials: Credentials) -> Identity {
        if credentials.is_empty() {
            return Identity::default();
        }
        let who = Who::Bearer(credentials, None);
        Identity(Mutex::new(Some(Box::new(Known { who, cookies: Vec::new() }))))
    }

    /// Who the peer is, or what it shows.
    pub(crate) fn standing(&self, now: Instant) -> Standing {
        match self.known().as_deref().map(|known| &known.who) {
            None | Some(Who::Nobody) => Standing::Known(None),
            Some(Who::SignedIn(principal)) => Standing::Known(Some(principal.clone())),
            Some(Who::Bearer(_, Some((at, principal)))) if now.saturating_duration_since(*at) < RECHECK => {
                Standing::Known(principal.clone())
            }
            Some(Who::Bearer(credentials, _)) => Standing::Bearer(credentials.clone()),
        }
    }

    /// Keeps whose the credentials are, unless a handler has said something else meanwhile.
    pub(crate) fn keep(&self, principal: Option<Principal>, now: Instant) {
        if let Some(Known { who: Who::Bearer(_, found), .. }) = self.known().as_deref_mut() {
            *found = Some((now, principal));
        }
    }

    fn become_(&self, who: Who) {
        self.known().get_or_insert_default().who = who;
    }

    /// Nothing panics under the lock, so what it holds is whole even if it was poisoned.
    fn known(&self) -> MutexGuard<'_, Option<Box<Known>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Peer {
    /// From now on the connection's messages are this principal's, unless they carry `$auth` themselves.
    /// What the connection began with, a token or a cookie of the upgrade, counts no longer.
    ///
    /// It lasts as long as the connection: over HTTP, as long as this one request.
    pub fn sign_in(&self, principal: Principal) {
        self.identity().become_(Who::SignedIn(principal));
    }

    /// From now on the connection's messages are nobody's, unless they carry `$auth` themselves.
    pub fn sign_out(&self) {
        self.identity().become_(Who::Nobody);
    }

    /// Whom a handler signed in on this connection.
    pub(crate) fn signed_in(&self) -> Option<Principal> {
        match self.identity().known().as_deref() {
            Some(Known { who: Who::SignedIn(principal), .. }) => Some(principal.clone()),
            _ => None,
        }
    }

    /// Has a cookie set with the reply over HTTP, in the form of `Set-Cookie` (RFC 6265, section 4.1) but
    /// for `Secure`, which the transport adds where TLS is spoken. Other transports have no cookies.
    pub fn set_cookie(&self, cookie: impl Into<Secret<String>>) {
        self.identity().known().get_or_insert_default().cookies.push(cookie.into());
    }

    /// The cookies to be set with the reply: for transports.
    pub fn take_cookies(&self) -> Vec<Secret<String>> {
        self.identity().known().as_deref_mut().map(|known| std::mem::take(&mut known.cookies)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{RECHECK, Standing};
    use crate::{Credentials, Peer, Principal};

    fn josh() -> Principal {
        Principal::new("josh").unwrap()
    }

    /// Who the peer is: their id, `nobody`, or `?` where that has to be looked up.
    fn known(peer: &Peer, now: Instant) -> String {
        match peer.identity().standing(now) {
            Standing::Known(principal) => principal.map_or("nobody".to_owned(), |it| it.id().to_owned()),
            Standing::Bearer(_) => "?".to_owned(),
        }
    }

    #[test]
    fn what_was_found_is_kept_for_a_minute() {
        let peer = Peer::bearing("websocket", None, Credentials::default().with_bearer("t"));
        let now = Instant::now();
        assert_eq!(known(&peer, now), "?");
        peer.identity().keep(Some(josh()), now);
        let late = now + RECHECK;
        assert_eq!(known(&peer, late.checked_sub(Duration::from_nanos(1)).unwrap()), "josh");
        assert_eq!(known(&peer, late), "?");
    }

    #[test]
    fn what_a_handler_says_counts_from_then_on() {
        let peer = Peer::bearing("websocket", None, Credentials::default().with_bearer("t"));
        let now = Instant::now();
        peer.sign_in(Principal::new("ada").unwrap());
        peer.identity().keep(Some(josh()), now);
        assert_eq!(known(&peer, now), "ada", "an answer that comes late changes nothing");
        peer.sign_out();
        peer.identity().keep(Some(josh()), now);
        assert_eq!(known(&peer, now), "nobody");
    }

    #[test]
    fn cookies_are_taken_once() {
        let peer = Peer::new("http", None);
        assert!(peer.take_cookies().is_empty());
        peer.set_cookie("a=1");
        assert_eq!(peer.take_cookies().len(), 1);
        assert!(peer.take_cookies().is_empty());
    }
}
