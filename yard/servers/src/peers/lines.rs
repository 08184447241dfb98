//! tokio by hand: lines of JSON by serde with one write for each read, and an echo, which is the limit.

use std::future::Future;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::{alone, listening};
use crate::shop::Request;

pub(super) fn serde() {
    run(answer);
}

pub(super) fn echo() {
    run(back);
}

fn run<F: Future<Output = std::io::Result<()>> + Send + 'static>(serve: fn(TcpStream) -> F) {
    alone(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        listening(listener.local_addr().expect("an address").port());
        loop {
            let (socket, _) = listener.accept().await.expect("a connection");
            socket.set_nodelay(true).expect("no delay");
            tokio::spawn(serve(socket));
        }
    });
}

async fn answer(mut socket: TcpStream) -> std::io::Result<()> {
    let (mut buffer, mut filled, mut out) = (vec![0; 64 << 10], 0, Vec::new());
    loop {
        let count = socket.read(&mut buffer[filled..]).await?;
        if count == 0 {
            return Ok(());
        }
        filled += count;
        let mut taken = 0;
        while let Some(length) = buffer[taken..filled].iter().position(|byte| *byte == b'\n') {
            let line = &buffer[taken..taken + length];
            let request: Request = serde_json::from_slice(line)?;
            serde_json::to_writer(&mut out, &request.answer())?;
            out.push(b'\n');
            taken += length + 1;
        }
        buffer.copy_within(taken..filled, 0);
        filled -= taken;
        socket.write_all(&out).await?;
        out.clear();
    }
}

async fn back(mut socket: TcpStream) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let count = socket.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        socket.write_all(&buffer[..count]).await?;
    }
}
