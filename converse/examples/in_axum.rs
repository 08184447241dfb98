//! Messages inside a program of axum: `cargo run --example in_axum --features http1`, then
//! `curl http://127.0.0.1:3000/api -H 'content-type: application/json' -d '{"Add":{"numbers":[1,2]}}'`, or a
//! WebSocket at `ws://127.0.0.1:3000/api/ws`.

use std::error::Error;

use axum::Router;
use axum::routing::get;
use converse::http::HttpService;
use converse::{App, message, respond};
use tokio::net::TcpListener;

/// Asks for a sum.
#[message]
struct Add {
    #[field(max_items = 100)]
    numbers: Vec<i32>,
}

#[message]
struct Sum {
    total: i64,
}

#[respond]
impl Add {
    fn respond(self) -> Sum {
        Sum::new(self.numbers.into_iter().map(i64::from).sum())
    }
}

/// A page of axum's, and below `/api` all that the application answers.
pub(crate) async fn router() -> Result<(Router, HttpService), converse::StartError> {
    let api = App::linked().into_service().await?;
    let router = Router::new().route("/", get(async || "a page of axum's")).nest_service("/api", api.clone());
    Ok((router, api))
}

#[allow(dead_code, reason = "a test has an end of its own")]
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (router, api) = router().await?;
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("serves at http://{}", listener.local_addr()?);
    let stop = async move {
        // Without the signal it serves until it is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        api.stop().await;
    };
    axum::serve(listener, router).with_graceful_shutdown(stop).await?;
    Ok(())
}
