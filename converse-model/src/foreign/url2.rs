//! `url` 2.

use url::Url;

use super::texts;
use crate::TextFormat;

texts! {
    // The type holds some characters unescaped that no URI has.
    Url => Url, |url| TextFormat::Url.holds(url.as_str());
}
