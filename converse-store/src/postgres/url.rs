//! Where a database is: `postgres://user:password@host:5432/database?sslmode=verify-full`, as libpq reads it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

/// How long a server may take to be reached.
const REACHED: Duration = Duration::from_secs(5);

/// How long what was sent may stay without any sign of the server, where the system knows.
const SILENT: Duration = Duration::from_secs(15);

/// How much is asked of the way to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Encryption {
    /// Whatever [`Config`] says: none, where the server can, or always; and nobody vouches for the server.
    Unverified,
    /// Always, and the server's certificate is for its name, and of an authority in this file or of the system's.
    Verified(Option<PathBuf>),
}

/// A database, and who uses it.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) config: Config,
    pub(super) encryption: Encryption,
    shown: String,
}

/// Without the password.
impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Without the password.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl Place {
    /// The place behind the scheme.
    ///
    /// # Errors
    /// What it should be; nothing of it is repeated.
    pub(super) fn read(rest: &str) -> Result<Place, &'static str> {
        const FORM: &str = "postgres://USER:PASSWORD@HOST:PORT/DATABASE, or postgres://USER@/DATABASE?host=/FOLDER/OF/SOCKET; \
                            other characters than letters and digits in names and passwords as %40, and options as libpq has them";
        let (url, encryption) = without_own(rest)?;
        let mut config: Config = format!("postgres://{url}").parse().map_err(|_| FORM)?;
        if encryption != Encryption::Unverified {
            config.ssl_mode(SslMode::Require);
        }
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            config.host("localhost");
        }
        if config.get_password().is_none()
            && let Ok(password) = std::env::var("PGPASSWORD")
        {
            config.password(password);
        }
        if config.get_application_name().is_none() {
            config.application_name("converse");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(REACHED);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENT);
        }
        let shown = shown(&config);
        Ok(Place { config, encryption, shown })
    }
}

/// The URL without what only we know, and that.
fn without_own(rest: &str) -> Result<(String, Encryption), &'static str> {
    let Some((place, options)) = rest.split_once('?') else { return Ok((rest.to_owned(), Encryption::Unverified)) };
    let (mut kept, mut verified, mut file) = (Vec::new(), false, None);
    for option in options.split('&') {
        match option.split_once('=') {
            Some(("sslmode", "verify-full")) => verified = true,
            Some(("sslmode", "verify-ca")) => {
                return Err("a URL with sslmode=verify-full: who vouches for a server says its name as well");
            }
            Some(("sslmode", "allow")) => return Err("a URL with sslmode=disable, prefer, require or verify-full"),
            Some(("sslrootcert", path)) => file = Some(PathBuf::from(path.replace("%2F", "/").replace("%2f", "/"))),
            Some(("sslcert" | "sslkey" | "passfile" | "service", _)) => {
                return Err(
                    "a URL without sslcert, sslkey, passfile and service, which are not read; a password may also be \
                            in the variable PGPASSWORD",
                );
            }
            _ => kept.push(option),
        }
    }
    if file.is_some() && !verified {
        return Err("a URL with sslmode=verify-full beside sslrootcert, which is not looked at otherwise");
    }
    let encryption = if verified { Encryption::Verified(file) } else { Encryption::Unverified };
    Ok((format!("{place}?{}", kept.join("&")), encryption))
}

/// The place for a person, without the password.
fn shown(config: &Config) -> String {
    let user = config.get_user().map_or_else(String::new, |user| format!("{user}@"));
    let port = |at: usize| config.get_ports().get(at).or(config.get_ports().first()).copied().unwrap_or(5432);
    let mut folder = String::new();
    let mut hosts = Vec::new();
    for (at, host) in config.get_hosts().iter().enumerate() {
        match host {
            Host::Tcp(name) if name.contains(':') => hosts.push(format!("[{name}]:{}", port(at))),
            Host::Tcp(name) => hosts.push(format!("{name}:{}", port(at))),
            #[cfg(unix)]
            Host::Unix(path) => folder = format!("?host={}&port={}", path.display(), port(at)),
        }
    }
    if hosts.is_empty() && folder.is_empty() {
        hosts.extend(config.get_hostaddrs().iter().enumerate().map(|(at, address)| format!("{address}:{}", port(at))));
    }
    let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
    format!("postgres://{user}{}/{database}{folder}", hosts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_without_its_password() {
        for (url, expected) in [
            ("josh:canary@db.example.org:6432/app", "postgres://josh@db.example.org:6432/app"),
            ("josh:can%40ry@db/app?sslmode=require", "postgres://josh@db:5432/app"),
            ("josh:canary@/app?host=/run/postgresql", "postgres://josh@/app?host=/run/postgresql&port=5432"),
            ("josh@%2Frun%2Fpostgresql/app?password=canary", "postgres://josh@/app?host=/run/postgresql&port=5432"),
            ("josh:canary@one,two:6000/app", "postgres://josh@one:5432,two:6000/app"),
            ("josh:canary@[::1]:6000/app", "postgres://josh@[::1]:6000/app"),
            ("josh:canary@", "postgres://josh@localhost:5432/josh"),
        ] {
            let place = Place::read(url).unwrap();
            assert_eq!(place.to_string(), expected);
            assert!(!format!("{place:?}{:?}", place.config).contains("can"), "{place:?}");
        }
    }

    #[test]
    fn what_is_no_place_is_not_repeated() {
        for url in
            ["josh:canary@host:port/app", "josh:canary@host/app?canary=1", "canary@host?sslmode=full", "u@h/d?sslmode"]
        {
            let error = Place::read(url).unwrap_err();
            assert!(error.starts_with("postgres://USER") && !error.contains("canary"), "{error}");
        }
        let refused = |url| Place::read(url).unwrap_err();
        assert!(refused("h/d?sslmode=verify-ca").contains("verify-full"));
        assert!(refused("h/d?sslmode=require&sslrootcert=/a").contains("verify-full"));
        assert!(refused("h/d?passfile=/a").contains("PGPASSWORD"));
    }

    #[test]
    fn a_server_is_verified_where_it_is_asked_for() {
        let verified = Place::read("h/d?sslmode=verify-full&sslrootcert=%2Fetc%2Froot.pem&connect_timeout=1").unwrap();
        assert_eq!(verified.encryption, Encryption::Verified(Some("/etc/root.pem".into())));
        assert_eq!(verified.config.get_ssl_mode(), SslMode::Require);
        assert_eq!(verified.config.get_connect_timeout(), Some(&Duration::from_secs(1)));
        let required = Place::read("h/d?sslmode=require").unwrap();
        assert_eq!((required.encryption, required.config.get_ssl_mode()), (Encryption::Unverified, SslMode::Require));
    }
}
