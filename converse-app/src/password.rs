//! Passwords: hashed with Argon2id (RFC 9106), away from the threads that serve.
//!
//! At most one hash a core is computed at a time, and 256 more wait: a flood of sign-ins is answered
//! `overloaded`, and cannot take the machine from everybody else.

use std::num::NonZero;
use std::sync::{Arc, OnceLock};
use std::thread::available_parallelism;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use converse_dispatch::{Error, Fault, FaultKind, Secret};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

/// How many computations may wait for a core.
const WAITING: usize = 256;

/// The hash of a password, with a salt of its own, in the PHC string form.
///
/// # Errors
/// `overloaded` if too many are waiting already.
pub async fn hash(password: &Secret<String>) -> Result<Secret<String>, Error> {
    let password = password.clone();
    compute(move || hash_now(&password)).await?
}

/// Whether this is the password of the hash. With no hash, as for a user who does not exist, it is
/// not, and finding that out takes as long.
///
/// # Errors
/// `overloaded` if too many are waiting already; an error for the log if the hash is none.
pub async fn verify(password: &Secret<String>, hash: Option<&Secret<String>>) -> Result<bool, Error> {
    let (password, hash) = (password.clone(), hash.cloned());
    compute(move || verify_now(&password, hash.as_ref())).await?
}

fn hash_now(password: &Secret<String>) -> Result<Secret<String>, Error> {
    let hash = Argon2::default().hash_password(password.expose().as_bytes());
    let hash = hash.map_err(|error| Error::new(format!("a password cannot be hashed: {error}")))?;
    Ok(Secret::new(hash.to_string()))
}

fn verify_now(password: &Secret<String>, hash: Option<&Secret<String>>) -> Result<bool, Error> {
    static NOBODY: OnceLock<Option<Secret<String>>> = OnceLock::new();
    let known = hash.is_some();
    // Made by the first call of all, whoever it asks for: else the first unknown user would take twice as long.
    let nobody = NOBODY.get_or_init(|| hash_now(&Secret::new(String::new())).ok()).as_ref();
    let Some(hash) = hash.or(nobody) else { return Ok(false) };
    let fits = match Argon2::default().verify_password(password.expose().as_bytes(), hash.expose().as_str()) {
        Ok(()) => true,
        Err(argon2::password_hash::Error::PasswordInvalid) => false,
        Err(error) => return Err(Error::new(format!("a stored password hash cannot be read: {error}"))),
    };
    Ok(fits && known)
}

/// Runs a computation on the blocking pool, when it is its turn.
async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    struct Gate {
        waiting: Arc<Semaphore>,
        running: Arc<Semaphore>,
    }
    static GATE: OnceLock<Gate> = OnceLock::new();
    let gate = GATE.get_or_init(|| {
        let cores = available_parallelism().map_or(1, NonZero::get);
        Gate { waiting: Arc::new(Semaphore::new(WAITING + cores)), running: Arc::new(Semaphore::new(cores)) }
    });
    let Ok(waiting) = Arc::clone(&gate.waiting).try_acquire_owned() else {
        let message = "too many passwords are being checked; try again in a moment";
        return Err(Fault::of(FaultKind::OVERLOADED, message).with_retry_after_ms(1000).into());
    };
    let running = Arc::clone(&gate.running).acquire_owned().await?;
    let done = tokio::task::spawn_blocking(move || {
        let result = work();
        drop((running, waiting));
        result
    });
    Ok(done.await?)
}

/// A token that nobody can guess: 256 random bits, as 64 hexadecimal digits.
///
/// # Errors
/// If the system has no random numbers to give.
pub fn token() -> Result<Secret<String>, Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(Secret::new(hexadecimal(&bytes)))
}

/// The digest under which such a token is kept, and found again (SHA-256, as 64 hexadecimal digits): who reads the
/// table has no token. For passwords, which can be guessed, it is not enough; they have [`hash`].
pub fn token_digest(token: &Secret<String>) -> String {
    hexadecimal(&Sha256::digest(token.expose().as_bytes()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block_on;

    #[test]
    fn a_password_is_its_hashes_and_nobodys() {
        block_on(async {
            let password = Secret::from("basketball");
            let stored = hash(&password).await.unwrap();
            assert!(stored.expose().starts_with("$argon2id$"));
            assert!(verify(&password, Some(&stored)).await.unwrap());
            assert!(!verify(&"football".into(), Some(&stored)).await.unwrap());
            assert!(!verify(&password, None).await.unwrap());
            assert!(!verify(&"".into(), None).await.unwrap(), "nobody's hash is nobody's password");
            assert!(verify(&password, Some(&"no hash".into())).await.is_err());
            assert_ne!(token().unwrap(), token().unwrap());
            assert_eq!(token().unwrap().expose().len(), 64);
            // The first example of NIST for SHA-256.
            let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
            assert_eq!(token_digest(&"abc".into()), expected);
        });
    }
}
