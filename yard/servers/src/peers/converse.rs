//! converse, as `converse::main()` serves, with one thread and nothing turned off but the caps.

use converse::{App, Config};

use super::{alone, listening};

pub(super) fn http() {
    serve(true);
}

pub(super) fn tcp() {
    serve(false);
}

fn serve(http: bool) {
    let anywhere = Some(([127, 0, 0, 1], 0).into());
    let mut config = Config { http: None, tcp: None, threads: 1, ..Config::default() };
    // All of the load comes from one address.
    config.max_connections_per_address = config.max_connections;
    if http {
        config.http = anywhere;
    } else {
        config.tcp = anywhere;
    }
    alone(async {
        let engine = App::linked().build_with(config).expect("the classes fit together");
        let serving = engine.serve().await.expect("a port");
        let address = serving.http_address().or(serving.tcp_address()).expect("an address");
        listening(address.port());
        std::future::pending::<()>().await;
    });
}
