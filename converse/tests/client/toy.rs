//! Servers that are none: they say what they are told to, whatever they are sent.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A server of JSON lines, on a port of its own.
pub(crate) struct Toy {
    pub(crate) url: String,
    /// Every line that came, of all connections.
    pub(crate) lines: Arc<Mutex<Vec<String>>>,
    /// How many connections there were.
    pub(crate) connections: Arc<Mutex<usize>>,
    accepting: JoinHandle<()>,
}

impl Toy {
    /// Answers each line by what `answer` makes of it: bytes to send, or the end of the connection. It is
    /// given the number of the connection, from 0, and of the line on it.
    pub(crate) async fn start(answer: impl Fn(usize, usize, &str) -> Option<Vec<u8>> + Send + Sync + 'static) -> Toy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("tcp://{}", listener.local_addr().unwrap());
        let (lines, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
        let (heard, counted, answer) = (Arc::clone(&lines), Arc::clone(&connections), Arc::new(answer));
        let accepting = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let number = {
                    let mut counted = counted.lock().unwrap();
                    *counted += 1;
                    *counted - 1
                };
                let (heard, answer) = (Arc::clone(&heard), Arc::clone(&answer));
                tokio::spawn(async move { talk(socket, number, &heard, &*answer).await });
            }
        });
        Toy { url, lines, connections, accepting }
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    pub(crate) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }
}

impl Drop for Toy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn talk(
    socket: TcpStream,
    number: usize,
    heard: &Mutex<Vec<String>>,
    answer: &(impl Fn(usize, usize, &str) -> Option<Vec<u8>> + ?Sized),
) {
    let mut socket = BufReader::new(socket);
    for at in 0.. {
        let mut line = String::new();
        if socket.read_line(&mut line).await.unwrap_or(0) == 0 {
            return;
        }
        heard.lock().unwrap().push(line.clone());
        let Some(bytes) = answer(number, at, &line) else { return };
        if socket.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

/// The id of a message, as its digits.
pub(crate) fn id(line: &str) -> &str {
    let (_, rest) = line.split_once("\"$id\":").unwrap();
    rest.split(',').next().unwrap()
}

/// The key of a message.
pub(crate) fn key(line: &str) -> &str {
    line.split("\"$idempotency_key\":\"").nth(1).unwrap().split('"').next().unwrap()
}
