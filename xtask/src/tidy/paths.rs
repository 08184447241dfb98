//! Rules about paths that are written in files: none of one machine, and none that lead nowhere.

use super::Finding;
use super::tree::{File, Tree};

/// Folders of one machine; joined here so that this file does not hold them.
const MACHINE_FOLDERS: &[&str] = &[concat!("/", "root/"), concat!("/", "home/"), concat!("/", "work/")];

/// No text file names a folder of one machine.
pub(super) fn machine(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        for (line, text) in file.lines() {
            if let Some(folder) = MACHINE_FOLDERS.iter().find(|folder| is_absolute(text, folder)) {
                let what = format!("`{folder}` exists on one machine only");
                let remedy = "write it relative to the repository";
                findings.push(Finding::new(&file.path, line, what, remedy));
            }
        }
    }
    findings
}

/// Every relative link in a Markdown file leads to a file.
pub(super) fn links(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.extension() == "md") {
        for (line, target) in targets(file) {
            if !leads_somewhere(tree, &file.path, target) {
                let what = format!("the link to `{target}` leads nowhere");
                let remedy = "point it to a file of the repository, relative to this one";
                findings.push(Finding::new(&file.path, line, what, remedy));
            }
        }
    }
    findings
}

/// Whether the folder stands at the beginning of a path, not after a host or another folder.
fn is_absolute(text: &str, folder: &str) -> bool {
    text.match_indices(folder).any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || "._-~*})]>".contains(c))
    })
}

/// The relative targets of `[text](target)` and `[label]: target`, outside code.
fn targets(file: &File) -> Vec<(usize, &str)> {
    let mut targets = Vec::new();
    let mut fenced = false;
    for (line, text) in file.lines() {
        if text.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let outside_code = text.split('`').step_by(2);
        let inline = outside_code.flat_map(|text| text.split("](").skip(1));
        // A link whose text is code is cut in two by the backticks, with `](` in the second part.
        let inline = inline.filter_map(|rest| rest.split([')', ' ']).next());
        let labelled = text.trim_start().starts_with('[').then(|| text.split_once("]: ")).flatten();
        let labelled = labelled.and_then(|(_, rest)| rest.split_whitespace().next());
        targets.extend(inline.chain(labelled).filter(|to| is_relative(to)).map(|to| (line, to)));
    }
    targets
}

/// Whether the target is neither on the web nor a place in the same file.
fn is_relative(target: &str) -> bool {
    let web = ["http:", "https:", "mailto:"].iter().any(|scheme| target.starts_with(scheme));
    !(web || target.is_empty() || target.starts_with('#'))
}

fn leads_somewhere(tree: &Tree, from: &str, target: &str) -> bool {
    let target = target.split('#').next().unwrap_or(target).trim_matches(['<', '>']);
    let mut place: Vec<&str> = from.split('/').collect();
    place.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if place.pop().is_none() {
                    return false;
                }
            }
            part => place.push(part),
        }
    }
    let place = place.join("/");
    let folder = format!("{place}/");
    !target.starts_with('/')
        && (place.is_empty() || tree.paths.iter().any(|path| *path == place || path.starts_with(&folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_one_machine_is_found_in_any_text() {
        for folder in MACHINE_FOLDERS {
            let text = format!("a\npath = \"{folder}b\"");
            assert_eq!(machine(&Tree::of(&[("a.toml", &text)])).len(), 1);
            let text = format!("file://{folder}b");
            assert_eq!(machine(&Tree::of(&[("a.md", &text)])).len(), 1);
            let text = format!("https://example.com{folder} ..{folder} ${{A}}{folder}");
            assert_eq!(machine(&Tree::of(&[("a.md", &text)])), []);
        }
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        for text in ["[a](b.md)", "[a](/README.md)", "[a](../../x.md)", "[a]: b.md", "[`a`](b.md)"] {
            assert_eq!(links(&Tree::of(&[("docs/c.md", text)])).len(), 1, "{text}");
        }
    }

    #[test]
    fn links_that_lead_to_a_file_are_not() {
        let text = "[a](../README.md#top) [b](d.md \"title\") [c](decisions/) [`d`](./d.md)\n\
                    [e](https://example.com) [f](#here) `[g](none.md)`\n\
                    ```\n[h](none.md)\n```\n[i]: ../README.md\n";
        let files = [("README.md", ""), ("docs/c.md", text), ("docs/d.md", ""), ("docs/decisions/0001-a.md", "")];
        assert_eq!(links(&Tree::of(&files)), []);
    }
}
