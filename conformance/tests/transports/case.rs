//! A case: what is sent, what must come back. Each is a folder, `cases/<topic>/<case>/`.
//!
//! - `in.json`: the bytes as they are sent, but for one line end at the end of the file;
//!   or `in.hex`: the bytes in hexadecimal; or `in.repeat`: a list of texts and `[text, count]` pairs.
//! - `out.json`: the reply, compared by value, where a fault's `message` may be left out;
//!   or `out.exact.json`: the reply to the byte.
//! - `status`: the HTTP status, where it is not 200.
//! - `never`: a text that the reply must not hold.
//! - `tcp`, `http`, `websocket`, `memory`: what is special there, see [`Special`];
//!   `tcp.out.json` and so on: the reply there.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::reply::Expected;
use crate::wire::Carrier;

/// One case.
pub(crate) struct Case {
    /// `<topic>/<case>`.
    pub(crate) name: String,
    /// What is sent.
    pub(crate) input: Vec<u8>,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What the reply must not hold.
    pub(crate) never: Option<String>,
    out: Option<Expected>,
    folder: PathBuf,
}

/// What a case does on one transport, where that is special.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Special {
    /// `ends`: the reply comes, then the connection ends; `ends 1009`: with this close code.
    Ends(Option<u16>),
    /// `close 1007`: no reply; the connection ends with this close code.
    Close(u16),
    /// `silent`: no reply, and the connection goes on.
    Silent,
    /// `skip: reason`: the transport cannot carry the input.
    Skip,
}

impl Case {
    /// Every case, in the order of their names.
    pub(crate) fn all() -> Vec<Case> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
        let mut cases = Vec::new();
        for topic in folders(&root) {
            cases.extend(folders(&topic).into_iter().map(Case::load));
        }
        cases
    }

    fn load(folder: PathBuf) -> Case {
        let mut steps = folder.iter().rev().map(|step| step.to_string_lossy());
        let (case, topic) = (steps.next().unwrap(), steps.next().unwrap());
        let name = format!("{topic}/{case}");
        drop(steps);
        let status = text(&folder.join("status")).map_or(200, |status| status.trim().parse().unwrap());
        let input = input(&folder).unwrap_or_else(|| panic!("{name} has no in.json, in.hex or in.repeat"));
        let out = Expected::load(&folder.join("out.exact.json"), &folder.join("out.json"));
        let never = text(&folder.join("never")).map(|never| never.trim().to_owned());
        Case { name, input, status, never, out, folder }
    }

    /// What the reply must be on this transport; `None` where there is none.
    pub(crate) fn expected(&self, carrier: Carrier) -> Option<Expected> {
        let none = Path::new("");
        Expected::load(none, &self.folder.join(format!("{}.out.json", carrier.name()))).or_else(|| self.out.clone())
    }

    /// What is special on this transport.
    pub(crate) fn special(&self, carrier: Carrier) -> Option<Special> {
        let text = text(&self.folder.join(carrier.name()))?;
        let (word, rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let code = rest.parse().ok();
        Some(match (word, code) {
            ("ends", code) => Special::Ends(code),
            ("close", Some(code)) => Special::Close(code),
            ("silent", None) => Special::Silent,
            ("skip:", None) if !rest.is_empty() => Special::Skip,
            _ => panic!("{}: `{text}` says nothing about a transport", self.name),
        })
    }
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(of).unwrap_or_else(|error| panic!("{}: {error}", of.display()));
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn text(path: &Path) -> Option<String> {
    path.is_file().then(|| std::fs::read_to_string(path).unwrap())
}

fn input(folder: &Path) -> Option<Vec<u8>> {
    if let Some(json) = text(&folder.join("in.json")) {
        return Some(json.strip_suffix('\n').unwrap_or(&json).as_bytes().to_vec());
    }
    if let Some(hex) = text(&folder.join("in.hex")) {
        return Some(bytes_of_hex(&hex));
    }
    let parts: Vec<Value> = serde_json::from_str(&text(&folder.join("in.repeat"))?).unwrap();
    let mut whole = String::new();
    for part in parts {
        match part {
            Value::String(text) => whole.push_str(&text),
            Value::Array(pair) => {
                let count = usize::try_from(pair[1].as_u64().unwrap()).unwrap();
                whole.push_str(&pair[0].as_str().unwrap().repeat(count));
            }
            other => panic!("{}: {other} is neither a text nor a pair", folder.display()),
        }
    }
    Some(whole.into_bytes())
}

fn bytes_of_hex(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap()).collect()
}
