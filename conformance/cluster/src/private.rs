//! A private server: made in a folder of its own, for its owner alone, on no port, and gone when who started it is.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const REMEDY: &str = "install PostgreSQL's server (as root: `apt-get install postgresql-15`, or any of 13 and newer), or name \
                      a database of yours, in which schemas come and go: CONVERSE_TEST_POSTGRES=postgres://…";

/// What is set of a server.
const SETTINGS: &[&str] = &["listen_addresses=", "max_connections=400", "shared_buffers=32MB", "autovacuum=off"];

/// What is safe once a server has said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sync {
    /// It outlives the end of the server: enough where nobody cuts the power.
    Memory,
    /// It outlives a loss of power.
    Disk,
}

/// How long a server may take to start.
const STARTED: Duration = Duration::from_mins(1);

/// How many were started by this process.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A server; it ends with this value, and with the process.
pub struct Private {
    folder: PathBuf,
    /// It stops the server and removes the folder once nobody holds the other end of what it reads.
    guard: Child,
}

impl Private {
    /// Makes and starts one.
    ///
    /// # Errors
    /// Why it cannot, and what to do.
    pub fn start(sync: Sync) -> Result<Private, String> {
        let programs = programs().ok_or_else(|| format!("there is no server of PostgreSQL here; {REMEDY}"))?;
        let name = format!("converse-postgres-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        let cannot = |error: io::Error| format!("a private server cannot be made in {}: {error}", folder.display());
        fs::create_dir(&folder).map_err(cannot)?;
        let owner = owner(&folder).map_err(cannot)?;
        if let Some((user, group)) = owner {
            chown(&folder, Some(user), Some(group)).map_err(cannot)?;
        }
        let as_owner = |command: &mut Command| {
            if let Some((user, group)) = owner {
                command.uid(user).gid(group);
            }
            command.current_dir(&folder).env_remove("PGHOST").env_remove("PGDATA");
        };
        let data = folder.join("data");
        let mut made = Command::new(programs.join("initdb"));
        made.args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-locale", "-D"]);
        as_owner(made.arg(&data));
        let made = made.output().map_err(cannot)?;
        if !made.status.success() {
            // What was begun is of no use, and what is said says why.
            let _ = fs::remove_dir_all(&folder);
            return Err(format!("initdb failed: {}; {REMEDY}", String::from_utf8_lossy(&made.stderr)));
        }
        // One user is asked for a password.
        let rules = "local all josh scram-sha-256\nlocal all all trust\n";
        fs::write(data.join("pg_hba.conf"), rules).map_err(cannot)?;
        let log = File::create(folder.join("log")).map_err(cannot)?;
        let mut guard = Command::new("/bin/sh");
        guard
            .args(["-c", GUARD, "guard"])
            .arg(&folder)
            .arg(programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder);
        let faster: &[&str] = if sync == Sync::Memory { &["fsync=off", "full_page_writes=off"] } else { &[] };
        for setting in SETTINGS.iter().chain(faster) {
            guard.args(["-c", setting]);
        }
        as_owner(&mut guard);
        guard.stdin(Stdio::piped()).stdout(log.try_clone().map_err(cannot)?).stderr(log);
        let guard = guard.spawn().map_err(cannot)?;
        Ok(Private { folder, guard })
    }

    /// The URL of its database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@/postgres?host={}", self.folder.display())
    }

    /// Ends it as a defect would (SIGKILL). It starts again by itself, and recovers.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub fn kill(&self) -> io::Result<()> {
        let pid = fs::read_to_string(self.folder.join("pid"))?;
        let killed = Command::new("/bin/sh").args(["-c", "kill -9 \"$0\""]).arg(pid.trim()).status()?;
        if killed.success() { Ok(()) } else { Err(io::Error::other("there is no such process")) }
    }

    /// Awaits it.
    pub(crate) fn is_up(&mut self, mut answers: impl FnMut(&str) -> Result<(), String>) -> Result<(), String> {
        let begun = Instant::now();
        loop {
            let Err(error) = answers(&self.url()) else { return Ok(()) };
            let has_ended = !matches!(self.guard.try_wait(), Ok(None));
            if has_ended || begun.elapsed() > STARTED {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(format!("the private server does not answer: {error}; its log: {log}"));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Starts the server, and again whenever it ended, until the end of its input; then ends it.
const GUARD: &str = r#"
folder=$1; shift
trap : INT TERM HUP
while [ ! -e "$folder/over" ]; do
    "$@" </dev/null &
    echo $! >"$folder/pid"
    wait $!
    sleep 0.1
done &
while read -r _; do :; done
: >"$folder/over"
kill -INT "$(cat "$folder/pid")" 2>/dev/null
wait
rm -rf "$folder"/* && rmdir "$folder"
"#;

impl Drop for Private {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // It ends by itself; who waits sees the folder gone.
        let _ = self.guard.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The folder of the newest server's programs.
fn programs() -> Option<PathBuf> {
    let has_both = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let paths = std::env::var_os("PATH").unwrap_or_default();
    if let Some(folder) = std::env::split_paths(&paths).find(has_both) {
        return Some(folder);
    }
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| has_both(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder)
}

/// Who is to own the server, if not who we are: it refuses to be root's.
fn owner(folder: &Path) -> io::Result<Option<(u32, u32)>> {
    if fs::metadata(folder)?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let numbers = users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, _, user, group) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
        (name == "nobody").then_some((user.parse().ok()?, group.parse().ok()?))
    });
    numbers.map(Some).ok_or_else(|| io::Error::other("root may not own a server, and there is no user `nobody`"))
}
