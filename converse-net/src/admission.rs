//! How many connections there are, and who may open one more.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use converse_dispatch::Home;

use crate::NetLimits;

/// The open connections of a server. Cheap to clone; all clones count the same.
#[derive(Clone)]
pub struct Admission(Arc<Shared>);

struct Shared {
    most: usize,
    most_of_one: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    all: usize,
    /// Homes without a connection are not in it, so it is no larger than `all`.
    by_home: HashMap<Home, usize>,
}

/// Why a connection is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// There are as many as there may be.
    All,
    /// There are as many from there as there may be.
    Home,
}

/// The place of one connection. It is free again once this is dropped.
pub(crate) struct Slot {
    admission: Admission,
    home: Option<Home>,
}

impl Admission {
    pub(crate) fn new(limits: &NetLimits) -> Admission {
        Admission(Arc::new(Shared {
            most: limits.max_connections,
            most_of_one: limits.max_connections_per_address,
            open: Mutex::default(),
        }))
    }

    /// How many connections are open.
    pub fn open(&self) -> usize {
        self.state().all
    }

    /// Takes a place for a connection from this address; `None` for one that is counted with all alone.
    pub(crate) fn admit(&self, address: Option<IpAddr>) -> Result<Slot, Full> {
        let home = address.map(Home::of);
        let mut open = self.state();
        if open.all >= self.0.most {
            return Err(Full::All);
        }
        if let Some(home) = home {
            let here = open.by_home.get(&home).copied().unwrap_or_default();
            if here >= self.0.most_of_one {
                return Err(Full::Home);
            }
            open.by_home.insert(home, here + 1);
        }
        open.all += 1;
        drop(open);
        Ok(Slot { admission: self.clone(), home })
    }

    /// Nothing panics under the lock, so what it holds is whole even if it was poisoned.
    fn state(&self) -> MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut open = self.admission.state();
        open.all = open.all.saturating_sub(1);
        if let Some(home) = self.home
            && let Some(here) = open.by_home.get_mut(&home)
        {
            *here = here.saturating_sub(1);
            if *here == 0 {
                open.by_home.remove(&home);
            }
        }
        // The table would otherwise stay as large as it ever was.
        if open.by_home.capacity() > 64 && open.by_home.len() < open.by_home.capacity() / 8 {
            open.by_home.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Admission, Full, Slot};
    use crate::NetLimits;

    fn admission(max_connections: usize, max_connections_per_address: usize) -> Admission {
        Admission::new(&NetLimits { max_connections, max_connections_per_address, ..NetLimits::default() })
    }

    fn from(admission: &Admission, address: &str) -> Result<Slot, Full> {
        admission.admit(Some(address.parse().unwrap()))
    }

    #[test]
    fn a_place_is_free_again_when_its_connection_ends() {
        let admission = admission(2, 9);
        let first = from(&admission, "192.0.2.1").ok().unwrap();
        let _second = admission.admit(None).ok().unwrap();
        assert_eq!(from(&admission, "192.0.2.3").err(), Some(Full::All));
        assert_eq!(admission.open(), 2);
        drop(first);
        assert_eq!(admission.open(), 1);
        assert!(admission.state().by_home.is_empty());
        assert!(from(&admission, "192.0.2.3").is_ok());
    }

    #[test]
    fn an_address_and_a_network_of_ipv6_have_a_share() {
        let admission = admission(9, 1);
        let _one = from(&admission, "192.0.2.1").ok().unwrap();
        assert_eq!(from(&admission, "192.0.2.1").err(), Some(Full::Home));
        assert_eq!(from(&admission, "::ffff:192.0.2.1").err(), Some(Full::Home));
        let _other = from(&admission, "192.0.2.2").ok().unwrap();
        let _six = from(&admission, "2001:db8:1:2::1").ok().unwrap();
        assert_eq!(from(&admission, "2001:db8:1:2:ffff::9").err(), Some(Full::Home));
        let _next = from(&admission, "2001:db8:1:3::1").ok().unwrap();
        assert_eq!(admission.open(), 4);
    }
}
