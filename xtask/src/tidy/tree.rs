//! What the rules read: the text files of the workspace and the graph of its crates.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use super::crates::Graph;
use super::mask::{Masked, mask};
use crate::process::ask;
use crate::{Failure, House};

/// A larger file is data, not text to be read.
const LARGEST: u64 = 1 << 20;

/// The workspace as the rules see it.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// The text files, by path.
    pub(super) files: Vec<File>,
    /// The paths of all files, text or not.
    pub(super) paths: BTreeSet<String>,
    pub(super) graph: Graph,
}

/// A text file; `path` is relative to the workspace and has forward slashes.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
    masked: Option<Masked>,
}

impl Tree {
    /// Reads the workspace.
    pub(super) fn load(house: &House) -> Result<Tree, Failure> {
        let paths = paths(&house.root);
        let files = paths.iter().filter_map(|path| File::load(&house.root, path)).collect();
        Ok(Tree { files, paths, graph: Graph::load(house)? })
    }

    /// A tree of snippets, for the tests of the rules.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Tree {
        Tree {
            files: files.iter().map(|(path, text)| File::new(path, text)).collect(),
            paths: files.iter().map(|(path, _)| (*path).to_owned()).collect(),
            graph: Graph::default(),
        }
    }

    /// The Rust files.
    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.extension() == "rs")
    }

    /// The Rust files that are part of a crate: not its tests, examples or snippets.
    pub(super) fn sources(&self) -> impl Iterator<Item = &File> {
        self.rust().filter(|file| file.is_source())
    }
}

impl File {
    pub(super) fn new(path: &str, text: &str) -> File {
        let masked = (extension(path) == "rs").then(|| mask(text));
        File { path: path.to_owned(), text: text.to_owned(), masked }
    }

    fn load(root: &Path, path: &str) -> Option<File> {
        let full = root.join(path);
        if full.metadata().ok()?.len() > LARGEST {
            return None;
        }
        // What is not UTF-8 is not text.
        let text = std::fs::read_to_string(full).ok()?;
        Some(File::new(path, &text))
    }

    pub(super) fn extension(&self) -> &str {
        extension(&self.path)
    }

    /// The numbered lines.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        numbered(&self.text)
    }

    /// The numbered lines of a Rust file without comments and the insides of literals.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        numbered(self.masked.as_ref().map_or("", |masked| masked.code.as_str()))
    }

    /// The numbered lines of a Rust file, its comments alone.
    pub(super) fn comments(&self) -> impl Iterator<Item = (usize, &str)> {
        numbered(self.masked.as_ref().map_or("", |masked| masked.comments.as_str()))
    }

    pub(super) fn is_source(&self) -> bool {
        let mut folders = self.path.split('/');
        folders.any(|folder| folder == "src") && !folders.any(|folder| folder == "tests")
    }
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().map(|(index, line)| (index + 1, line))
}

/// The files that git knows or would take; every file, where git does not answer.
fn paths(root: &Path) -> BTreeSet<String> {
    let mut git = Command::new("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]).current_dir(root);
    match ask(&mut git) {
        // Git also names files that were deleted and not yet committed.
        Some(list) => {
            list.split('\0').filter(|path| !path.is_empty() && root.join(path).is_file()).map(str::to_owned).collect()
        }
        None => walk(root),
    }
}

fn walk(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            let kind = entry.file_type();
            if kind.as_ref().is_ok_and(std::fs::FileType::is_dir) {
                if name != ".git" && name != "target" {
                    folders.push(path);
                }
            } else if kind.is_ok_and(|kind| kind.is_file())
                && let Ok(relative) = path.strip_prefix(root)
            {
                found.insert(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_of_a_crate_are_not_its_sources() {
        let tree = Tree::of(&[
            ("a/src/lib.rs", ""),
            ("a/src/frame/tests/odd.rs", ""),
            ("a/tests/all.rs", ""),
            ("a/README.md", ""),
        ]);
        let sources: Vec<&str> = tree.sources().map(|file| file.path.as_str()).collect();
        assert_eq!(sources, ["a/src/lib.rs"]);
        assert_eq!(tree.rust().count(), 3);
    }

    #[test]
    fn git_and_the_walk_agree_on_the_sources() {
        let house = House::find();
        let source = "xtask/src/tidy/tree.rs".to_owned();
        assert!(paths(&house.root).contains(&source));
        assert!(walk(&house.root).contains(&source));
    }
}
