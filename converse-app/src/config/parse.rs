//! From the text of a setting to its value; every error says what is expected.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use converse_dispatch::Secret;
use converse_net::{Network, OtlpEndpoint};
use converse_store::{Durability, engine};
use converse_wire::base64;

use crate::LogFormat;

type Parsed<T> = Result<T, &'static str>;

pub(super) fn address(text: &str) -> Parsed<Option<SocketAddr>> {
    if text == "off" {
        return Ok(None);
    }
    // A name such as `localhost` is looked up; an address is not.
    let found = text.to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
    found.map(Some).ok_or("an address with a port, such as 127.0.0.1:7117, or off")
}

pub(super) fn path(text: &str) -> Parsed<Option<PathBuf>> {
    match text {
        "off" => Ok(None),
        "" => Err("a path, such as /run/app/http.sock, or off"),
        path => Ok(Some(path.into())),
    }
}

pub(super) fn key(text: &str) -> Parsed<Option<Secret<Vec<u8>>>> {
    match base64(text) {
        Some(key) if key.len() >= 32 => Ok(Some(Secret::new(key))),
        _ => Err("at least 32 random bytes in base64, as `openssl rand -base64 32` makes them"),
    }
}

pub(super) fn store(text: &str) -> Parsed<Secret<String>> {
    engine(text, Durability::Full).map(|_| text.into())
}

pub(super) fn durability(text: &str) -> Parsed<Durability> {
    match text {
        "full" => Ok(Durability::Full),
        "fast" => Ok(Durability::Fast),
        _ => Err("full or fast"),
    }
}

pub(super) fn changes(text: &str) -> Parsed<Vec<String>> {
    let known = |change: &str| match change.split_once(':') {
        Some(("drop_column", name)) => name.contains('.'),
        Some(("drop_index", name)) => !name.is_empty(),
        _ => false,
    };
    if list(text).all(known) {
        Ok(list(text).map(str::to_owned).collect())
    } else {
        Err("changes as the start names them, such as drop_column:user.age or drop_index:user_name_key")
    }
}

pub(super) fn mode(text: &str) -> Parsed<u32> {
    match u32::from_str_radix(text, 8) {
        Ok(mode @ 0..=0o777) => Ok(mode),
        _ => Err("permissions as chmod has them, such as 600 or 660"),
    }
}

/// The items between the commas.
fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

pub(super) fn hosts(text: &str) -> Parsed<Vec<String>> {
    let name = |host: &str| host == "*" || !host.contains([':', '/', '*', ' ']);
    if list(text).all(name) {
        Ok(list(text).map(str::to_owned).collect())
    } else {
        Err("host names without scheme and port, such as api.example.com, or *")
    }
}

pub(super) fn origins(text: &str) -> Parsed<Vec<String>> {
    let origin = |origin: &str| {
        origin.split_once("://").is_some_and(|(scheme, authority)| {
            !scheme.is_empty() && !authority.is_empty() && !authority.contains(['/', '*', ' '])
        })
    };
    if list(text).all(origin) {
        Ok(list(text).map(str::to_owned).collect())
    } else {
        Err("origins with their scheme and without a path, such as https://app.example or http://localhost:5173")
    }
}

pub(super) fn networks(text: &str) -> Parsed<Vec<Network>> {
    let networks: Result<_, _> = list(text).map(str::parse).collect();
    networks.map_err(|_| "addresses or networks, such as 192.0.2.7 or 10.0.0.0/8, or unix")
}

/// This machine, and networks that are not of the internet: RFC 1918, RFC 4193, RFC 3927 and RFC 4291.
pub(super) fn private() -> Vec<Network> {
    let all = "127.0.0.0/8, ::1, unix, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16, fc00::/7, fe80::/10";
    list(all).filter_map(|network| network.parse().ok()).collect()
}

pub(super) fn readers(text: &str) -> Parsed<Vec<Network>> {
    if text == "off" { Ok(Vec::new()) } else { networks(text) }
}

pub(super) fn size(text: &str) -> Parsed<usize> {
    const EXPECTED: &str = "a size from 64 bytes to 1GiB, such as 65536, 512KiB or 1MiB";
    let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("B", 1), ("", 1)];
    let (digits, unit) = units
        .iter()
        .find_map(|(name, unit)| text.strip_suffix(name).map(|digits| (digits.trim(), *unit)))
        .ok_or(EXPECTED)?;
    let size = digits.parse::<usize>().ok().and_then(|count| count.checked_mul(unit)).ok_or(EXPECTED)?;
    if (64..=1 << 30).contains(&size) { Ok(size) } else { Err(EXPECTED) }
}

pub(super) fn depth(text: &str) -> Parsed<u16> {
    match text.parse() {
        // Each level takes a frame of the stack.
        Ok(depth @ 1..=512) => Ok(depth),
        _ => Err("a count from 1 to 512"),
    }
}

