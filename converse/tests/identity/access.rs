//! Whom classes are for.

use converse::{App, Fault, Principal, TestApp, block_on};

use crate::classes::{BeMe, Hello, Known, Mute, Quiet, Who, Wipe, You};

pub(crate) fn guarded() -> TestApp {
    App::test().authenticate(Known)
}

/// The reply to one envelope that is a connection of its own.
pub(crate) async fn told(app: &TestApp, envelope: &str) -> String {
    String::from_utf8(app.handle(envelope.as_bytes()).await).unwrap()
}

fn code<T: std::fmt::Debug>(reply: Result<T, Fault>) -> String {
    reply.unwrap_err().code.into_owned()
}

#[test]
fn strangers_hear_the_same_of_every_class_that_is_not_public() {
    block_on(async {
        let app = guarded();
        let first = told(&app, "{\"Who\":{}}").await;
        assert_eq!(
            first,
            "{\"Fault\":{\"code\":\"unauthenticated\",\"message\":\"the server does not know who sends this; send a \
             valid token or key, or sign in\",\"retryable\":false,\"executed\":false}}"
        );
        for other in [
            "{\"Quiet\":{}}",
            "{\"Unanswered\":{}}",
            "{\"NoSuchClass\":{}}",
            "{\"Fault\":{}}",
            "{\"You\":{}}",
            "{\"Wipe\":{\"table\":\"too long\"}}",
            "{\"Wipe\":{\"table\":}}",
            "{\"Who\":{},\"$auth\":\"josh-tokem\"}",
            "{\"$auth\":\"\",\"Who\":{}}",
            "{\"$auth\":\"josh-token\u{0}\",\"Who\":{}}",
        ] {
            let fault = told(&app, other).await;
            if other.contains('\0') {
                assert!(fault.contains("bad_json"), "{fault}");
            } else {
                assert_eq!(fault, first, "{other}");
            }
        }
        let numbered = told(&app, "{\"NoSuchClass\":{},\"$id\":7}").await;
        assert_eq!(numbered, first.replacen('{', "{\"$id\":7,", 1));
        assert_eq!(told(&app, "{\"Hello\":{}}").await, "{\"You\":{\"id\":\"\",\"roles\":[]}}");
    });
}

#[test]
fn a_token_beside_the_message_is_seen_on_both_sides_of_the_body() {
    block_on(async {
        let app = guarded();
        let josh = "{\"You\":{\"id\":\"josh\",\"roles\":[]}}";
        for envelope in [
            "{\"$auth\":\"josh-token\",\"Who\":{}}",
            "{\"Who\":{},\"$auth\":\"josh-token\"}",
            "{\"Who\":\"{}\",\"$auth\":\"josh-token\"}",
            "{\"Hello\":{},\"$auth\":\"josh-token\"}",
        ] {
            let reply = told(&app, envelope).await;
            let reply =
                reply.replace("\"{\\\"id\\\":\\\"josh\\\",\\\"roles\\\":[]}\"", "{\"id\":\"josh\",\"roles\":[]}");
            assert_eq!(reply, josh, "{envelope}");
        }
        let public = told(&app, "{\"Hello\":{},\"$auth\":\"josh-tokem\"}").await;
        assert_eq!(public, "{\"You\":{\"id\":\"\",\"roles\":[]}}", "a public class is there for whoever it is");
    });
}

#[test]
fn roles_are_asked_for_after_the_body() {
    block_on(async {
        let app = guarded();
        let of = |token: &str, body: &str| format!("{{\"$auth\":\"{token}\",{body}}}");
        let refused = told(&app, &of("josh-token", "\"Wipe\":{\"table\":\"abc\"}")).await;
        assert!(refused.contains("\"code\":\"forbidden\"") && refused.contains("\"executed\":false"), "{refused}");
        let invalid = told(&app, &of("josh-token", "\"Wipe\":{\"table\":\"abcd\"}")).await;
        assert!(invalid.contains("\"code\":\"validation\""), "{invalid}");
        let wiped = told(&app, &of("ada-token", "\"Wipe\":{\"table\":\"abc\"}")).await;
        assert_eq!(wiped, "{\"You\":{\"id\":\"abc\",\"roles\":[]}}");
        for (token, reply) in [("ada-token", "Done"), ("owner-token", "Done"), ("josh-token", "forbidden")] {
            assert!(told(&app, &of(token, "\"Mute\":{}")).await.contains(reply), "{token}");
        }
        for unknown in ["\"NoSuchClass\":{}", "\"Unanswered\":{}"] {
            let told = told(&app, &of("josh-token", unknown)).await;
            assert!(told.contains("unknown_class") || told.contains("not_respondable"), "{told}");
        }
    });
}

#[test]
fn without_an_authenticator_all_is_open_but_what_asks_for_a_role_or_a_principal() {
    block_on(async {
        let app = App::test();
        let () = app.call(Quiet::new()).await.unwrap();
        assert_eq!(code(app.call::<_, You>(Who::new()).await), "unauthenticated");
        assert_eq!(code(app.call::<_, You>(Wipe::new("abc")).await), "unauthenticated");
        assert_eq!(code(app.call::<_, You>(Wipe::new("abcd")).await), "validation");
        let connection = app.connect();
        for (sent, reply) in [
            ("{\"Who\":{}}", "unauthenticated"),
            ("{\"BeMe\":{\"id\":\"josh\"}}", "Done"),
            ("{\"Who\":{}}", "josh"),
            ("{\"Mute\":{}}", "forbidden"),
            ("{\"BeNobody\":{}}", "Done"),
            ("{\"Who\":{}}", "unauthenticated"),
        ] {
            assert!(connection.send(sent).await);
            let got = connection.recv().await.unwrap();
            assert!(got.contains(reply), "{sent}: {got}");
        }
        let () = app.call(BeMe::new("josh")).await.unwrap();
        assert_eq!(code(app.call::<_, You>(Who::new()).await), "unauthenticated", "another connection");
    });
}

#[test]
fn a_test_chooses_who_sends() {
    block_on(async {
        for app in [App::test(), guarded()] {
            let josh = app.as_principal(Principal::new("josh").unwrap().with_role("owner"));
            assert_eq!(josh.call(Who::new()).await, Ok(You::new("josh", vec!["owner".to_owned()])));
            let () = josh.call(Mute::new()).await.unwrap();
            assert_eq!(code(josh.call::<_, You>(Wipe::new("abc")).await), "forbidden");
            assert_eq!(app.call(Hello::new()).await, Ok(You::new("", Vec::new())), "others are who they were");
        }
    });
}
