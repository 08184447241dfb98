//! What is sent.

/// A sign-in as a client of ours writes it.
pub const SIGN_IN: &str = r#"{"SignIn":{"username":"josh","password":"basketball"}}"#;
/// Members in another order than declared.
pub const SHUFFLED: &str = r#"{"SignIn":{"password":"basketball","username":"josh"}}"#;
/// A member that the class does not have.
pub const UNKNOWN: &str = r#"{"SignIn":{"username":"josh","password":"basketball","client":"web"}}"#;
/// A text with an escape.
pub const ESCAPED: &str = r#"{"SignIn":{"username":"jo\u0073h","password":"basketball"}}"#;
/// A class with a pattern.
pub const SIGN_UP: &str = r#"{"SignUp":{"username":"ada_lovelace","password":"correct horse"}}"#;

/// An order of so many items, of about 65 bytes each.
pub fn order(items: usize) -> String {
    let items: Vec<String> = (0..items)
        .map(|index| {
            let note = if index % 3 == 0 { r#","note":"fragile""# } else { "" };
            format!(r#"{{"sku":"SKU-{index:05}","quantity":{},"price":{}.99{note}}}"#, index % 50 + 1, 9 + index % 90)
        })
        .collect();
    let items = items.join(",");
    format!(r#"{{"Order":{{"id":77,"customer":"Josh Müller","items":[{items}],"tags":["a","bb","ccc"],"paid":true}}}}"#)
}
