//! Keyed hashes, HMAC-SHA-256 (RFC 2104): of tokens that are kept, and of what a cookie says.

use std::hash::{Hash, Hasher};

use hmac::{Hmac, KeyInit, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// The key of hashes, made ready.
#[derive(Clone)]
pub(super) struct Key(Hmac<Sha256>);

/// A keyed hash. Two are compared in a time that does not depend on them.
#[derive(Clone, Copy)]
pub(super) struct Mac(pub(super) [u8; 32]);

impl Key {
    /// The key of these bytes, of any length.
    #[allow(clippy::expect_used, reason = "HMAC has keys of every length")]
    pub(super) fn of(bytes: &[u8]) -> Key {
        Key(Hmac::new_from_slice(bytes).expect("a key of any length"))
    }

    /// A key that nobody knows, not even the next run of the program.
    ///
    /// # Panics
    /// If the system has no random numbers to give.
    #[allow(clippy::expect_used, reason = "documented; a program that starts so would know nobody")]
    pub(super) fn random() -> Key {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("random numbers from the system");
        Key::of(&bytes)
    }

    pub(super) fn hash(&self, bytes: &[u8]) -> Mac {
        Mac(self.0.clone().chain_update(bytes).finalize().into_bytes().into())
    }
}

impl PartialEq for Mac {
    fn eq(&self, other: &Mac) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Mac {}

impl Hash for Mac {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::Key;

    #[test]
    fn the_hashes_are_those_of_the_standard() {
        // RFC 4231, test cases 2 and 6: a short key, and one longer than a block.
        let hex = |key: &[u8], text: &str| -> String {
            let digits = Key::of(key).hash(text.as_bytes()).0.map(|byte| format!("{byte:02x}"));
            digits.concat()
        };
        assert_eq!(
            hex(b"Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex(&[0xaa; 131], "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn every_byte_of_a_hash_counts_and_keys_differ() {
        let (one, other) = (Key::random(), Key::random());
        assert!(one.hash(b"a") == one.hash(b"a"));
        assert!(one.hash(b"a") != one.hash(b"b"));
        assert!(one.hash(b"a") != other.hash(b"a"));
        for at in [0, 15, 31] {
            let mut near = one.hash(b"a");
            near.0[at] ^= 1;
            assert!(near != one.hash(b"a"));
        }
    }
}
