//! The guide that converse comes from, block by block: the same exchange, the same words on the wire.
//!
//! The guide builds a message server in Python by metaprogramming. Each test says which of its code
//! blocks or promises it repeats.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::VecDeque;

use converse::{AnyMessage, App, Engine, FaultKind, Result, Secret, block_on, message, respond, value};

// The block "for example the class".

#[message]
#[derive(Debug, PartialEq)]
struct SignInMessage {
    username: String,
    password: String,
}

// The block "a simple example of the kind of message we might want to receive from the client".

#[message]
#[derive(Debug, PartialEq)]
struct SignIn {
    name: String,
    password: Secret<String>,
}

#[message]
#[derive(Debug, PartialEq)]
struct SignInResponse {
    success: bool,
    #[field(default = true)]
    valid_user: bool,
    #[field(default = true)]
    valid_password: bool,
    error_message: Option<String>,
}

#[respond]
impl SignIn {
    fn respond(self) -> SignInResponse {
        let valid_user = self.name == "josh";
        let valid_password = valid_user && self.password.expose() == "basketball";
        if valid_password {
            return SignInResponse::new(true);
        }
        SignInResponse::new(false).with_valid_user(valid_user).with_valid_password(valid_password)
    }
}

// What the guide's server loop has to survive.

#[message]
struct Fails {}

#[respond]
impl Fails {
    fn respond(self) -> Result<SignInResponse> {
        "not a number".parse::<i32>()?;
        Ok(SignInResponse::new(true))
    }
}

#[message]
struct Panics {}

#[respond]
impl Panics {
    fn respond(self) -> SignInResponse {
        panic!("a handler that gives up")
    }
}

#[message]
struct BadReply {}

#[message]
struct Number {
    value: f64,
}

#[respond]
impl BadReply {
    fn respond(self) -> Number {
        Number::new(f64::NAN)
    }
}

// The block of imports: "classes that reference each other's type in a recursive manner".

#[message]
#[derive(Debug, PartialEq)]
struct Tree {
    label: String,
    children: Vec<Branch>,
}

#[value]
#[derive(Debug, PartialEq)]
struct Branch {
    length: u32,
    subtree: Option<Box<Tree>>,
}

const SIGN_IN: &str = r#"{"SignIn":{"name":"josh","password":"basketball"}}"#;
const WELCOME: &str = r#"{"SignInResponse":{"success":true,"valid_user":true,"valid_password":true}}"#;

/// The guide's `server`, "an object that can send and receive JSON".
struct Server {
    incoming: VecDeque<String>,
    sent: Vec<String>,
}

impl Server {
    fn get_json(&mut self) -> Option<String> {
        self.incoming.pop_front()
    }

    fn send_json(&mut self, json: String) {
        self.sent.push(json);
    }
}

/// The guide's loop, over its `get_json` and `send_json`.
async fn serve(app: &Engine, server: &mut Server) {
    while let Some(json) = server.get_json() {
        let reply = app.handle(json.as_bytes()).await;
        server.send_json(String::from_utf8(reply).unwrap());
    }
}

fn exchange(messages: &[&str]) -> Vec<String> {
    block_on(async {
        let app = App::linked().build().unwrap();
        let incoming = messages.iter().map(ToString::to_string).collect();
        let mut server = Server { incoming, sent: Vec::new() };
        serve(&app, &mut server).await;
        server.sent
    })
}

fn code(fault: &str) -> String {
    let mut fault: serde_json::Value = serde_json::from_str(fault).unwrap();
    if let Some(text) = fault["Fault"].as_str() {
        // In the form in which the message came.
        fault = serde_json::json!({"Fault": serde_json::from_str::<serde_json::Value>(text).unwrap()});
    }
    fault["Fault"]["code"].as_str().unwrap_or_else(|| panic!("no fault: {fault}")).to_owned()
}

#[test]
fn block_json_schema_a_message_is_its_class_name_and_its_fields() {
    let json: serde_json::Value = serde_json::from_str(&SignInMessage::new("a", "b").to_json().unwrap()).unwrap();
    let members: Vec<_> = json.as_object().unwrap().iter().collect();
    assert_eq!(members.len(), 1);
    assert_eq!(members[0].0, "SignInMessage");
    assert_eq!(members[0].1, &serde_json::json!({"username": "a", "password": "b"}));
}

