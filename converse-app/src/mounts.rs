//! Whether services are mounted where they hide nothing.

use converse_dispatch::Responder;
use converse_model::{Problem, Problems, Registry};
use converse_net::Mounts;

/// The server's own paths.
const OWN: [(&str, &str); 3] =
    [("/ws", "WebSocket"), ("/livez", "whether the process lives"), ("/readyz", "whether it takes messages")];

/// Checks where services are mounted.
pub(crate) fn check(mounts: &Mounts, registry: &Registry) -> Result<(), Problems> {
    let mut problems = Vec::new();
    let mut before = None;
    for path in mounts.paths() {
        let wrong = if before.replace(path) == Some(path) {
            Some("is where another one is mounted".to_owned())
        } else {
            wrong(path, registry)
        };
        if let Some(wrong) = wrong {
            problems.push(Problem {
                what: format!("a service cannot be mounted at `{}`, which {wrong}", path.escape_debug()),
                remedy: "mount it at a path of its own, such as /files".to_owned(),
            });
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
}

fn wrong(path: &str, registry: &Registry) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let whole = |part: &str| !part.is_empty() && part.bytes().all(plain) && part != "." && part != "..";
    if path == "/" || path.is_empty() {
        return Some("would hide every path of the server, envelopes at POST / first".to_owned());
    }
    let Some(rest) = path.strip_prefix('/').filter(|rest| rest.split('/').all(whole)) else {
        let text =
            "is no path: it begins with `/`, does not end with one, and has letters, digits, `-`, `.`, `_` and `~`";
        return Some(text.to_owned());
    };
    if let Some((_, what)) = OWN.iter().find(|(own, _)| *own == path) {
        return Some(format!("the server answers itself ({what})"));
    }
    let class = registry.message(rest).filter(|class| class.slot::<Responder>().is_some())?;
    Some(format!("is where bare bodies of the class `{}` are sent", class.name()))
}
