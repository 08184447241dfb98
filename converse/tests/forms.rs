//! The example `live_classes`, driven: forms are made, filled in, changed and taken away while it serves.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

#[allow(dead_code, unreachable_pub, reason = "its main is not run here")]
#[path = "../examples/live_classes.rs"]
mod example;

use converse::{App, TestApp};

async fn ask(app: &TestApp, message: &str) -> String {
    String::from_utf8(app.handle(message.as_bytes()).await).unwrap()
}

#[tokio::test]
async fn a_form_is_made_filled_in_changed_and_taken_away() {
    let app = App::test().with_store(|app, _| app);
    let define = r#"{"DefineForm":{"name":"Visit","fields":[
        {"name":"guest","kind":"Text"},{"name":"days","kind":"Number"},{"name":"vip","kind":"Truth","required":false}]}}"#;
    assert_eq!(ask(&app, define).await, r#"{"Done":{}}"#);
    let filled = ask(&app, r#"{"Visit":{"guest":"ada","days":2,"note":"late"}}"#).await;
    assert_eq!(filled, r#"{"Filled":{"form":"Visit","number":1}}"#);
    let fault = ask(&app, r#"{"Visit":{"guest":"","days":"two","vip":1}}"#).await;
    for pointer in ["/guest", "/days", "/vip"] {
        assert!(fault.contains(&format!(r#""pointer":"{pointer}""#)), "{pointer} in {fault}");
    }
    // The form's own limit on its base's field.
    let long = "x".repeat(201);
    assert!(ask(&app, &format!(r#"{{"Visit":{{"guest":"a","days":1,"note":"{long}"}}}}"#)).await.contains("/note"));
    // What was filled in is kept: a form may gain fields, and not lose one that every row holds.
    let fewer = r#"{"DefineForm":{"name":"Visit","fields":[{"name":"guest","kind":"Text"}]}}"#;
    let refused = ask(&app, fewer).await;
    assert!(refused.contains("bad_form") && refused.contains("visit.days must hold something"), "{refused}");
    let changed = r#"{"DefineForm":{"name":"Visit","fields":[
        {"name":"guest","kind":"Text"},{"name":"days","kind":"Number"},{"name":"mood","kind":"Text","required":false}]}}"#;
    assert_eq!(ask(&app, changed).await, r#"{"Done":{}}"#);
    assert!(ask(&app, r#"{"Visit":{"guest":"eve","days":1,"mood":"good"}}"#).await.contains(r#""number":2"#));
    assert_eq!(ask(&app, r#"{"ListForms":{}}"#).await, r#"{"Forms":{"names":["Visit"],"received":2}}"#);
    assert_eq!(ask(&app, r#"{"DropForm":{"name":"Visit"}}"#).await, r#"{"Done":{}}"#);
    assert!(ask(&app, r#"{"DropForm":{"name":"Visit"}}"#).await.contains("no_form"));
    assert!(ask(&app, r#"{"Visit":{"guest":"eve","days":1}}"#).await.contains("unknown_class"));
    // Made again, it has what was filled in before.
    assert_eq!(ask(&app, changed).await, r#"{"Done":{}}"#);
    assert_eq!(ask(&app, r#"{"ListForms":{}}"#).await, r#"{"Forms":{"names":["Visit"],"received":2}}"#);
}

#[tokio::test]
async fn a_form_takes_no_other_class_s_place() {
    let app = App::test().with_store(|app, _| app);
    for name in ["DefineForm", "Form", "Fault"] {
        let define = format!(r#"{{"DefineForm":{{"name":"{name}","fields":[{{"name":"a","kind":"Text"}}]}}}}"#);
        let reply = ask(&app, &define).await;
        assert!(reply.contains("bad_form"), "{name}: {reply}");
    }
    assert!(ask(&app, r#"{"DropForm":{"name":"DefineForm"}}"#).await.contains("no_form"));
}
