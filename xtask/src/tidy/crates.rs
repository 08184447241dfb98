//! Rules about crates: which may know which, and what none of them may ever reach.
//!
//! The graph is what `cargo tree` resolves, with every feature and for every platform: an absence
//! that holds only for the defaults is not one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Finding;
use super::mask::is_name;
use super::tree::{File, Tree};
use crate::process::{cargo, read};
use crate::{Failure, House};

/// The crates of the workspace, and which of the others each may name as a dependency.
///
/// Tests are free: a dev-dependency is no knowledge.
const MAY_DEPEND: &[(&str, &[&str])] = &[
    ("converse-macros", &[]),
    ("converse-model", &[]),
    ("converse-wire", &[]),
    ("converse-dispatch", &["converse-model", "converse-wire"]),
    ("converse-net", &["converse-model", "converse-wire", "converse-dispatch"]),
    ("converse-store", &["converse-model", "converse-wire", "converse-dispatch"]),
    ("converse-app", &["converse-model", "converse-wire", "converse-dispatch", "converse-net", "converse-store"]),
    (
        "converse",
        &["converse-macros", "converse-model", "converse-wire", "converse-dispatch", "converse-store", "converse-app"],
    ),
    ("conformance", &["converse"]),
    ("cluster", &[]),
    ("xtask", &[]),
];

/// What a crate must not reach, by however many steps, and why.
const MUST_NOT_REACH: &[(&str, &[&str], &str)] = &[
    ("converse-macros", &["converse*"], "the compiler of declarations emits names, it uses none"),
    ("converse-model", &["converse-wire"], "what a class is does not depend on any bytes"),
    ("converse-wire", &["converse-model"], "bytes are read without knowing a class"),
    ("converse-net", &["converse-store", "converse-schema"], "they are strangers to each other"),
    ("converse-store", &["converse-net", "converse-schema"], "they are strangers to each other"),
    ("converse-schema", &["converse-net", "converse-store"], "they are strangers to each other"),
    ("converse-macros", RUNTIME_AND_SERDE, "it runs in the compiler"),
    ("converse-model", RUNTIME_AND_SERDE, "a class is neither async nor in one format"),
    ("converse-wire", RUNTIME_AND_SERDE, "the strict reader is our own; serde_json is its witness"),
    ("converse-dispatch", RUNTIME_AND_SERDE, "the way from bytes to reply has no socket"),
    ("converse-dispatch", &["rusqlite", "tokio-postgres"], "it commits units and knows no SQL"),
];

const RUNTIME_AND_SERDE: &[&str] = &["tokio", "hyper", "serde_json", "serde"];

/// The crate that users depend on.
const FACADE: &str = "converse";

/// What each crate of the workspace reaches by normal dependencies.
#[derive(Debug, Default)]
pub(super) struct Graph {
    crates: BTreeMap<String, Reach>,
}

/// The packages that a crate names, and all those that it reaches.
#[derive(Debug, Default)]
struct Reach {
    named: BTreeSet<String>,
    all: BTreeSet<String>,
}

impl Graph {
    /// Asks cargo, crate by crate: asked for all at once, it would give each the features that
    /// the others want.
    pub(super) fn load(house: &House) -> Result<Graph, Failure> {
        let remedy = "mend the manifest that cargo names above";
        let members = ["tree", "--workspace", "--depth", "0", "--prefix", "none"];
        let members = read(&mut cargo(house, &members), remedy)?;
        let mut graph = Graph::default();
        for (member, _) in members.lines().filter_map(|line| line.split_once(' ')) {
            let mut tree = cargo(house, &["tree", "--package", member, "--edges", "normal"]);
            tree.args(["--all-features", "--target", "all", "--prefix", "depth"]);
            graph.crates.insert(member.to_owned(), Reach::parse(&read(&mut tree, remedy)?));
        }
        Ok(graph)
    }

    #[cfg(test)]
    fn of(crates: &[(&str, &str)]) -> Graph {
        let crates = crates.iter().map(|(name, tree)| ((*name).to_owned(), Reach::parse(tree)));
        Graph { crates: crates.collect() }
    }

    fn is_member(&self, name: &str) -> bool {
        self.crates.contains_key(name)
    }
}

impl Reach {
    /// Reads lines such as `2regex v1.13.1`: the distance, then the package.
    fn parse(tree: &str) -> Reach {
        let mut reach = Reach::default();
        for line in tree.lines() {
            let package = line.trim_start_matches(|character: char| character.is_ascii_digit());
            let Some(depth) = line.strip_suffix(package).and_then(|depth| depth.parse::<usize>().ok()) else {
                continue;
            };
            let name = package.split(' ').next().unwrap_or(package).to_owned();
            if depth == 1 {
                reach.named.insert(name.clone());
            }
            if depth > 0 {
                reach.all.insert(name);
            }
        }
        reach
    }
}

/// Each crate names only crates that the table allows it.
pub(super) fn direction(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, reach) in &tree.graph.crates {
        let Some((_, allowed)) = MAY_DEPEND.iter().find(|(row, _)| row == name) else {
            let remedy = "add its row to MAY_DEPEND in xtask/src/tidy/crates.rs, and to ARCHITECTURE.md";
            findings.push(finding(tree, name, name, "the crate has no place in the house", remedy));
            continue;
        };
        let ours = reach.named.iter().filter(|named| tree.graph.is_member(named));
        for named in ours.filter(|named| !allowed.contains(&named.as_str())) {
            let what = format!("{name} depends on {named}, which is not below it");
            let remedy = "move the shared concept down, or pass it in from above";
            findings.push(finding(tree, name, named, &what, remedy));
        }
    }
    findings
}

