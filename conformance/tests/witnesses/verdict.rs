//! What the witnesses say of a message, and in what they differ.

use converse::{AnyMessage, Fault};
use converse_model::Shape;
use converse_model::report::Report;

use crate::reference::{self, Document, Wrong};
use crate::subject::Subject;

/// What the reference says of a message.
#[derive(Debug)]
enum Referred {
    /// It is no JSON, by `serde_json`.
    NoJson,
    /// A text in it holds NUL.
    Nul,
    /// It has more than 64 levels.
    Deep,
    /// It is JSON, and this is wrong with it.
    Read(Vec<Wrong>),
}

/// The class's body in its envelope, or in a text in it.
fn refer(shape: &Shape, json: &str) -> Referred {
    let Ok(Document::Map(members)) = Document::parse(json) else { return Referred::NoJson };
    let [(name, body)] = members.as_slice() else { panic!("{json} is no envelope of one class") };
    assert_eq!(*name, *shape.name);
    let inner = match body {
        Document::Text(text) if text.contains('\0') => return Referred::Nul,
        Document::Text(text) => Document::parse(text),
        other => Ok(other.clone()),
    };
    match inner {
        Err(_) => Referred::NoJson,
        Ok(body) if body.depth() > 64 => Referred::Deep,
        Ok(body) if body.holds_nul() => Referred::Nul,
        Ok(body) => Referred::Read(reference::wrongs(shape, &body)),
    }
}

/// Every witness's verdict on one message.
pub(crate) struct Verdict {
    typed: Option<Result<String, Fault>>,
    shaped: Result<AnyMessage, Fault>,
    referred: Referred,
}

impl Verdict {
    pub(crate) fn of(subject: &Subject, json: &str) -> Verdict {
        Verdict {
            typed: subject.read.map(|read| read(json)),
            shaped: subject.shaped(json),
            referred: refer(subject.shape, json),
        }
    }

    /// `accepted`, or the code of the fault.
    pub(crate) fn outcome(&self) -> String {
        self.shaped.as_ref().map_or_else(|fault| fault.code.to_string(), |_| "accepted".to_owned())
    }

    /// The rules that are broken, by the reference.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &str> {
        let wrongs: &[Wrong] = if let Referred::Read(wrongs) = &self.referred { wrongs } else { &[] };
        wrongs.iter().map(|(_, rule)| rule.as_str())
    }

    /// How it is written again, if it is accepted.
    pub(crate) fn written(&self) -> &str {
        self.typed.as_ref().and_then(|typed| typed.as_deref().ok()).unwrap_or_default()
    }

    /// In what the witnesses differ, or what is wrong with all of them.
    pub(crate) fn difference(&self, subject: &Subject) -> Option<&'static str> {
        self.beside_the_reference().or_else(|| self.beside_the_type(subject)).or_else(|| self.beside_itself(subject))
    }

    fn beside_the_reference(&self) -> Option<&'static str> {
        let (fault, wrongs) = match (&self.shaped, &self.referred) {
            (Ok(_), Referred::Read(wrongs)) if wrongs.is_empty() => return None,
            (Ok(_), _) => return Some("the shape takes what the reference refuses"),
            (Err(fault), Referred::Read(wrongs)) => (fault, wrongs),
            (Err(fault), Referred::Nul) if fault.code == "bad_string" => return None,
            (Err(fault), Referred::Deep) if fault.code == "too_deep" => return None,
            // Which of two mistakes of a text is met first is the reader's.
            (Err(fault), Referred::NoJson) if ["bad_json", "bad_string", "too_deep"].contains(&&*fault.code) => {
                return (!fault.errors.is_empty()).then_some("what is no JSON breaks a rule");
            }
            _ => return Some("what is no JSON is refused as another fault"),
        };
        let told: Vec<Wrong> = fault.errors.iter().map(|one| (one.pointer.clone(), one.rule.to_string())).collect();
        let lexical = wrongs.iter().take(Report::LIMIT).any(|(_, rule)| rule == Report::DUPLICATE_KEY);
        let listed = wrongs.len().min(Report::LIMIT);
        match () {
            () if wrongs.is_empty() => Some("the shape refuses what the reference takes"),
            () if told != wrongs[..listed] => Some("the shape and the reference find other errors"),
            () if fault.more != wrongs.len() - listed => Some("the shape and the reference count other errors"),
            () if fault.code != if lexical { "bad_json" } else { "validation" } => Some("the fault has another code"),
            () => None,
        }
    }

    fn beside_the_type(&self, subject: &Subject) -> Option<&'static str> {
        let read = subject.read?;
        match (self.typed.as_ref()?, &self.shaped) {
            (Ok(typed), Ok(shaped)) => {
                let again = shaped.to_json().and_then(|json| read(&json)).unwrap_or_default();
                (!is_same(subject.shape, typed, &again)).then_some("what the shape keeps is another message")
            }
            (Ok(_), Err(_)) => Some("the shape refuses what the reader takes"),
            (Err(_), Ok(_)) => Some("the reader refuses what the shape takes"),
            (Err(typed), Err(shaped)) if typed != shaped => Some("they refuse for different reasons"),
            (Err(typed), Err(_)) => {
                (typed.code == "internal").then_some("the reader refuses what nothing is wrong with")
            }
        }
    }

    /// What is accepted is written such that it is accepted, and written so again.
    fn beside_itself(&self, subject: &Subject) -> Option<&'static str> {
        let written = self.shaped.as_ref().ok()?.to_json();
        let again = written.clone().and_then(|json| subject.shaped(&json)?.to_json());
        (again != written).then_some("what was written is not read as it was")
    }

    /// All of it, for whoever looks into a difference.
    pub(crate) fn shown(&self, json: &str) -> String {
        let shaped = self.shaped.as_ref().map(AnyMessage::to_json);
        format!("{json}\n  typed: {:?}\n  shape: {shaped:?}\n  reference: {:?}", self.typed, self.referred)
    }
}

/// Whether two texts are the same message. They are one text, but where a `HashSet` has an order of its own.
fn is_same(shape: &Shape, one: &str, other: &str) -> bool {
    let body = |json: &str| match Document::parse(json) {
        Ok(Document::Map(members)) => members.into_iter().next().map(|(_, body)| body),
        _ => None,
    };
    match (body(one), body(other)) {
        _ if one == other => true,
        (Some(one), Some(other)) => shape.name.starts_with("Hashed") && reference::are_same(shape, &one, &other),
        _ => false,
    }
}
