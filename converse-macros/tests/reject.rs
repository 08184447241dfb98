//! Mistakes, and the words with which they are refused: one file a mistake, filed by its kind.
//!
//! After a change of words: `TRYBUILD=overwrite cargo test -p converse-macros`, then read the diff.

#[test]
fn mistakes_are_refused_at_their_token() {
    trybuild::TestCases::new().compile_fail("tests/reject/*/*.rs");
}
