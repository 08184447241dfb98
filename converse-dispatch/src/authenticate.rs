//! From what a sender shows to who that is.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::{BoxFuture, Principal, Result, Secret};

/// What a sender shows to say who they are. `Debug` says which of it is there, and shows none of it.
#[derive(Clone, Default)]
pub struct Credentials {
    bearer: Option<Secret<String>>,
    api_key: Option<Secret<String>>,
    cookies: Option<Secret<String>>,
}

impl Credentials {
    /// The same with a bearer token (RFC 6750): `$auth` of a message, or `Authorization: Bearer …`.
    #[must_use]
    pub fn with_bearer(mut self, token: impl Into<Secret<String>>) -> Credentials {
        self.bearer = Some(token.into());
        self
    }

    /// The same with an API key: the header `x-api-key`.
    #[must_use]
    pub fn with_api_key(mut self, key: impl Into<Secret<String>>) -> Credentials {
        self.api_key = Some(key.into());
        self
    }

    /// The same with the value of the header `Cookie` (RFC 6265, section 4.2): `a=1; b=2`.
    #[must_use]
    pub fn with_cookies(mut self, cookies: impl Into<Secret<String>>) -> Credentials {
        self.cookies = Some(cookies.into());
        self
    }

    /// The bearer token.
    pub fn bearer(&self) -> Option<&Secret<String>> {
        self.bearer.as_ref()
    }

    /// The API key.
    pub fn api_key(&self) -> Option<&Secret<String>> {
        self.api_key.as_ref()
    }

    /// The value of the cookie of this name; `None` if there are two, as one of them may be a forgery.
    pub fn cookie(&self, name: &str) -> Option<Secret<String>> {
        let pairs = self.cookies.as_ref()?.expose().split(';').filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs.filter(|(own, _)| *own == name).map(|(_, value)| value);
        match (values.next(), values.next()) {
            (Some(value), None) => Some(Secret::from(value)),
            _ => None,
        }
    }

    /// Whether nothing is shown.
    pub fn is_empty(&self) -> bool {
        self.bearer.is_none() && self.api_key.is_none() && self.cookies.is_none()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Credentials { bearer, api_key, cookies } = self;
        f.debug_struct("Credentials")
            .field("bearer", bearer)
            .field("api_key", api_key)
            .field("cookies", cookies)
            .finish()
    }
}

/// Finds out who shows some credentials.
///
/// ```
/// use converse_dispatch::{Authenticate, BoxFuture, Credentials, Principal, Result};
///
/// /// Believes everybody: for a network in which nobody lies.
/// struct Trusting;
///
/// impl Authenticate for Trusting {
///     fn authenticate(&self, credentials: &Credentials) -> BoxFuture<Result<Option<Principal>>> {
///         let name = credentials.bearer().map(|name| name.expose().clone());
///         Box::pin(async move { Ok(name.map(Principal::new).transpose()?) })
///     }
/// }
/// ```
///
/// The future may wait for something. It is dropped at the deadline that handlers have.
pub trait Authenticate: Send + Sync + 'static {
    /// Who it is; `Ok(None)` where the credentials are nobody's here, so that the next one is asked.
    ///
    /// # Errors
    /// Why it cannot be found out. The message is not run then; a [`Fault`](crate::Fault) is told, any other
    /// error is logged and told as `internal`. Never for credentials that are merely wrong.
    fn authenticate(&self, credentials: &Credentials) -> BoxFuture<Result<Option<Principal>>>;

    /// Whether these credentials hold something that it looks up: where that turns out to be nobody's it was a guess, which is
    /// counted for the address that it came from. A bearer token or an API key, where nothing else is said; whoever looks at
    /// cookies says which.
    fn looks_up(&self, credentials: &Credentials) -> bool {
        credentials.bearer().is_some() || credentials.api_key().is_some()
    }
}

/// Those who are asked, in order.
pub(crate) type Authenticators = Arc<[Box<dyn Authenticate>]>;

/// Asks one after another, until one knows.
pub(crate) fn ask(
    authenticators: &Authenticators,
    credentials: Credentials,
) -> impl Future<Output = Result<Option<Principal>>> + Send + use<> {
    let authenticators = Arc::clone(authenticators);
    async move {
        for authenticator in &*authenticators {
            let known = authenticator.authenticate(&credentials).await?;
            if known.is_some() {
                return Ok(known);
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::Credentials;

    #[test]
    fn a_cookie_is_found_by_its_name_and_only_once() {
        let cookies = Credentials::default().with_cookies("a=1; session=x=y;b=2; a=3");
        assert_eq!(cookies.cookie("session").unwrap().expose(), "x=y");
        assert_eq!(cookies.cookie("a"), None, "two of one name");
        assert_eq!(cookies.cookie("ession"), None);
        assert_eq!(Credentials::default().cookie("a"), None);
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        let all = Credentials::default().with_bearer("canary").with_api_key("canary").with_cookies("a=canary");
        assert_eq!(
            format!("{all:?}"),
            "Credentials { bearer: Some([secret]), api_key: Some([secret]), cookies: Some([secret]) }"
        );
    }
}
