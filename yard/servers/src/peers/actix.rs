//! actix-web: one worker, JSON in and out.

use actix_web::{App, HttpResponse, HttpServer, web};

use super::listening;
use crate::shop::Request;

pub(super) fn http() {
    actix_web::rt::System::new().block_on(async {
        let server = HttpServer::new(|| App::new().route("/", web::post().to(answer)));
        let server = server.workers(1).bind(("127.0.0.1", 0)).expect("a port");
        listening(server.addrs()[0].port());
        server.run().await.expect("it serves");
    });
}

async fn answer(request: web::Json<Request>) -> HttpResponse {
    HttpResponse::Ok().json(request.into_inner().answer())
}
