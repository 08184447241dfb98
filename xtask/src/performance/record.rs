//! What was measured of a part: a file of `yard/results/`, with of what, when and where above it.

use std::fmt::Write as _;

use super::parts::{PARTS, Part};
use crate::{Failure, House};

const FOLDER: &str = "yard/results";

/// What a program prints for this one rather than for people: `figure <name> <value>`.
const FIGURE: &str = "figure ";

/// One measurement of a part.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Record {
    pub(super) commit: String,
    /// The day, in UTC.
    pub(super) date: String,
    pub(super) machine: String,
    /// How much of the machine others used, just before.
    pub(super) others: String,
    pub(super) took: String,
    pub(super) command: String,
    /// What a reader of the figures should know.
    pub(super) note: Option<String>,
    /// The figures that budgets are of.
    pub(super) figures: Vec<(String, f64)>,
    /// What it printed for people.
    pub(super) text: String,
}

impl Record {
    /// With what the part's program printed.
    pub(super) fn with_printed(mut self, printed: &str) -> Record {
        for line in printed.lines() {
            match line.strip_prefix(FIGURE).and_then(figure) {
                Some(figure) => self.figures.push(figure),
                // Writing to a text cannot fail.
                None => drop(writeln!(self.text, "{line}")),
            }
        }
        let end = self.text.trim_end().len();
        self.text.truncate(end);
        self
    }

    /// A figure by its name.
    pub(super) fn figure(&self, name: &str) -> Option<f64> {
        self.figures.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    pub(super) fn write(&self, house: &House, part: &Part) -> Result<(), Failure> {
        let folder = house.root.join(FOLDER);
        let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(path(house, part), self.file()));
        written.map_err(|why| Failure::new(format!("{FOLDER}: {why}"), "make the folder writable"))
    }

    /// The whole file.
    fn file(&self) -> String {
        let mut file = String::new();
        let heads = [
            ("commit", &self.commit),
            ("date", &self.date),
            ("machine", &self.machine),
            ("others", &self.others),
            ("took", &self.took),
            ("command", &self.command),
        ];
        let heads = heads.into_iter().chain(self.note.as_ref().map(|note| ("note", note)));
        for (name, value) in heads {
            let _ = writeln!(file, "{name}: {value}");
        }
        let _ = writeln!(file, "\n{}", self.text);
        for (name, value) in &self.figures {
            let _ = writeln!(file, "{FIGURE}{name} {value}");
        }
        file
    }

    /// From the whole file.
    fn read(file: &str) -> Option<Record> {
        let (heads, printed) = file.split_once("\n\n")?;
        let mut record = Record::default();
        for line in heads.lines() {
            let (name, value) = line.split_once(": ")?;
            let place = match name {
                "commit" => &mut record.commit,
                "date" => &mut record.date,
                "machine" => &mut record.machine,
                "others" => &mut record.others,
                "took" => &mut record.took,
                "command" => &mut record.command,
                "note" => record.note.get_or_insert_default(),
                _ => return None,
            };
            value.clone_into(place);
        }
        Some(record.with_printed(printed))
    }
}

fn figure(line: &str) -> Option<(String, f64)> {
    let (name, value) = line.split_once(' ')?;
    Some((name.to_owned(), value.trim().parse().ok()?))
}

fn path(house: &House, part: &Part) -> std::path::PathBuf {
    house.root.join(FOLDER).join(format!("{}.txt", part.name))
}

/// What is kept of every part, in their order.
pub(super) fn all(house: &House) -> Result<Vec<(&'static Part, Option<Record>)>, Failure> {
    PARTS.iter().map(|part| Ok((part, of(house, part)?))).collect()
}

/// What is kept of a part, if it was ever measured.
fn of(house: &House, part: &Part) -> Result<Option<Record>, Failure> {
    let Ok(file) = std::fs::read_to_string(path(house, part)) else { return Ok(None) };
    let broken = || {
        let remedy = format!("measure it again with `cargo xtask performance --only {}`", part.name);
        Failure::new(format!("{FOLDER}/{}.txt is not what this program wrote", part.name), remedy)
    };
    Record::read(&file).map(Some).ok_or_else(broken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let of = Record { commit: "abc".into(), note: Some("a busy machine: four builds".into()), ..Record::default() };
        let record = of.with_printed("row  ratio\n\na  0.5\nfigure a-64 0.5\nfigure\nfigure of speech\n\n");
        assert_eq!(record.text, "row  ratio\n\na  0.5\nfigure\nfigure of speech");
        assert_eq!((record.figure("a-64"), record.figure("a")), (Some(0.5), None));
        assert_eq!(Record::read(&record.file()), Some(record));
        assert_eq!(Record::read("commit abc\n\nrow"), None);
        assert_eq!(Record::read("weather: fine\n\nrow"), None);
    }
}
