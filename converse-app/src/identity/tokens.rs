//! Bearer tokens and API keys: a table of them, and a function for those that are elsewhere.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::{Arc, PoisonError, RwLock};

use converse_dispatch::{Authenticate, BoxFuture, Credentials, Principal, Result, Secret};

use super::mac::{Key, Mac};

/// Bearer tokens (RFC 6750): in `$auth` of a message, or `Authorization: Bearer …` of an HTTP request or
/// of the upgrade to `WebSocket`.
pub type BearerTokens = Tokens<Bearer>;

/// API keys: in the header `x-api-key` of an HTTP request or of the upgrade to `WebSocket`.
pub type ApiKeys = Tokens<ApiKey>;

/// Which of the credentials a table is of.
pub trait Shown: Send + Sync + 'static {
    /// What is looked up.
    fn of(credentials: &Credentials) -> Option<&Secret<String>>;
}

/// The bearer token.
pub enum Bearer {}

impl Shown for Bearer {
    fn of(credentials: &Credentials) -> Option<&Secret<String>> {
        credentials.bearer()
    }
}

/// The API key.
pub enum ApiKey {}

impl Shown for ApiKey {
    fn of(credentials: &Credentials) -> Option<&Secret<String>> {
        credentials.api_key()
    }
}

type LookUp = Arc<dyn Fn(Secret<String>) -> BoxFuture<Result<Option<Principal>>> + Send + Sync>;

/// Who has which token. Cheap to clone; all clones are one table, so a handler that has it as its `State`
/// gives tokens out and takes them back.
///
/// Tokens are not kept, but their hashes under a key of this process (HMAC-SHA-256): the time that a lookup
/// takes tells nothing of the tokens that are there, and neither does what a debugger finds. A token must be
/// one that nobody can guess, as [`password::token`](crate::password::token) makes them: guesses are counted
/// for each address, and whoever guesses from many is not held up.
///
/// ```
/// use converse_app::BearerTokens;
/// use converse_dispatch::Principal;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let admin = Principal::new("ops")?.with_role("admin");
/// let tokens = BearerTokens::new().with("from-a-safe-place", admin);
/// # drop(tokens);
/// # Ok(())
/// # }
/// ```
pub struct Tokens<S> {
    key: Key,
    table: Arc<RwLock<HashMap<Mac, Principal>>>,
    look_up: Option<LookUp>,
    shown: PhantomData<S>,
}

impl<S: Shown> Tokens<S> {
    /// An empty table.
    ///
    /// # Panics
    /// If the system has no random numbers to give.
    #[allow(clippy::new_without_default, reason = "it may panic, and is no value that others equal")]
    pub fn new() -> Tokens<S> {
        Tokens { key: Key::random(), table: Arc::default(), look_up: None, shown: PhantomData }
    }

    /// The same table with one more token.
    #[must_use]
    pub fn with(self, token: impl Into<Secret<String>>, principal: Principal) -> Tokens<S> {
        self.insert(&token.into(), principal);
        self
    }

    /// The same table, which asks this function for tokens that are not in it: `Ok(None)` for one that is
    /// nobody's, an error where it could not be found out.
    ///
    /// It is asked for every message with `$auth`, for every HTTP request, and once a minute for a `WebSocket`.
    /// Where tokens are stored, store their hashes, and find them by these.
    #[must_use]
    pub fn or_look_up<F, Fut>(mut self, look_up: F) -> Tokens<S>
    where
        F: Fn(Secret<String>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Principal>>> + Send + 'static,
    {
        self.look_up = Some(Arc::new(move |token| Box::pin(look_up(token))));
        self
    }

    /// Makes this token this principal's from now on.
    pub fn insert(&self, token: &Secret<String>, principal: Principal) {
        let hash = self.hash(token);
        self.table.write().unwrap_or_else(PoisonError::into_inner).insert(hash, principal);
    }

    /// Makes this token nobody's; says whether it was somebody's. A `WebSocket` that began with it is
    /// theirs for a minute at most.
    pub fn remove(&self, token: &Secret<String>) -> bool {
        let hash = self.hash(token);
        self.table.write().unwrap_or_else(PoisonError::into_inner).remove(&hash).is_some()
    }

    fn owner(&self, token: &Secret<String>) -> Option<Principal> {
        let hash = self.hash(token);
        self.table.read().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned()
    }

    fn hash(&self, token: &Secret<String>) -> Mac {
        self.key.hash(token.expose().as_bytes())
    }
}

impl<S: Shown> Authenticate for Tokens<S> {
    fn authenticate(&self, credentials: &Credentials) -> BoxFuture<Result<Option<Principal>>> {
        let Some(token) = S::of(credentials) else { return Box::pin(async { Ok(None) }) };
        match (self.owner(token), &self.look_up) {
            (None, Some(look_up)) => look_up(token.clone()),
            (owner, _) => Box::pin(async { Ok(owner) }),
        }
    }

    fn looks_up(&self, credentials: &Credentials) -> bool {
        S::of(credentials).is_some()
    }
}

impl<S> Clone for Tokens<S> {
    fn clone(&self) -> Tokens<S> {
        let Tokens { key, table, look_up, shown } = self;
        Tokens { key: key.clone(), table: Arc::clone(table), look_up: look_up.clone(), shown: *shown }
    }
}

/// Says how many there are.
impl<S> fmt::Debug for Tokens<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tokens", self.table.read().unwrap_or_else(PoisonError::into_inner).len())
    }
}

#[cfg(test)]
mod tests {
    use converse_dispatch::{Authenticate, Credentials, Principal};

    use super::{ApiKeys, BearerTokens};
    use crate::block_on;

    fn josh() -> Principal {
        Principal::new("josh").unwrap()
    }

    fn owner(of: &impl Authenticate, credentials: &Credentials) -> Option<String> {
        block_on(of.authenticate(credentials)).unwrap().map(|principal| principal.id().to_owned())
    }

    #[test]
    fn a_token_is_its_owners_whole_and_until_it_is_taken_back() {
        let tokens = BearerTokens::new().with("abcdef", josh());
        let of = |token: &str| owner(&tokens, &Credentials::default().with_bearer(token));
        assert_eq!(of("abcdef").as_deref(), Some("josh"));
        for near in ["abcdeg", "abcde", "abcdefg", "Abcdef", ""] {
            assert_eq!(of(near), None, "{near}");
        }
        assert!(tokens.clone().remove(&"abcdef".into()) && !tokens.remove(&"abcdef".into()));
        assert_eq!(of("abcdef"), None);
    }

    #[test]
    fn a_key_is_no_token() {
        let (keys, tokens) = (ApiKeys::new().with("k", josh()), BearerTokens::new().with("k", josh()));
        let (key, token) = (Credentials::default().with_api_key("k"), Credentials::default().with_bearer("k"));
        assert_eq!((owner(&keys, &key).is_some(), owner(&keys, &token)), (true, None));
        assert_eq!((owner(&tokens, &token).is_some(), owner(&tokens, &key)), (true, None));
    }

    #[test]
    fn what_is_not_in_the_table_is_looked_up() {
        let tokens = BearerTokens::new().with("here", josh()).or_look_up(|token| async move {
            assert_ne!(token.expose(), "here");
            Ok(if token.expose() == "there" { Some(Principal::new("ada")?) } else { None })
        });
        let of = |token: &str| owner(&tokens, &Credentials::default().with_bearer(token));
        assert_eq!((of("here").as_deref(), of("there").as_deref(), of("nowhere")), (Some("josh"), Some("ada"), None));
        assert_eq!(format!("{tokens:?}"), "1 tokens");
    }
}
