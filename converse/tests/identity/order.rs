//! In which order a message is checked: what is wrong first is what is told.

use converse::{App, Config, block_on};

use crate::access::told;
use crate::classes::Known;

const JOSH: &str = "\"$auth\":\"josh-token\"";

/// Each message is wrong in what its row names, and in all that the rows below name, as far as one message can
/// be: the first is what is told.
#[test]
fn what_is_wrong_first_is_told() {
    block_on(async {
        let rows = [
            // Size, before anything is looked at.
            (format!("{{\"No\":{{}},\"x\":\"{}\"}}", "x".repeat(300)), "too_large"),
            // The envelope: two classes, behind a body that is not read for it.
            ("{\"NoSuchClass\":{},\"Other\":{}}".to_owned(), "bad_envelope"),
            (format!("{{{JOSH},\"Wipe\":{{\"table\":\"abcd\"}},\"$what\":1}}"), "bad_envelope"),
            ("{\"Who\":{},\"$auth\":7}".to_owned(), "bad_envelope"),
            // Lookup fails, and nobody is told.
            ("{\"NoSuchClass\":{}}".to_owned(), "unauthenticated"),
            (format!("{{{JOSH},\"NoSuchClass\":{{}}}}"), "unknown_class"),
            (format!("{{{JOSH},\"Unanswered\":7}}"), "not_respondable"),
            // Authentication, before the body.
            ("{\"Wipe\":{\"table\":7}}".to_owned(), "unauthenticated"),
            ("{\"Wipe\":{\"table\":01}}".to_owned(), "unauthenticated"),
            ("{\"Wipe\":{\"table\":01},\"$auth\":\"josh-token\"}".to_owned(), "unauthenticated"),
            // The body, before authorisation.
            (format!("{{{JOSH},\"Wipe\":{{\"table\":01}}}}"), "bad_json"),
            (format!("{{{JOSH},\"Wipe\":{{\"table\":\"abcd\"}}}}"), "validation"),
            // Authorisation, before the handler.
            (format!("{{{JOSH},\"Wipe\":{{\"table\":\"abc\"}}}}"), "forbidden"),
        ];
        let config = Config { max_message: 256, ..Config::default() };
        let engine = App::linked().authenticate(Known).build_with(config).unwrap();
        for (message, code) in rows {
            let reply = String::from_utf8(engine.handle(message.as_bytes()).await).unwrap();
            assert!(reply.contains(&format!("\"code\":\"{code}\"")), "{message}\n{reply}");
        }
        for (message, meant) in [
            (format!("{{{JOSH},\"Wippe\":{{}}}}"), r#"no class is called \"Wippe\"; did you mean Wipe?""#),
            (format!("{{{JOSH},\"hwo\":7}}"), "did you mean Who?"),
            (format!("{{{JOSH},\"NoSuchClass\":7}}"), r#"called \"NoSuchClass\"","#),
            // Nobody hears of one that is not answered, and strangers hear of none.
            (format!("{{{JOSH},\"Unanswerd\":7}}"), r#"called \"Unanswerd\"","#),
            ("{\"Wippe\":{}}".to_owned(), "\"code\":\"unauthenticated\""),
        ] {
            let reply = String::from_utf8(engine.handle(message.as_bytes()).await).unwrap();
            assert!(reply.contains(meant), "{message}\n{reply}");
            assert!(message.contains(JOSH) || !reply.contains("Wipe"), "{reply}");
        }
        let open = App::linked().build_with(Config::default()).unwrap();
        let reply = open.handle(b"{\"Wippe\":{}}").await;
        assert!(!String::from_utf8(reply).unwrap().contains("did you mean"), "who is not known");
        let reply = engine.handle(b"{\"NoSuchClass\":\"\xff\"}").await;
        assert!(String::from_utf8(reply).unwrap().contains("UTF-8"), "before who it is");
    });
}

#[test]
fn the_order_is_the_same_in_every_format_and_for_bare_bodies() {
    use converse::{Cbor, MsgPack};

    block_on(async {
        let app = App::test().authenticate(Known);
        // {"Wipe": {"table": 7}, "$auth": "josh-token"}, and without the token.
        let wipe = b"\x82\xa4Wipe\x81\xa5table\x07\xa5$auth\xaajosh-token";
        let reply = app.handle_format(MsgPack, wipe).await;
        assert!(String::from_utf8_lossy(&reply).contains("validation"), "{reply:?}");
        let reply = app.handle_format(MsgPack, b"\x81\xa4Wipe\x81\xa5table\x07").await;
        assert!(String::from_utf8_lossy(&reply).contains("unauthenticated"), "{reply:?}");
        let wipe = b"\xa2\x64Wipe\xa1\x65table\x63abc\x65$auth\x6ajosh-token";
        let reply = app.handle_format(Cbor, wipe).await;
        assert!(String::from_utf8_lossy(&reply).contains("forbidden"), "{reply:?}");
        let reply = app.handle_format(Cbor, b"\xa1\x64NoSu\xa0").await;
        assert!(String::from_utf8_lossy(&reply).contains("unauthenticated"), "{reply:?}");
    });
}

#[test]
fn a_string_body_that_is_not_taken_tells_a_stranger_no_class() {
    block_on(async {
        let config = Config { string_bodies: false, ..Config::default() };
        let engine = App::linked().authenticate(Known).build_with(config).unwrap();
        for class in ["Wipe", "NoSuchClass"] {
            for (auth, code) in [("", "unauthenticated"), (",\"$auth\":\"ada-token\"", "")] {
                let reply = engine.handle(format!("{{\"{class}\":\"{{}}\"{auth}}}").as_bytes()).await;
                let reply = String::from_utf8(reply).unwrap();
                let code = if !code.is_empty() {
                    code
                } else if class == "Wipe" {
                    "validation"
                } else {
                    "unknown_class"
                };
                assert!(reply.contains(&format!("\"code\":\"{code}\"")), "{class}{auth}: {reply}");
            }
        }
    });
}

#[test]
fn a_string_body_is_mirrored_also_to_a_stranger() {
    block_on(async {
        let app = App::test().authenticate(Known);
        let reply = told(&app, "{\"Wipe\":\"{\\\"table\\\":7}\",\"$id\":\"a\"}").await;
        assert!(reply.starts_with("{\"$id\":\"a\",\"Fault\":\"{\\\"code\\\":\\\"unauthenticated\\\""), "{reply}");
    });
}
