//! The engines in the box, each known by the scheme of its URLs.

use std::path::Path;
use std::sync::Arc;

#[cfg(feature = "postgres")]
use crate::Postgres;
use crate::{Durability, Engine, Memory, Sqlite};

/// An engine at a place, or what the place should be.
type Opened = Result<Arc<dyn Engine>, &'static str>;

/// An engine in the box.
pub struct EngineRow {
    /// What its URLs begin with.
    pub scheme: &'static str,
    /// What they look like.
    pub form: &'static str,
    /// The engine at a place: what follows the scheme.
    open: fn(&str, Durability) -> Opened,
}

/// The engines in the box; the first is the default.
pub const ENGINES: &[EngineRow] = &[
    EngineRow {
        scheme: "sqlite://",
        form: "sqlite://PATH",
        open: |path, durability| match path {
            "" => Err("sqlite://PATH, with the path of a file"),
            path => Ok(Arc::new(Sqlite::new(Path::new(path), durability))),
        },
    },
    EngineRow { scheme: "postgres://", form: "postgres://USER:PASSWORD@HOST/DATABASE", open: postgres },
    EngineRow { scheme: "postgresql://", form: "postgresql://USER:PASSWORD@HOST/DATABASE", open: postgres },
    EngineRow {
        scheme: "memory:",
        form: "memory:",
        open: |rest, _| match rest {
            "" => Ok(Arc::new(Memory::new())),
            _ => Err("memory: alone, which has no places"),
        },
    },
];

#[cfg(feature = "postgres")]
fn postgres(rest: &str, durability: Durability) -> Opened {
    Ok(Arc::new(Postgres::new(rest, durability)?))
}

#[cfg(not(feature = "postgres"))]
fn postgres(_: &str, _: Durability) -> Opened {
    Err(
        "another database, or build the program with the feature `postgres`: converse = { …, features = [\"postgres\"] }",
    )
}

/// The engine of a URL.
///
/// # Errors
/// What it should be, if it is no engine's; nothing of it is repeated, because it may hold a password.
pub fn engine(url: &str, durability: Durability) -> Result<Arc<dyn Engine>, &'static str> {
    let row = ENGINES.iter().find_map(|row| Some((row, url.strip_prefix(row.scheme)?)));
    let (row, rest) =
        row.ok_or("a URL such as sqlite://converse.db, postgres://user:password@localhost/database or memory:")?;
    (row.open)(rest, durability)
}