/// No crate reaches what its rows forbid.
pub(super) fn absence(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, forbidden, why) in MUST_NOT_REACH {
        let Some(reach) = tree.graph.crates.get(*name) else { continue };
        let forbids = |package: &&String| forbidden.iter().any(|pattern| fits(package, pattern));
        for package in reach.all.iter().filter(forbids) {
            let what = format!("{name} reaches {package}: {why}");
            let remedy = format!("`cargo tree -p {name} -e normal -i {package}` shows the way");
            findings.push(finding(tree, name, package, &what, &remedy));
        }
    }
    findings
}

/// Examples and pages for users name no crate of ours but the facade.
pub(super) fn facade(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| is_for_users(file)) {
        let lines: Vec<(usize, &str)> = match file.extension() {
            "rs" => file.code().collect(),
            _ => file.lines().collect(),
        };
        for (line, text) in lines {
            if let Some(name) = inner_crate(file, text) {
                let what = format!("`{name}` is not for users");
                let remedy = format!("use it through `{FACADE}`, and export it there if it is missing");
                findings.push(Finding::new(&file.path, line, what, remedy));
            }
        }
    }
    findings
}

/// Whether a package is one that the pattern means: a name, or the beginning of one and `*`.
fn fits(package: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => package.starts_with(beginning),
        None => package == pattern,
    }
}

/// A finding in a crate's manifest, at the line that names the dependency where there is one.
fn finding(tree: &Tree, name: &str, named: &str, what: &str, remedy: &str) -> Finding {
    let path = format!("{name}/Cargo.toml");
    let manifest = tree.files.iter().find(|file| file.path == path);
    let begins = |text: &str| text.strip_prefix(named).is_some_and(|rest| rest.starts_with(['.', ' ', '=']));
    let line = manifest.and_then(|file| file.lines().find(|(_, text)| begins(text)));
    Finding::new(&path, line.map_or(1, |(line, _)| line), what, remedy)
}

fn is_for_users(file: &File) -> bool {
    let example = file.path.split('/').any(|folder| folder == "examples");
    let page =
        file.path == "README.md" || (file.path.starts_with("docs/") && !file.path.starts_with("docs/decisions/"));
    match file.extension() {
        "rs" => example,
        "toml" => example && Path::new(&file.path).ends_with("Cargo.toml"),
        "md" => example || page,
        _ => false,
    }
}

/// The crate behind the facade that a line uses: `converse_model::…`, or a dependency on it.
fn inner_crate<'a>(file: &File, text: &'a str) -> Option<&'a str> {
    if file.extension() == "toml" {
        let name = text.split(['.', ' ', '=']).next()?;
        return name.strip_prefix(FACADE)?.starts_with('-').then_some(name);
    }
    let (before, _) = text.split_once("::")?;
    let name = before.rsplit(|character| !is_name(character)).next()?;
    if name.starts_with("converse_") {
        return Some(name);
    }
    inner_crate(file, text.get(before.len() + 2..)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(crates: &[(&str, &str)]) -> Tree {
        Tree { graph: Graph::of(crates), ..Tree::default() }
    }

    const WIRE: (&str, &str) = ("converse-wire", "0converse-wire v0.1.0 (x)\n1itoa v1.0.0\n");

    #[test]
    fn a_dependency_downwards_passes() {
        let dispatch = "0converse-dispatch v0\n1converse-wire v0\n2itoa v1\n1tracing v0\n";
        let tree = tree(&[WIRE, ("converse-dispatch", dispatch)]);
        assert_eq!(direction(&tree), []);
        assert_eq!(absence(&tree), []);
    }

    #[test]
    fn a_dependency_upwards_is_found_at_its_line() {
        let wire = "0converse-wire v0\n1converse-dispatch v0\n";
        let mut tree = tree(&[("converse-wire", wire), ("converse-dispatch", "0converse-dispatch")]);
        tree.files.push(File::new("converse-wire/Cargo.toml", "[dependencies]\nconverse-dispatch = 1"));
        let lines: Vec<usize> = direction(&tree).iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [2]);
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        assert_eq!(direction(&tree(&[("converse-new", "0converse-new v0\n")])).len(), 1);
    }

    #[test]
    fn what_must_be_absent_is_found_however_far_away() {
        let far = "0converse-dispatch v0\n1tracing v0\n2log v0\n3serde v1.0.0 (*)\n";
        assert_eq!(absence(&tree(&[("converse-dispatch", far)])).len(), 1);
        let macros = "0converse-macros v0\n1converse-model v0\n";
        assert_eq!(absence(&tree(&[("converse-macros", macros)])).len(), 1);
        let model = "0converse-model v0\n1serde_jsonish v0\n";
        assert_eq!(absence(&tree(&[("converse-model", model)])), []);
    }

    #[test]
    fn users_see_the_facade_only() {
        let found = |path: &str, text: &str| facade(&Tree::of(&[(path, text)])).len();
        assert_eq!(found("converse/examples/a.rs", "use converse::message;\nconverse::main()"), 0);
        assert_eq!(found("converse/examples/a.rs", "use std::fmt;\nuse converse_wire::Pull;"), 1);
        assert_eq!(found("README.md", "let a = b::c(converse_model::Shape);"), 1);
        assert_eq!(found("converse-net/src/lib.rs", "use converse_wire::Pull;"), 0);
        assert_eq!(found("examples/a/Cargo.toml", "converse = \"0.1\"\n"), 0);
        assert_eq!(found("examples/a/Cargo.toml", "converse-model.workspace = true\n"), 1);
    }
}
