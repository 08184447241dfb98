//! Classes are found in every crate that is linked, whatever module they stand in.

use conformance as _;
use converse::{message, respond};

mod hidden {
    use super::{message, respond};

    #[message]
    struct FromHere {}

    #[message]
    struct AlsoFromHere {}

    #[respond]
    impl FromHere {
        fn respond(self) -> AlsoFromHere {
            AlsoFromHere::new()
        }
    }
}

#[test]
fn classes_come_from_every_linked_crate() {
    let registry = converse::Registry::linked().build().expect("the classes of both crates");
    let counts = registry.by_crate();
    assert_eq!(counts.get("linked"), Some(&2), "{counts:?}");
    assert!(counts.get("conformance").is_some_and(|count| *count > 20), "{counts:?}");
    assert!(registry.message("FromHere").is_some(), "private, in a private module");
}
