//! Who sends a message.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::{Error, Fault, FaultKind, Inject, Scope};

/// The longest id, in characters.
const ID_LENGTH: usize = 128;

/// Who sends a message: an id, roles, and what else the application knows. Cheap to clone.
///
/// A handler asks for it as an argument. `Principal` means that nobody else may send the message: it is
/// refused with `unauthenticated` where there is none. `Option<Principal>` leaves that to the handler.
///
/// `Debug` prints the id and the roles, never the data.
#[derive(Clone)]
pub struct Principal(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    id: String,
    roles: Vec<String>,
    data: Option<Arc<dyn Any + Send + Sync>>,
}

/// An id that cannot be one: it is empty, or longer than 128 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidPrincipal;

impl fmt::Display for InvalidPrincipal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the id of a principal has 1 to {ID_LENGTH} characters; take a shorter key of the same person")
    }
}

impl std::error::Error for InvalidPrincipal {}

impl Principal {
    /// Somebody with this id and no roles. Two principals with one id are the same person.
    ///
    /// # Errors
    /// If the id is empty or longer than 128 characters; it is never cut, as two would be one then.
    pub fn new(id: impl Into<String>) -> Result<Principal, InvalidPrincipal> {
        let id = id.into();
        if id.is_empty() || id.chars().nth(ID_LENGTH).is_some() {
            return Err(InvalidPrincipal);
        }
        Ok(Principal(Arc::new(Inner { id, roles: Vec::new(), data: None })))
    }

    /// The same principal with one more role, as `#[message(allow = "…")]` names it.
    #[must_use]
    pub fn with_role(mut self, role: impl Into<String>) -> Principal {
        Arc::make_mut(&mut self.0).roles.push(role.into());
        self
    }

    /// The same principal with what else the application knows of them, in place of what was there.
    #[must_use]
    pub fn with_data<T: Send + Sync + 'static>(mut self, data: T) -> Principal {
        Arc::make_mut(&mut self.0).data = Some(Arc::new(data));
        self
    }

    /// The id.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The roles.
    pub fn roles(&self) -> &[String] {
        &self.0.roles
    }

    /// Whether this is one of the roles.
    pub fn has_role(&self, role: &str) -> bool {
        self.0.roles.iter().any(|own| own == role)
    }

    /// What else the application knows, if it is of this type.
    pub fn data<T: 'static>(&self) -> Option<&T> {
        self.0.data.as_ref()?.downcast_ref()
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal").field("id", &self.id()).field("roles", &self.roles()).finish_non_exhaustive()
    }
}

impl Inject for Principal {
    fn inject(scope: &Scope<'_>) -> Result<Principal, Error> {
        scope.principal().ok_or_else(|| unauthenticated().into())
    }
}

impl Inject for Option<Principal> {
    fn inject(scope: &Scope<'_>) -> Result<Option<Principal>, Error> {
        Ok(scope.principal())
    }
}

/// What a stranger is told, whatever was asked for: it says nothing of which classes there are.
#[cold]
pub(crate) fn unauthenticated() -> Fault {
    let text = "the server does not know who sends this; send a valid token or key, or sign in";
    Fault::of(FaultKind::UNAUTHENTICATED, text)
}

#[cfg(test)]
mod tests {
    use super::Principal;

    #[test]
    fn an_id_is_neither_empty_nor_long_nor_cut() {
        assert!(Principal::new("").is_err());
        assert_eq!(Principal::new("é".repeat(128)).unwrap().id().chars().count(), 128);
        assert!(Principal::new("é".repeat(129)).is_err());
    }

    #[test]
    fn roles_and_data_are_found_and_data_is_not_printed() {
        let josh = Principal::new("josh").unwrap().with_role("admin").with_data("basketball");
        let plain = josh.clone().with_data(7_u8);
        assert!(josh.has_role("admin") && !josh.has_role("Admin"));
        assert_eq!(josh.data::<&str>(), Some(&"basketball"));
        assert_eq!((plain.data::<&str>(), plain.data::<u8>()), (None, Some(&7)));
        assert_eq!(format!("{josh:?}"), "Principal { id: \"josh\", roles: [\"admin\"], .. }");
    }
}
