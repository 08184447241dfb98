//! Authenticators that wait, and that fail.

use std::time::Duration;

use converse::{App, Config, block_on};

use crate::access::{guarded, told};
use crate::classes::Known;

#[test]
fn messages_without_a_number_keep_their_order_while_one_waits_for_an_authenticator() {
    block_on(async {
        let connection = guarded().connect();
        for message in
            ["{\"$auth\":\"slow-josh-token\",\"Who\":{}}", "{\"$auth\":\"ada-token\",\"Who\":{}}", "{\"Hello\":{}}"]
        {
            assert!(connection.send(message).await);
        }
        for id in ["\"josh\"", "\"ada\"", "\"\""] {
            let reply = connection.recv().await.unwrap();
            assert!(reply.contains(id), "{id}: {reply}");
        }
    });
}

#[test]
fn numbered_messages_do_not_wait_for_each_other_wherever_the_number_stands() {
    block_on(async {
        let connection = guarded().connect();
        for message in
            ["{\"$auth\":\"slow-josh-token\",\"Who\":{},\"$id\":1}", "{\"$id\":2,\"Who\":{},\"$auth\":\"ada-token\"}"]
        {
            assert!(connection.send(message).await);
        }
        assert!(connection.recv().await.unwrap().starts_with("{\"$id\":2,\"You\""));
        assert!(connection.recv().await.unwrap().starts_with("{\"$id\":1,\"You\""));
    });
}

#[test]
fn what_waited_is_checked_as_everything_is() {
    block_on(async {
        let app = guarded();
        for (message, code) in [
            ("{\"$auth\":\"slow-josh-token\",\"Wipe\":{\"table\":\"abcd\"}}", "validation"),
            ("{\"$auth\":\"slow-josh-token\",\"Wipe\":{\"table\":\"abc\"}}", "forbidden"),
            ("{\"$auth\":\"slow-josh-token\",\"NoSuchClass\":{}}", "unknown_class"),
            ("{\"$auth\":\"slow-nobody\",\"Who\":{}}", "unauthenticated"),
        ] {
            assert!(told(&app, message).await.contains(code), "{message}");
        }
        let mute = "{\"$auth\":\"slow-ada-token\",\"Mute\":{},\"$id\":1}";
        assert_eq!(told(&app, mute).await, "{\"$id\":1,\"Done\":{}}");
    });
}

#[test]
fn an_authenticator_that_fails_lets_nobody_pass_and_ends_nothing() {
    block_on(async {
        let config = Config { handler_timeout: Duration::from_millis(50), ..Config::default() };
        let engine = App::linked().authenticate(Known).build_with(config).unwrap();
        let connection = engine.connect();
        for (token, said) in [
            ("broken", "\"code\":\"internal\",\"message\":\"the server failed; its log has the cause under "),
            ("busy", "\"code\":\"overloaded\",\"message\":\"ask later\""),
            ("panic", "\"code\":\"internal\""),
            ("never", "\"code\":\"timeout\",\"message\":\"the server could not find out in time who sends this"),
        ] {
            // Also for what is public: who it is may matter to the handler.
            for class in ["Who", "Hello"] {
                assert!(connection.send(&format!("{{\"$auth\":\"{token}\",\"{class}\":{{}}}}")).await);
                let reply = connection.recv().await.unwrap();
                assert!(reply.contains(said), "{token}: {reply}");
            }
        }
        assert!(connection.send("{\"$auth\":\"josh-token\",\"Who\":{}}").await);
        assert!(connection.recv().await.unwrap().contains("josh"));
    });
}
