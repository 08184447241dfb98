//! jsonrpsee: JSON-RPC over HTTP and over WebSocket, from one port.

use jsonrpsee::RpcModule;
use jsonrpsee::server::{Server, ServerConfig};
use jsonrpsee::types::ErrorObjectOwned;

use super::{alone, listening};
use crate::shop::SignIn;

pub(super) fn both() {
    alone(async {
        let config = ServerConfig::builder().max_connections(10_000).set_tcp_no_delay(true).build();
        let server = Server::builder().set_config(config).build(("127.0.0.1", 0)).await.expect("a port");
        let mut module = RpcModule::new(());
        let answer = |message: SignIn| Ok::<_, ErrorObjectOwned>(message.respond());
        module.register_method("SignIn", move |params, _, _| answer(params.parse()?)).expect("a name that is free");
        listening(server.local_addr().expect("an address").port());
        server.start(module).stopped().await;
    });
}
