//! Unix sockets: a path instead of an address, and the permissions of a file instead of a firewall.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream as Probe;
use std::path::{Path, PathBuf};

use socket2::{Domain, SockAddr, Socket, Type};
use tokio::net::{UnixListener, UnixStream};

/// How many connections may wait to be accepted, as for TCP.
const BACKLOG: i32 = 1_024;

/// A path that is listened at. Its file is removed with it.
pub(crate) struct Listener {
    socket: UnixListener,
    _file: File,
}

/// The file of a socket, and what tells it from one that another program put in its place.
struct File {
    path: PathBuf,
    device: u64,
    number: u64,
}

impl Listener {
    /// Listens. The file has its permissions before anybody can connect. One that a program left behind
    /// is removed; one at which a program listens is not, nor any other file.
    pub(crate) fn bind(path: &Path, mode: u32) -> io::Result<Listener> {
        remove_stale(path)?;
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        socket.bind(&SockAddr::unix(path)?)?;
        let file = File::of(path)?;
        fs::set_permissions(path, Permissions::from_mode(mode))?;
        socket.listen(BACKLOG)?;
        socket.set_nonblocking(true)?;
        Ok(Listener { socket: UnixListener::from_std(socket.into())?, _file: file })
    }

    pub(crate) async fn accept(&self) -> io::Result<UnixStream> {
        self.socket.accept().await.map(|(socket, _)| socket)
    }
}

fn remove_stale(path: &Path) -> io::Result<()> {
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(()) };
    if !found.file_type().is_socket() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    match Probe::connect(path) {
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path),
        Err(error) => Err(error),
        Ok(_) => Err(io::ErrorKind::AddrInUse.into()),
    }
}

impl File {
    fn of(path: &Path) -> io::Result<File> {
        let found = fs::symlink_metadata(path)?;
        Ok(File { path: path.to_owned(), device: found.dev(), number: found.ino() })
    }

    fn is_ours(&self) -> bool {
        fs::symlink_metadata(&self.path).is_ok_and(|found| (found.dev(), found.ino()) == (self.device, self.number))
    }
}

impl Drop for File {
    fn drop(&mut self) {
        if self.is_ours()
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, path = %self.path.display(), "the socket's file could not be removed");
        }
    }
}
