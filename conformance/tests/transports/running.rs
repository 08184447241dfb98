//! The application of the suite, running.

use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use converse::{Config, Engine, Serving};

/// How long a handler may take: short, because a case waits for it to pass, and longer than a busy machine keeps one waiting
/// that does nothing.
const HANDLER_TIMEOUT: Duration = Duration::from_millis(1_500);

/// The application over sockets and in memory.
pub(crate) struct Running {
    /// Where HTTP and WebSocket are served.
    pub(crate) http: SocketAddr,
    /// Where JSON lines are served.
    pub(crate) tcp: SocketAddr,
    /// The same application in memory.
    pub(crate) engine: Rc<Engine>,
    /// The server, to be stopped.
    pub(crate) serving: Serving,
}

impl Running {
    /// Starts the application on ports that are free.
    pub(crate) async fn start() -> Running {
        let any = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        let config = Config { http: any, tcp: any, handler_timeout: HANDLER_TIMEOUT, ..Config::default() };
        let engine = Rc::new(conformance::app().build_with(config.clone()).unwrap());
        let serving = conformance::app().build_with(config).unwrap().serve().await.unwrap();
        let (http, tcp) = (serving.http_address().unwrap(), serving.tcp_address().unwrap());
        Running { http, tcp, engine, serving }
    }

    /// Stops it, once all that was sent is answered.
    pub(crate) async fn stop(self) {
        assert_eq!(self.serving.stop().await, 0, "connections were cut off");
    }
}
