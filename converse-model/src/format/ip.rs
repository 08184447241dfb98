//! Addresses of machines.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether a text is an address of either kind.
pub(super) fn is_ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// Whether a text is four decimal numbers without leading zeros (RFC 3986, `IPv4address`).
pub(super) fn is_ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

/// Whether a text is an IPv6 address (RFC 4291, section 2.2), without a zone and without brackets.
pub(super) fn is_ipv6(text: &str) -> bool {
    text.parse::<Ipv6Addr>().is_ok()
}

/// The address as RFC 5952 writes it.
pub(super) fn written(text: &str) -> Option<String> {
    text.parse::<IpAddr>().ok().map(|address| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::{TextFormat, agrees, writes};

    const V4: &[&str] = &["0.0.0.0", "192.0.2.1", "255.255.255.255"];
    const V6: &[&str] = &[
        "::",
        "::1",
        "2001:db8::1",
        "2001:DB8:0:0:0:0:0:1",
        "2001:0db8:0000:0000:0000:0000:0000:0001",
        "::ffff:192.0.2.1",
        "64:ff9b::192.0.2.33",
    ];
    const NEITHER: &[&str] = &[
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "1.2.3.256",
        "0x7f.0.0.1",
        "1.2.3.4/24",
        " 1.2.3.4",
        "1.2.3.4 ",
        "fe80::1%eth0",
        "[::1]",
        "::1/64",
        ":::",
        "1::2::3",
        "12345::",
        "1:2:3:4:5:6:7",
        "::ffff:1.2.3.256",
        "localhost",
    ];

    #[test]
    fn std_decides() {
        agrees(TextFormat::Ip, V4, NEITHER);
        agrees(TextFormat::Ip, V6, NEITHER);
        agrees(TextFormat::Ipv4, V4, NEITHER);
        agrees(TextFormat::Ipv4, &[], V6);
        agrees(TextFormat::Ipv6, V6, NEITHER);
        agrees(TextFormat::Ipv6, &[], V4);
    }

    #[test]
    fn the_short_form_is_written() {
        writes(
            TextFormat::Ip,
            &[
                ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
                ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
                ("192.0.2.1", "192.0.2.1"),
                ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ],
        );
    }
}
