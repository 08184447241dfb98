//! A program that serves, and what is said to it by hand.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use converse::{App, Config, Serving, block_on};
use tungstenite::client::IntoClientRequest;
use tungstenite::handshake::client::Request;
use tungstenite::{Message, WebSocket};

/// How long a test waits for what must come: so long that only what never comes takes longer, on the slowest machine too.
const PATIENCE: Duration = Duration::from_mins(1);

pub(crate) struct Server {
    pub(crate) http: SocketAddr,
    pub(crate) tcp: SocketAddr,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    /// Serves in a thread of its own, so that tests may block.
    pub(crate) fn start(app: impl FnOnce() -> App + Send + 'static, config: Config) -> Server {
        let (told, addresses) = std::sync::mpsc::channel();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
        // What still runs is waited for, as long as a handler may take.
        let config = Config { http: Some(any), tcp: Some(any), ..config };
        let thread = std::thread::spawn(move || {
            block_on(async move {
                let serving: Serving = app().build_with(config).unwrap().serve().await.unwrap();
                told.send((serving.http_address().unwrap(), serving.tcp_address().unwrap())).unwrap();
                let _either_way = stopped.await;
                serving.stop().await;
            });
        });
        let (http, tcp) = addresses.recv_timeout(PATIENCE).unwrap();
        Server { http, tcp, stop: Some(stop), thread: Some(thread) }
    }

    /// The whole response to one request; `what` is the method and the path.
    pub(crate) fn http(&self, what: &str, headers: &[(&str, &str)], body: &str) -> String {
        let headers: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!(
            "{what} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n{headers}",
            body.len(),
            headers = headers.concat()
        );
        self.raw(&format!("{head}\r\n{body}"))
    }

    /// The whole response to these bytes.
    pub(crate) fn raw(&self, request: &str) -> String {
        let mut socket = connect(self.http);
        socket.write_all(request.as_bytes()).unwrap();
        let mut response = String::new();
        socket.read_to_string(&mut response).unwrap();
        response
    }

    /// A connection that sends lines.
    pub(crate) fn lines(&self) -> Lines {
        Lines(connect(self.tcp))
    }

    /// A WebSocket whose upgrade has these headers.
    pub(crate) fn websocket(&self, headers: &[(&'static str, &str)]) -> Frames {
        let mut request: Request = format!("ws://{}/ws", self.http).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        Frames(tungstenite::client(request, connect(self.http)).unwrap().0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let socket = TcpStream::connect(address).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

/// What stays connected: one message, one reply.
pub(crate) trait Talk {
    fn say(&mut self, message: &str) -> String;
}

pub(crate) struct Lines(TcpStream);

impl Talk for Lines {
    fn say(&mut self, message: &str) -> String {
        self.send(&format!("{message}\n"));
        self.hear()
    }
}

impl Lines {
    pub(crate) fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).unwrap();
    }

    /// The next line that comes.
    pub(crate) fn hear(&mut self) -> String {
        let mut line = Vec::new();
        let mut byte = [0];
        while byte != *b"\n" {
            self.0.read_exact(&mut byte).unwrap();
            line.extend(byte);
        }
        String::from_utf8(line).unwrap().trim_end().to_owned()
    }
}

pub(crate) struct Frames(WebSocket<TcpStream>);

impl Talk for Frames {
    fn say(&mut self, message: &str) -> String {
        self.0.send(Message::text(message)).unwrap();
        self.0.read().unwrap().into_text().unwrap().to_string()
    }
}
