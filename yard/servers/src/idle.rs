//! What an idle connection costs, after one message.

use std::time::Duration;

use crate::load;
use crate::process::Server;

const CONNECTIONS: u64 = 2_000;

/// Kibibytes a connection, in the server's own memory.
pub(crate) async fn run(server: &Server) -> std::io::Result<f64> {
    let (peer, before) = (server.peer, server.resident());
    let mut sockets = Vec::new();
    for _ in 0..CONNECTIONS {
        sockets.push(peer.speaks.connect(server.port).await?);
    }
    let mut tasks = Vec::new();
    for mut socket in sockets {
        tasks.push(tokio::spawn(async move { load::first(peer, &mut socket).await.map(|_| socket) }));
    }
    let mut kept = Vec::new();
    for task in tasks {
        kept.push(task.await.map_err(std::io::Error::other)??);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = server.resident();
    #[allow(clippy::cast_precision_loss, reason = "a mean")]
    Ok(after.saturating_sub(before) as f64 / 1024.0 / CONNECTIONS as f64)
}
