//! What a statement of a program's own is: one that reads, one that writes, or one that is none of its business.

/// Statements that read, unless a word in them writes.
const READ: [&str; 4] = ["SELECT", "VALUES", "WITH", "EXPLAIN"];

/// Statements that write.
const WRITE: [&str; 5] = ["INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE"];

/// Words that write inside a statement that begins like one that reads.
const WRITE_WITHIN: [&str; 5] = ["INSERT", "UPDATE", "DELETE", "MERGE", "INTO"];

/// Whether a statement writes.
///
/// # Errors
/// Why the statement is not run.
pub(super) fn writes(text: &str) -> Result<bool, String> {
    let words = words(text)?;
    let mut bare = words.iter().filter(|word| !word.quoted).map(|word| word.text.to_ascii_uppercase());
    let first = bare.next().unwrap_or_default();
    if !READ.contains(&&*first) && !WRITE.contains(&&*first) {
        return Err(match &*first {
            "" => "there is no statement in it".to_owned(),
            "BEGIN" | "START" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" | "SAVEPOINT" | "RELEASE" => format!(
                "{first} is not run: handlers share a transaction, which ends with their replies; \
                 `store.transaction(async |store| …)` does several things alone"
            ),
            "CREATE" | "ALTER" | "DROP" | "TRUNCATE" => {
                format!("{first} is not run: tables follow their classes; change the classes")
            }
            _ => format!("{first} is not run: only {} and {} are", READ.join(", "), WRITE.join(", ")),
        });
    }
    let mut writes = WRITE.contains(&&*first);
    for word in bare {
        // `INSERT OR ROLLBACK` ends the transaction, and with it what others did.
        if word == "ROLLBACK" {
            return Err("ROLLBACK is not run, and no statement that has it: handlers share a transaction".to_owned());
        }
        writes |= WRITE_WITHIN.contains(&&*word);
    }
    if writes && let Some(own) = words.iter().find(|word| word.text.to_ascii_lowercase().starts_with(crate::names::OWN))
    {
        return Err(format!("the table {} is the store's own, and written by nobody else", own.text));
    }
    Ok(writes)
}

/// A word, or a name in quotes.
struct Word {
    text: String,
    quoted: bool,
}

/// The words of a statement that are no values and no comments.
fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut rest = text;
    let mut is_over = false;
    while let Some(first) = rest.chars().next() {
        let (word, length) = match first {
            _ if first.is_whitespace() => (None, first.len_utf8()),
            '-' if rest.starts_with("--") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => (None, comment(rest)?),
            ';' => {
                is_over = true;
                (None, 1)
            }
            _ if is_over => return Err("there is more than one statement in it; run them one by one".to_owned()),
            '\'' => (None, quotes(rest, '\'')?),
            '"' | '`' => {
                let length = quotes(rest, first)?;
                let name = rest.get(1..length.saturating_sub(1)).unwrap_or_default();
                (Some(Word { text: name.to_owned(), quoted: true }), length)
            }
            '$' => (None, dollars(rest)?),
            _ if first.is_alphabetic() || first == '_' => {
                let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
                let (word, _) = rest.split_at(end.unwrap_or(rest.len()));
                (Some(Word { text: word.to_owned(), quoted: false }), word.len())
            }
            other => (None, other.len_utf8()),
        };
        words.extend(word);
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(words)
}

/// How long a comment is. Where one begins in another, databases do not agree where it ends.
fn comment(text: &str) -> Result<usize, String> {
    let inner = text.get(2..).unwrap_or_default();
    match inner.find("*/") {
        Some(end) if !inner.get(..end).unwrap_or_default().contains("/*") => Ok(end + 4),
        Some(_) => Err("a comment in it begins in another".to_owned()),
        None => Err("a comment in it does not end".to_owned()),
    }
}

/// How long a text or a name in quotes is; a quote in it stands twice.
fn quotes(text: &str, quote: char) -> Result<usize, String> {
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != quote {
            continue;
        }
        match letters.peek() {
            Some((_, next)) if *next == quote => drop(letters.next()),
            _ => return Ok(at + 1),
        }
    }
    Err(format!("a {quote} in it has no end"))
}

/// How long a text between dollars is (`$$…$$`, `$tag$…$tag$`), or a parameter (`$1`).
fn dollars(text: &str) -> Result<usize, String> {
    let inner = text.get(1..).unwrap_or_default();
    let end = inner.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(inner.len());
    let is_text = inner.get(end..).is_some_and(|rest| rest.starts_with('$'))
        && !inner.starts_with(|letter: char| letter.is_ascii_digit());
    if !is_text {
        return Ok(end + 1);
    }
    let (tag, body) = text.split_at(end + 2);
    let end = body.find(tag).ok_or_else(|| format!("a text that begins with {tag} has no end"))?;
    Ok(tag.len() * 2 + end)
}

#[cfg(test)]
mod tests {
    use super::writes;

    #[test]
    fn statements_read_or_write() {
        for read in [
            "select 1",
            " -- a comment; of one line\n /* and; one */ SELECT 'update; x', \"delete\" FROM a;  -- the end",
            "WITH a AS (SELECT 1) SELECT * FROM a",
            "SELECT count(*) FROM converse_history",
            "SELECT $1, $tag$ DELETE ; $tag$",
            "VALUES (1), (2)",
        ] {
            assert_eq!(writes(read), Ok(false), "{read}");
        }
        for write in [
            "INSERT INTO a VALUES (?1)",
            "update a set b = 1",
            "WITH a AS (SELECT 1) DELETE FROM b",
            "EXPLAIN ANALYZE DELETE FROM b",
            "SELECT 1 FROM a FOR UPDATE",
        ] {
            assert_eq!(writes(write), Ok(true), "{write}");
        }
    }

    #[test]
    fn what_could_break_the_promise_is_not_run() {
        for (statement, why) in [
            ("COMMIT", "share a transaction"),
            ("/* SELECT */ commit", "share a transaction"),
            ("begin immediate", "store.transaction"),
            ("SELECT 1; COMMIT", "more than one statement"),
            ("SELECT ';'; -- a\n COMMIT", "more than one statement"),
            ("INSERT OR ROLLBACK INTO a VALUES (1)", "ROLLBACK is not run"),
            ("UPDATE OR/**/rollback a SET b = 1", "ROLLBACK is not run"),
            ("PRAGMA foreign_keys = OFF", "PRAGMA is not run"),
            ("ATTACH 'x' AS y", "ATTACH is not run"),
            ("VACUUM", "VACUUM is not run"),
            ("DROP TABLE a", "tables follow their classes"),
            ("DELETE FROM \"converse_keys\"", "the store's own"),
            ("delete from CONVERSE_history", "the store's own"),
            ("/* /* */ SELECT 1 */ COMMIT", "begins in another"),
            ("SELECT 'x", "no end"),
            ("SELECT \"x", "no end"),
            ("SELECT $a$ x", "no end"),
            ("/* x", "does not end"),
            (" -- x", "no statement"),
            ("", "no statement"),
        ] {
            let error = writes(statement).unwrap_err();
            assert!(error.contains(why), "{statement}: {error}");
        }
    }
}
