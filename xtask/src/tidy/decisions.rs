//! The rule about `docs/decisions/NNNN-title.md`: numbered without gaps, each with its parts.

use super::Finding;
use super::tree::{File, Tree};

const FOLDER: &str = "docs/decisions/";

/// The parts of a decision; any spelling in a row will do.
const PARTS: &[&[&str]] = &[&["Context"], &["Choice"], &["Measured", "Not measured"], &["Rejected"]];

/// The decisions are numbered from 0001 without gaps, and each has every part.
pub(super) fn complete(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut expected = 1;
    for file in tree.files.iter().filter(|file| file.path.starts_with(FOLDER)) {
        match number(file) {
            Some(number) if number == expected => expected += 1,
            Some(number) => {
                let what = format!("the number is {number:04} where {expected:04} is next");
                findings.push(Finding::new(&file.path, 1, what, "number it without gaps or twins"));
                expected = number + 1;
            }
            None => {
                let remedy = format!("name it {FOLDER}{expected:04}-title.md");
                findings.push(Finding::new(&file.path, 1, "the name has no number", remedy));
                continue;
            }
        }
        findings.extend(missing_parts(file));
    }
    findings
}

/// The number of `NNNN-title.md`.
fn number(file: &File) -> Option<u32> {
    let name = file.path.strip_prefix(FOLDER)?.strip_suffix(".md")?;
    let (number, title) = name.split_once('-')?;
    let titled = !title.is_empty() && !title.contains('/');
    let four_digits = number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    if titled && four_digits { number.parse().ok() } else { None }
}

fn missing_parts(file: &File) -> Vec<Finding> {
    let headings: Vec<&str> = file
        .lines()
        .filter(|(_, text)| text.starts_with('#'))
        .map(|(_, text)| text.trim_start_matches('#').trim())
        .collect();
    let missing = PARTS.iter().filter(|names| !names.iter().any(|name| headings.contains(name)));
    missing
        .map(|names| {
            let names = names.join("` or `");
            let remedy = "add it, even if it is one sentence";
            Finding::new(&file.path, 1, format!("there is no heading `{names}`"), remedy)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "# A\n\n## Context\n\n## Choice\n\n## Not measured\n\n## Rejected\n";

    #[test]
    fn whole_decisions_without_gaps_pass() {
        let measured = WHOLE.replace("Not measured", "Measured");
        let files = [("docs/decisions/0001-a.md", WHOLE), ("docs/decisions/0002-b.md", &measured), ("c.md", "")];
        assert_eq!(complete(&Tree::of(&files)), []);
    }

    #[test]
    fn a_gap_a_twin_and_a_name_without_number_are_found() {
        for path in ["0003-b.md", "0001-b.md", "notes.md", "2-b.md", "0002.md", "0002-b/c.md"] {
            let path = format!("{FOLDER}{path}");
            let tree = Tree::of(&[("docs/decisions/0001-a.md", WHOLE), (&path, WHOLE)]);
            assert_eq!(complete(&tree).len(), 1, "{path}");
        }
    }

    #[test]
    fn a_missing_part_is_found() {
        for part in ["Context", "Choice", "Not measured", "Rejected"] {
            let text = WHOLE.replace(part, "Else");
            let findings = complete(&Tree::of(&[("docs/decisions/0001-a.md", &text)]));
            assert_eq!(findings.len(), 1, "{part}");
        }
    }
}