pub(super) fn count(text: &str) -> Parsed<usize> {
    match text.parse() {
        Ok(count @ 0..=1024) => Ok(count),
        _ => Err("a count from 0 to 1024"),
    }
}

pub(super) fn positive(text: &str) -> Parsed<usize> {
    match text.parse() {
        Ok(count @ 1..=10_000_000) => Ok(count),
        _ => Err("a count from 1 to 10000000"),
    }
}

pub(super) fn rate(text: &str) -> Parsed<u32> {
    match text.parse() {
        Ok(rate @ 0..=10_000_000) => Ok(rate),
        _ => Err("a count from 0 to 10000000"),
    }
}

pub(super) fn switch(text: &str) -> Parsed<bool> {
    match text {
        "yes" | "true" | "on" | "1" => Ok(true),
        "no" | "false" | "off" | "0" => Ok(false),
        _ => Err("yes or no"),
    }
}

pub(super) fn time(text: &str) -> Parsed<Duration> {
    const EXPECTED: &str = "a time up to 24h with its unit, such as 500ms, 30s, 5m or 1h";
    let units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];
    let (digits, unit) = units
        .iter()
        .find_map(|(name, unit)| text.strip_suffix(name).map(|digits| (digits.trim(), *unit)))
        .ok_or(EXPECTED)?;
    let milliseconds = digits.parse::<u64>().ok().and_then(|count| count.checked_mul(unit)).ok_or(EXPECTED)?;
    if (1..=86_400_000).contains(&milliseconds) { Ok(Duration::from_millis(milliseconds)) } else { Err(EXPECTED) }
}

pub(super) fn log(text: &str) -> Parsed<String> {
    match text.parse::<tracing_subscriber::EnvFilter>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("error, warn, info, debug or trace, or directives such as converse=debug"),
    }
}

pub(super) fn otlp(text: &str) -> Parsed<Option<OtlpEndpoint>> {
    if text == "off" {
        return Ok(None);
    }
    let expected = "the URL of a collector without a user, such as http://127.0.0.1:4318, or off";
    text.parse().map(Some).map_err(|_| expected)
}

pub(super) fn log_format(text: &str) -> Parsed<LogFormat> {
    match text {
        "pretty" => Ok(LogFormat::Pretty),
        "json" => Ok(LogFormat::Json),
        _ => Err("pretty or json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_with_their_units() {
        assert_eq!(size("1MiB"), Ok(1 << 20));
        assert_eq!(size("100"), Ok(100));
        assert!(size("1MB").is_err());
        assert!(size("1").is_err());
        assert_eq!(time("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(time("2m"), Ok(Duration::from_mins(2)));
        assert!(time("30").is_err());
        assert!(time("0s").is_err());
        assert_eq!(address("off"), Ok(None));
        assert!(address("7117").is_err());
        assert_eq!(switch("no"), Ok(false));
        assert_eq!(hosts("a.example, *"), Ok(vec!["a.example".to_owned(), "*".to_owned()]));
        assert!(hosts("https://a.example").is_err() && hosts("a.example:80").is_err() && hosts("*.a.example").is_err());
        assert_eq!(origins("https://a.example"), Ok(vec!["https://a.example".to_owned()]));
        assert!(origins("a.example").is_err() && origins("*").is_err() && origins("https://a.example/").is_err());
        assert_eq!(networks("10.0.0.0/8,::1").map(|networks| networks.len()), Ok(2));
        assert!(networks("proxy").is_err());
        assert_eq!((private().len(), readers("off"), readers("10.0.0.0/8").is_ok()), (9, Ok(vec![]), true));
        assert_eq!(rate("100"), Ok(100));
        assert!(rate("-1").is_err() && rate("10/s").is_err());
        assert_eq!(mode("660"), Ok(0o660));
        assert!(mode("999").is_err() && mode("7777").is_err());
        assert!(store("sqlite://a.db").is_ok() && store("sqlite:///a.db").is_ok() && store("memory:").is_ok());
        assert!(store("sqlite://").is_err() && store("a.db").is_err() && store("mysql://a").is_err());
        assert_eq!(changes("drop_column:user.age").map(|changes| changes.len()), Ok(1));
        assert!(changes("drop_table:user").is_err() && changes("drop_column:user").is_err());
        assert_eq!(durability("fast"), Ok(Durability::Fast));
        assert_eq!(path("off"), Ok(None));
        assert_eq!(key(&"AAAA".repeat(11)).unwrap().unwrap().expose().len(), 33);
        assert!(key(&"AAAA".repeat(10)).is_err() && key("").is_err() && key(&"*".repeat(64)).is_err());
    }
}
