//! Where a peer is at home.

use std::net::{IpAddr, Ipv4Addr};

/// Where a peer is at home: an address of IPv4, or a network of IPv6, of which one customer has a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Home {
    /// The address.
    V4(Ipv4Addr),
    /// The first 64 bits.
    V6(u64),
}

impl Home {
    /// The home of an address; one of IPv4 that is written as IPv6 is the same.
    pub fn of(address: IpAddr) -> Home {
        match address.to_canonical() {
            IpAddr::V4(address) => Home::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Home::V6([a, b, c, d].into_iter().fold(0, |network, part| network << 16 | u64::from(part)))
            }
        }
    }
}
