//! The opening handshake of WebSocket from the client's side (RFC 6455, section 4.1).

use std::io;

use bytes::Bytes;
use converse_dispatch::SharedFormat;
use http_body_util::Empty;
use hyper::client::conn::http1;
use hyper::header::{
    AUTHORIZATION, CONNECTION, HOST, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tungstenite::handshake::client::generate_key;
use tungstenite::handshake::derive_accept_key;

use super::dial::{Dialer, Io};
use super::error::Trouble;
use crate::Transport;
use crate::websocket::{Frames, handshake};

/// What came is not HTTP.
const STRANGER: Trouble =
    Trouble::Stranger("what answers does not speak HTTP; is the port right, or does it want TLS (wss://)?");

/// Upgrades a connection, to this format if it is not JSON.
pub(super) async fn upgrade(
    io: Box<dyn Io>,
    dialer: &Dialer,
    format: Option<SharedFormat>,
) -> Result<Box<dyn Transport>, Trouble> {
    let key = generate_key();
    let request = request(dialer, &key, format.as_ref())?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(io)).await.map_err(|_| STRANGER)?;
    // It ends with the upgrade, or with the sender.
    tokio::spawn(connection.with_upgrades());
    let response = sender.send_request(request).await.map_err(unanswered)?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(Trouble::Status(response.status().as_u16()));
    }
    agreed(response.headers(), &key, format.as_ref())?;
    let upgraded = hyper::upgrade::on(response).await.map_err(|_| STRANGER)?;
    let parts = upgraded.downcast::<TokioIo<Box<dyn Io>>>().map_err(|_| STRANGER)?;
    Ok(Box::new(Frames::client(parts.io.into_inner(), &parts.read_buf, dialer.limits.bytes, format)))
}

/// Why there is no answer to the request. A server that is about to end may take a connection and close it.
fn unanswered(error: hyper::Error) -> Trouble {
    if error.is_parse() { STRANGER } else { Trouble::Io(io::Error::other(error)) }
}

fn request(dialer: &Dialer, key: &str, format: Option<&SharedFormat>) -> Result<Request<Empty<Bytes>>, Trouble> {
    let mut request = Request::get(&dialer.target.path)
        .header(HOST, &dialer.target.authority)
        .header(CONNECTION, "upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, handshake::VERSION)
        .header(SEC_WEBSOCKET_KEY, key);
    if let Some(format) = format {
        request = request.header(SEC_WEBSOCKET_PROTOCOL, format.name());
    }
    if let Some(token) = dialer.authorization() {
        request = request.header(AUTHORIZATION, token);
    }
    request.body(Empty::new()).map_err(|error| Trouble::Url(error.to_string()))
}

/// Whether the server agreed to this handshake, and to the format.
fn agreed(headers: &HeaderMap, key: &str, format: Option<&SharedFormat>) -> Result<(), Trouble> {
    if headers
        .get(SEC_WEBSOCKET_ACCEPT)
        .is_none_or(|accept| accept.as_bytes() != derive_accept_key(key.as_bytes()).as_bytes())
    {
        return Err(Trouble::Stranger(
            "it did not agree to a WebSocket; is a proxy in between that does not pass them on?",
        ));
    }
    let protocol = headers.get(SEC_WEBSOCKET_PROTOCOL).map(HeaderValue::as_bytes);
    if protocol != format.map(|format| format.name().as_bytes()) {
        return Err(Trouble::Stranger(
            "it does not speak the client's format; choose another with `.format(…)`, or add it to the server",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use converse_dispatch::SharedFormat;
    use converse_wire::MsgPack;
    use hyper::header::{HeaderMap, HeaderValue};

    use super::agreed;

    #[test]
    fn a_server_must_agree_to_this_very_handshake_and_format() {
        // RFC 6455, section 1.3, has this answer to this key.
        let key = "dGhlIHNhbXBsZSBub25jZQ==";
        let mut headers = HeaderMap::new();
        assert!(agreed(&headers, key, None).is_err());
        headers.insert("sec-websocket-accept", HeaderValue::from_static("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        assert!(agreed(&headers, key, None).is_ok());
        assert!(agreed(&headers, "another", None).is_err());
        let msgpack: SharedFormat = Arc::new(MsgPack);
        assert!(agreed(&headers, key, Some(&msgpack)).is_err());
        headers.insert("sec-websocket-protocol", HeaderValue::from_static("msgpack"));
        assert!(agreed(&headers, key, Some(&msgpack)).is_ok());
        assert!(agreed(&headers, key, None).is_err());
    }
}
