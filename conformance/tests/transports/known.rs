//! What is known to fail, with reasons: `known-failures.txt`.

use std::collections::BTreeSet;
use std::path::Path;

use crate::wire::Carrier;

/// The listed cases.
pub(crate) struct Known {
    /// `<topic>/<case> <transport>`.
    listed: BTreeSet<String>,
}

impl Known {
    /// Reads the list: `<topic>/<case> <transport>: reason`, one a line, with `*` for all transports;
    /// `#` begins a comment. What the test of the witnesses lists is left to it.
    pub(crate) fn load() -> Known {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("known-failures.txt");
        let text = std::fs::read_to_string(path).unwrap();
        let lines = text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("witnesses/"));
        let mut listed = BTreeSet::new();
        for line in lines {
            match line.split_once(": ") {
                Some((case, reason)) if !reason.trim().is_empty() => match case.strip_suffix(" *") {
                    Some(case) => listed.extend(Carrier::ALL.map(|carrier| format!("{case} {}", carrier.name()))),
                    None => drop(listed.insert(case.to_owned())),
                },
                _ => panic!("known-failures.txt: `{line}` gives no reason"),
            }
        }
        Known { listed }
    }

    /// Sorts what failed into what is known and what is not; fails on both a new failure and a listed
    /// one that did not happen, among the entries that `mine` is true for.
    pub(crate) fn judge(&self, failures: &[(String, String)], mine: impl Fn(&str) -> bool) {
        let failed: BTreeSet<&str> = failures.iter().map(|(name, _)| name.as_str()).collect();
        let mut news = 0;
        for (name, what) in failures {
            if self.listed.contains(name) {
                println!("known to fail: {name}");
            } else {
                println!("FAILED {name}: {what}");
                news += 1;
            }
        }
        let mended: Vec<&String> =
            self.listed.iter().filter(|name| mine(name) && !failed.contains(name.as_str())).collect();
        for name in &mended {
            println!("PASSES {name}: it is listed in known-failures.txt; strike it out");
        }
        assert!(news == 0 && mended.is_empty(), "{news} failed, {} listed ones pass", mended.len());
    }
}
