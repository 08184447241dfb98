//! Sessions of browsers: a cookie that says who somebody is, and that nobody else can write.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use converse_dispatch::{
    Authenticate, BoxFuture, Credentials, Error, Inject, Missing, Peer, Principal, Result, Scope, Secret, States,
};
use converse_wire::{base64, to_base64};

use super::mac::{Key, Mac};

/// The name of the cookie.
const NAME: &str = "converse_session";
/// The longest value. Browsers keep 4,096 bytes with the name and the attributes (RFC 6265, section 6.1).
const LONGEST: usize = 3_800;
/// What is hashed begins so: a hash that the key made for something else is no session.
const PURPOSE: &str = "converse session 1.";

type LookUp = Arc<dyn Fn(String) -> BoxFuture<Result<Option<Principal>>> + Send + Sync>;

/// Sessions of browsers, given to an application with [`App::sessions`](crate::App::sessions). Handlers make
/// and end them with [`Session`].
///
/// A session is a cookie: the id and the roles of a principal, when it ends, and an HMAC-SHA-256 of these
/// under the setting `session_key`. The server keeps nothing, so all that share the key know it, and it
/// outlives restarts. It also means that a cookie which was copied is good until it ends, signed out or not;
/// where that must not be, [`look_up`](Self::look_up) has the last word.
#[derive(Clone)]
pub struct Sessions {
    key: Option<Key>,
    lasting: Duration,
    secure: bool,
    look_up: Option<LookUp>,
}

impl Default for Sessions {
    fn default() -> Sessions {
        Sessions::new()
    }
}

impl Sessions {
    /// Sessions that last a day.
    pub fn new() -> Sessions {
        Sessions { key: None, lasting: Duration::from_hours(24), secure: false, look_up: None }
    }

    /// How long a session lasts from the moment of signing in.
    #[must_use]
    pub fn lasting(mut self, time: Duration) -> Sessions {
        self.lasting = time;
        self
    }

    /// Has browsers send the cookie over TLS only, also where this server itself does not speak it: for one
    /// that stands behind a proxy that does. Where it speaks TLS, that is so anyway.
    #[must_use]
    pub fn secure(mut self) -> Sessions {
        self.secure = true;
        self
    }

    /// Asks this function who the id of a session is, now: with which roles and data, or that it is nobody
    /// any more. It is asked for every HTTP request, and once a minute for a `WebSocket`. Without it the
    /// principal is as it was when the session began, without its data.
    #[must_use]
    pub fn look_up<F, Fut>(mut self, look_up: F) -> Sessions
    where
        F: Fn(String) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Principal>>> + Send + 'static,
    {
        self.look_up = Some(Arc::new(move |id| Box::pin(look_up(id))));
        self
    }

    /// The same sessions under this key.
    pub(crate) fn with_key(mut self, key: &[u8]) -> Sessions {
        self.key = Some(Key::of(key));
        self
    }

    /// What stands in the cookie of a session that ends then, in seconds since 1970.
    fn value(&self, principal: &Principal, end: u64) -> Result<String> {
        let Some(key) = &self.key else { return Err(Error::new("the sessions have no key")) };
        let mut value = format!("{end}.{}", to_base64(principal.id().as_bytes()));
        for role in principal.roles() {
            value.push('.');
            value.push_str(&to_base64(role.as_bytes()));
        }
        let mac = key.hash(format!("{PURPOSE}{value}").as_bytes());
        value.push('.');
        value.push_str(&to_base64(&mac.0));
        if value.len() > LONGEST {
            let text =
                "the roles of a principal do not fit into a cookie; give Sessions a `look_up`, and sign in without";
            return Err(Error::new(text));
        }
        Ok(value)
    }

    /// Whom a cookie speaks of, if it is good now. Whether it is ours is found out first, at once for all of it.
    fn read(&self, value: &str, now: u64) -> Option<Principal> {
        let (said, mac) = value.rsplit_once('.')?;
        let mac = Mac(base64(mac)?.try_into().ok()?);
        if self.key.as_ref()?.hash(format!("{PURPOSE}{said}").as_bytes()) != mac {
            return None;
        }
        let mut parts = said.split('.');
        let end: u64 = parts.next()?.parse().ok()?;
        if now >= end {
            return None;
        }
        let mut texts = parts.map(|part| String::from_utf8(base64(part)?).ok());
        let principal = Principal::new(texts.next()??).ok()?;
        texts.try_fold(principal, |principal, role| Some(principal.with_role(role?)))
    }

    /// `Set-Cookie`, but for `Secure` where only the transport knows of it.
    fn cookie(&self, value: &str, seconds: u64) -> Secret<String> {
        let secure = if self.secure { "; Secure" } else { "" };
        let cookie = format!("{NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
        Secret::new(cookie)
    }
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

impl Authenticate for Sessions {
    fn authenticate(&self, credentials: &Credentials) -> BoxFuture<Result<Option<Principal>>> {
        let known = credentials.cookie(NAME).and_then(|value| self.read(value.expose(), now()));
        match (known, &self.look_up) {
            (Some(known), Some(look_up)) => look_up(known.id().to_owned()),
            (known, _) => Box::pin(async { Ok(known) }),
        }
    }

    /// One that says of itself that it has ended, or is empty, is no guess: it could not be right, and honest browsers show it.
    fn looks_up(&self, credentials: &Credentials) -> bool {
        credentials.cookie(NAME).is_some_and(|value| {
            let end = value.expose().split('.').next().unwrap_or_default();
            !value.expose().is_empty() && end.parse().map_or(true, |end: u64| now() < end)
        })
    }
}

/// Says how long they last.
impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sessions of {:?}", self.lasting)
    }
}

