//! The example that end-to-end scripts start as a server.

use std::path::PathBuf;

use crate::process::{cargo, read, run};
use crate::{Failure, House};

/// Builds the example as README says that a server is built, and asks cargo where it put it, because the target folder can
/// be anywhere.
pub(crate) fn server(house: &House) -> Result<PathBuf, Failure> {
    let remedy = "mend converse/examples/sign_in.rs";
    let arguments = ["build", "--example", "sign_in", "--features", "converse/jemalloc"];
    run(&mut cargo(house, &arguments), remedy)?;
    let mut command = cargo(house, &arguments);
    command.args(["--quiet", "--message-format", "json-render-diagnostics"]);
    executable(&read(&mut command, remedy)?)
        .ok_or_else(|| Failure::new("cargo names no binary for the example sign_in", remedy))
}

/// The last `"executable":"…"` of cargo's messages: the only member that is needed of them.
fn executable(messages: &str) -> Option<PathBuf> {
    let (_, rest) = messages.rsplit_once("\"executable\":\"")?;
    let mut path = String::new();
    let mut characters = rest.chars();
    loop {
        match characters.next()? {
            '"' => return Some(PathBuf::from(path)),
            '\\' => path.push(characters.next()?),
            character => path.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binary_is_read_from_the_messages_of_cargo() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","executable":"C:\\t\\sign_in.exe","fresh":true}"#,
        );
        assert_eq!(executable(messages), Some(PathBuf::from(r"C:\t\sign_in.exe")));
        assert_eq!(executable(r#"{"executable":null}"#), None);
    }
}
