//! Files beside messages: `cargo run --example mounted --features http1 -- --http 127.0.0.1:7117`, then open
//! <http://127.0.0.1:7117/files/mounted.rs>.
//!
//! `ServeDir` of tower-http answers below `/files`; any other service of tower would do.

use std::path::Path;
use std::process::ExitCode;

use converse::{App, message, respond};
use tower_http::services::ServeDir;

/// Asks under which path a file is served.
#[message]
struct WhereIs {
    #[field(pattern = "^[a-z_]+$", max_length = 64)]
    name: String,
}

#[message]
struct Found {
    path: String,
}

#[respond]
impl WhereIs {
    fn respond(self) -> Found {
        Found::new(format!("/files/{}.rs", self.name))
    }
}

/// The application, with the files of a folder.
pub(crate) fn app(folder: &Path) -> App {
    App::linked().mount("/files", ServeDir::new(folder))
}

#[allow(dead_code, reason = "a test has an end of its own")]
fn main() -> ExitCode {
    app(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")).main()
}
