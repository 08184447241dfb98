//! Addresses of machines: the parsers of `std` are the form.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{read_texts, write_texts};

read_texts! {
    IpAddr: |text| text.parse().ok();
    Ipv4Addr: |text| text.parse().ok();
    Ipv6Addr: |text| text.parse().ok();
}

write_texts! {
    IpAddr: ToString::to_string;
    Ipv4Addr: ToString::to_string;
    Ipv6Addr: ToString::to_string;
}
