//! The engines in the box, each known by the scheme of its URLs.

use std::path::Path;
use std::sync::Arc;

use crate::{Durability, Engine, Memory, Sqlite};

/// An engine in the box.
pub struct EngineRow {
    /// What its URLs begin with.
    pub scheme: &'static str,
    /// What they look like.
    pub form: &'static str,
    /// The engine at a place: what follows the scheme. None if that is no place.
    open: fn(&str, Durability) -> Option<Arc<dyn Engine>>,
}

/// The engines in the box; the first is the default.
pub const ENGINES: &[EngineRow] = &[
    EngineRow {
        scheme: "sqlite://",
        form: "sqlite://PATH",
        open: |path, durability| (!path.is_empty()).then(|| Arc::new(Sqlite::new(Path::new(path), durability)) as _),
    },
    EngineRow {
        scheme: "memory:",
        form: "memory:",
        open: |rest, _| rest.is_empty().then(|| Arc::new(Memory::new()) as _),
    },
];

/// The engine of a URL; none if it is no engine's.
pub fn engine(url: &str, durability: Durability) -> Option<Arc<dyn Engine>> {
    ENGINES.iter().find_map(|row| (row.open)(url.strip_prefix(row.scheme)?, durability))
}
