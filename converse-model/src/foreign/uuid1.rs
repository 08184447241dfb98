//! `uuid` 1.

use uuid::Uuid;

use super::texts;
use crate::KeyType;

texts! {
    Uuid => Uuid, |_| true;
}

impl KeyType for Uuid {}
