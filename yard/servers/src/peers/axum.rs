//! axum: JSON over HTTP; over WebSocket with a flush when nothing more is here to be read, which is the best
//! that can be done with it.

use axum::Router;
use axum::extract::Json;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::routing::{any, post};
use axum::serve::ListenerExt;
use futures_util::{FutureExt, SinkExt, StreamExt};

use super::{alone, listening};
use crate::shop::{Reply, Request};

pub(super) fn http() {
    run(Router::new().route("/", post(answer)));
}

pub(super) fn websocket() {
    run(Router::new().route("/ws", any(|upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(talk) })));
}

fn run(router: Router) {
    alone(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        listening(listener.local_addr().expect("an address").port());
        let listener = listener.tap_io(|socket| socket.set_nodelay(true).expect("no delay"));
        axum::serve(listener, router).await.expect("it serves");
    });
}

async fn answer(Json(request): Json<Request>) -> Json<Reply> {
    Json(request.answer())
}

async fn talk(mut socket: WebSocket) {
    while let Some(Ok(first)) = socket.next().await {
        let mut next = Some(first);
        while let Some(message) = next.take() {
            let Message::Text(text) = message else { continue };
            let Ok(request) = serde_json::from_str::<Request>(&text) else { return };
            let reply = serde_json::to_string(&request.answer()).expect("a reply");
            if socket.feed(Message::Text(reply.into())).await.is_err() {
                return;
            }
            next = match socket.next().now_or_never() {
                Some(Some(Ok(message))) => Some(message),
                Some(_) => return,
                None => None,
            };
        }
        if socket.flush().await.is_err() {
            return;
        }
    }
}
