//! Where a collector is.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;

/// Where a collector takes OTLP over HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtlpEndpoint {
    secure: bool,
    host: String,
    port: u16,
    path: String,
}

/// A text does not say where a collector is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidOtlp;

impl fmt::Display for InvalidOtlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the URL of a collector without a user, such as http://127.0.0.1:4318")
    }
}

impl std::error::Error for InvalidOtlp {}

/// What OTLP says where nothing else is said. Collectors of others, behind TLS, are where HTTPS is.
const PORT: u16 = 4318;
const SECURE_PORT: u16 = 443;
const PATH: &str = "/v1/traces";

impl OtlpEndpoint {
    /// What to connect to.
    pub(super) fn address(&self) -> (&str, u16) {
        (self.host.trim_start_matches('[').trim_end_matches(']'), self.port)
    }

    /// Whether it speaks TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.secure
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl fmt::Display for OtlpEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}:{}{}", self.host, self.port, self.path)
    }
}

impl FromStr for OtlpEndpoint {
    type Err = InvalidOtlp;

    fn from_str(text: &str) -> Result<OtlpEndpoint, InvalidOtlp> {
        let uri: Uri = text.parse().map_err(|_| InvalidOtlp)?;
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or(InvalidOtlp)?;
        let (secure, port) = match uri.scheme_str() {
            Some("http") => (false, PORT),
            Some("https") => (true, SECURE_PORT),
            _ => return Err(InvalidOtlp),
        };
        if uri.query().is_some() {
            return Err(InvalidOtlp);
        }
        let path = uri.path().trim_end_matches('/');
        let path = if path.ends_with(PATH) { path.to_owned() } else { format!("{path}{PATH}") };
        let port = authority.port_u16().unwrap_or(port);
        Ok(OtlpEndpoint { secure, host: authority.host().to_owned(), port, path })
    }
}

#[cfg(test)]
mod tests {
    use super::OtlpEndpoint;

    #[test]
    fn what_is_not_said_is_as_otlp_has_it() {
        let read = |text: &str| text.parse::<OtlpEndpoint>().map(|endpoint| endpoint.to_string());
        assert_eq!(read("http://collector").as_deref(), Ok("http://collector:4318/v1/traces"));
        assert_eq!(read("http://127.0.0.1:9/").as_deref(), Ok("http://127.0.0.1:9/v1/traces"));
        assert_eq!(read("http://a/otlp/v1/traces").as_deref(), Ok("http://a:4318/otlp/v1/traces"));
        assert_eq!(read("https://a").as_deref(), Ok("https://a:443/v1/traces"));
        for wrong in ["", "collector:4318", "http://user:secret@a", "http://a/?x", "grpc://a:4317"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