/// The session of whoever sends a message: a handler asks for it as an argument, to begin or to end it. The
/// application has [`App::sessions`](crate::App::sessions).
pub struct Session {
    sessions: Arc<Sessions>,
    peer: Peer,
}

impl Session {
    /// Begins a session. Over HTTP the reply sets a cookie, `HttpOnly` and `SameSite=Strict`, if it is no
    /// fault; over what stays connected it is [`Peer::sign_in`], for as long as that lasts.
    ///
    /// # Errors
    /// If the principal has more roles than a cookie can hold.
    pub fn sign_in(&self, principal: Principal) -> Result<()> {
        if self.over_http() {
            let lasting = self.sessions.lasting.as_secs();
            let value = self.sessions.value(&principal, now().saturating_add(lasting))?;
            self.peer.set_cookie(self.sessions.cookie(&value, lasting));
        }
        self.peer.sign_in(principal);
        Ok(())
    }

    /// Ends the session. Over HTTP the reply has the browser forget the cookie; over what stays connected it
    /// is [`Peer::sign_out`], also where the connection began with a cookie.
    pub fn sign_out(&self) {
        if self.over_http() {
            self.peer.set_cookie(self.sessions.cookie("", 0));
        }
        self.peer.sign_out();
    }

    fn over_http(&self) -> bool {
        self.peer.transport() == "http"
    }
}

impl Inject for Session {
    fn inject(scope: &Scope<'_>) -> Result<Session> {
        let sessions = scope.states.get().ok_or_else(|| Error::new("no Sessions were given"))?;
        Ok(Session { sessions, peer: scope.peer.clone() })
    }

    fn missing(states: &States) -> Option<Missing> {
        let given = states.get::<Sessions>().is_some();
        (!given).then(|| Missing {
            what: "Session, and the application has no sessions".to_owned(),
            remedy: "add .sessions(Sessions::new()) to the App".to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use converse_dispatch::{Authenticate, Credentials, Principal};

    use super::{NAME, Sessions};
    use crate::block_on;

    fn sessions() -> Sessions {
        Sessions::new().with_key(&[7; 32])
    }

    fn ada() -> Principal {
        Principal::new("ada.l").unwrap().with_role("admin").with_role("")
    }

    #[test]
    fn a_session_is_good_until_its_end() {
        let value = sessions().value(&ada(), 100).unwrap();
        let read = sessions().read(&value, 99).unwrap();
        assert_eq!((read.id(), read.roles()), ("ada.l", &["admin".to_owned(), String::new()][..]));
        assert!(sessions().read(&value, 100).is_none(), "ended");
        assert!(Sessions::new().with_key(&[8; 32]).read(&value, 99).is_none(), "another key");
    }

    #[test]
    fn a_cookie_with_any_character_changed_added_or_taken_away_is_nobodys() {
        let value = sessions().value(&ada(), 100).unwrap();
        for at in 0..value.len() {
            for other in ["", ".", "A", "=", "9"] {
                let mut near = value.clone();
                near.replace_range(at..=at, other);
                // What base64 ends with may be left out, and says the same.
                let padding = near.trim_end_matches('=') == value.trim_end_matches('=');
                assert!(near == value || padding || sessions().read(&near, 99).is_none(), "{near}");
            }
        }
        for nothing in ["", ".", "..", "100", "100.", &format!("{value}x"), &format!("1{value}")] {
            assert!(sessions().read(nothing, 1).is_none(), "{nothing}");
        }
    }

    #[test]
    fn who_it_is_now_is_asked_where_there_is_somebody_to_ask() {
        let value = sessions().value(&ada(), u64::MAX).unwrap();
        let of = |sessions: &Sessions| {
            let shown = Credentials::default().with_cookies(format!("a=b; {NAME}={value}"));
            block_on(sessions.authenticate(&shown)).unwrap().map(|it| it.roles().to_vec())
        };
        assert_eq!(of(&sessions()).unwrap().len(), 2);
        let now = sessions().look_up(|id| async move { Ok(Some(Principal::new(id)?.with_role("guest"))) });
        assert_eq!(of(&now).unwrap(), ["guest"]);
        assert_eq!(of(&sessions().look_up(|_| async { Ok(None) })), None);
    }

    #[test]
    fn what_no_cookie_can_hold_is_refused() {
        let many = (0..500).fold(ada(), |principal, role| principal.with_role(format!("role-{role}")));
        assert!(sessions().value(&many, 100).unwrap_err().to_string().contains("look_up"));
    }
}