#[test]
fn block_sign_in_message_is_serialised_as_the_guide_shows_it() {
    let message = SignInMessage::new("josh", "basketball");
    assert_eq!(message.to_json().unwrap(), r#"{"SignInMessage":{"username":"josh","password":"basketball"}}"#);
}

#[test]
fn block_message_from_json_finds_the_class_by_its_name() {
    let message = AnyMessage::from_json(SIGN_IN).unwrap();
    assert_eq!(message.class().name(), "SignIn");
    assert_eq!(message.downcast::<SignIn>(), Some(SignIn::new("josh", "basketball")));
    assert_eq!(message.downcast::<SignInMessage>(), None);
    assert_eq!(message.to_json().unwrap(), SIGN_IN);
    assert_eq!(SignIn::from_json(SIGN_IN).unwrap(), SignIn::new("josh", "basketball"));
}

#[test]
fn block_message_respond_is_found_by_dynamic_dispatch() {
    block_on(async {
        let app = App::linked().build().unwrap();
        let message = AnyMessage::from_json(SIGN_IN).unwrap();
        let response = app.respond(&message).await.unwrap();
        assert_eq!(response.downcast::<SignInResponse>(), Some(SignInResponse::new(true)));
        assert_eq!(response.to_json().unwrap(), WELCOME);
    });
}

#[test]
fn block_message_without_respond_is_not_respondable() {
    // Python: `raise NotImplementedError`.
    assert_eq!(code(&exchange(&[WELCOME])[0]), "not_respondable");
    block_on(async {
        let app = App::linked().build().unwrap();
        let fault = app.respond(&AnyMessage::from_json(WELCOME).unwrap()).await.unwrap_err();
        assert_eq!(fault.code, FaultKind::NOT_RESPONDABLE.code);
        assert_eq!(fault.executed, Some(false));
    });
}

#[test]
fn block_message_sends_the_body_as_a_text_and_gets_a_text_back() {
    // `json.dumps({name: self.model_dump_json()})`: what the guide's code really sends.
    let sent = r#"{"SignIn": "{\"name\":\"josh\",\"password\":\"basketball\"}"}"#;
    let reply = &exchange(&[sent])[0];
    assert_eq!(
        reply,
        r#"{"SignInResponse":"{\"success\":true,\"valid_user\":true,\"valid_password\":true,\"error_message\":null}"}"#
    );
    // `name, data = next(iter(dictionary.items())); data = json.loads(data)`
    let outer: serde_json::Value = serde_json::from_str(reply).unwrap();
    let inner: serde_json::Value = serde_json::from_str(outer["SignInResponse"].as_str().unwrap()).unwrap();
    assert_eq!(inner["error_message"], serde_json::Value::Null);
    assert_eq!(AnyMessage::from_json(sent).unwrap().downcast::<SignIn>(), Some(SignIn::new("josh", "basketball")));
}

#[test]
fn block_server_loop_goes_on_after_every_stage_has_failed() {
    // "every single method here can fail with an exception"
    let failing = [
        ("{\"SignIn\":", "bad_json"),
        ("[]", "bad_envelope"),
        (r#"{"Nobody":{}}"#, "unknown_class"),
        (WELCOME, "not_respondable"),
        (r#"{"SignIn":{"name":5}}"#, "validation"),
        (r#"{"SignIn":"{\"name\":"}"#, "bad_json"),
        (r#"{"Fails":{}}"#, "internal"),
        (r#"{"Panics":{}}"#, "internal"),
        (r#"{"BadReply":{}}"#, "internal"),
    ];
    let mut messages = Vec::new();
    for (message, _) in failing {
        messages.extend([message, SIGN_IN]);
    }
    let replies = exchange(&messages);
    assert_eq!(replies.len(), messages.len(), "every message gets one reply");
    for ((message, expected), pair) in failing.iter().zip(replies.chunks(2)) {
        assert_eq!(code(&pair[0]), *expected, "{message}");
        assert_eq!(pair[1], WELCOME, "the message after {message}");
    }
}

#[test]
fn block_server_loop_goes_on_over_one_connection_too() {
    block_on(async {
        let app = App::linked().build().unwrap();
        let connection = app.connect();
        for message in ["not json", r#"{"Panics":{}}"#, SIGN_IN] {
            assert!(connection.send(message).await);
        }
        assert_eq!(code(&connection.recv().await.unwrap()), "bad_json");
        assert_eq!(code(&connection.recv().await.unwrap()), "internal");
        assert_eq!(connection.recv().await.unwrap(), WELCOME);
    });
}

#[test]
fn block_imports_classes_refer_to_each_other_recursively() {
    let leaf = Tree::new("leaf", vec![]);
    let tree = Tree::new("root", vec![Branch::new(3).with_subtree(leaf), Branch::new(4)]);
    let json = tree.to_json().unwrap();
    assert_eq!(
        json,
        r#"{"Tree":{"label":"root","children":[{"length":3,"subtree":{"label":"leaf","children":[]}},{"length":4}]}}"#
    );
    assert_eq!(Tree::from_json(&json).unwrap(), tree);
}

#[test]
fn block_sign_in_answers_what_the_guide_answers() {
    assert_eq!(exchange(&[SIGN_IN])[0], WELCOME);
    let wrong = r#"{"SignIn":{"name":"josh","password":"football"}}"#;
    let refused = r#"{"SignInResponse":{"success":false,"valid_user":true,"valid_password":false}}"#;
    assert_eq!(exchange(&[wrong])[0], refused);
}

#[test]
fn block_sign_in_response_is_made_with_only_success() {
    let response = SignInResponse::new(true);
    assert!(response.valid_user && response.valid_password && response.error_message.is_none());
    assert_eq!(response.to_json().unwrap(), WELCOME);
    assert_eq!(SignInResponse::from_json(r#"{"SignInResponse":{"success":true}}"#).unwrap(), response);
}

#[test]
fn promise_every_message_validates_like_a_pydantic_class() {
    let fault = SignInResponse::from_json(r#"{"SignInResponse":{"valid_user":"yes","error_message":7}}"#).unwrap_err();
    let found: Vec<_> = fault.errors.iter().map(|issue| (issue.pointer.as_str(), &*issue.rule)).collect();
    assert_eq!(
        found,
        [("/valid_user", "bool_type"), ("/error_message", "string_type"), ("/success", "missing")],
        "all of them at once, each with its place"
    );
}

#[test]
fn promise_a_new_message_is_one_class_with_its_respond() {
    // Nothing but the declarations above made these known.
    block_on(async {
        let app = App::linked().build().unwrap();
        for class in ["SignIn", "Fails", "Panics", "BadReply"] {
            assert!(app.registry().message(class).is_some(), "{class}");
        }
        assert_eq!(app.registry().by_crate().get("seed_guide"), Some(&9));
    });
}
