//! A chat with rooms and a page: `cargo run --example chat --features http1`, then open
//! <http://127.0.0.1:7117/chat> in two windows.
//!
//! A peer enters a room under a name, and what happens there is pushed to all who are in it: who comes, who
//! leaves, what is said. The page is mounted beside the messages and speaks to them by WebSocket; it needs
//! no library. Over TCP the same lines may be typed by hand.
//!
//! The page may be served by another server too, or as files: its `<meta name="server">` says where the messages are, and
//! `--origins https://app.example` lets pages from there speak to them. Pages from elsewhere are refused.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::routing::get;
use converse::{App, Fault, Peer, PushError, Result, State, Topics, message, respond, value};

/// Somebody wants to come into a room. Who is in another leaves that.
#[message]
struct Enter {
    #[field(pattern = "^[a-z0-9-]+$", max_length = 30, example = "kitchen")]
    room: String,
    #[field(trim, min_length = 1, max_length = 24, example = "anna")]
    name: String,
}

/// Who is in the room, the newcomer among them.
#[message]
struct Entered {
    here: Vec<String>,
}

/// Says something to all in the room.
#[message]
struct Say {
    #[field(trim, min_length = 1, max_length = 500, example = "hello")]
    text: String,
}

/// Leaves the room.
#[message]
struct Leave {}

/// Pushed to all in a room.
#[message]
struct Happened {
    what: What,
    name: String,
    /// What was said.
    text: Option<String>,
    /// Who is in the room now.
    here: Vec<String>,
}

#[value]
#[derive(Clone, Copy)]
enum What {
    Came,
    Left,
    Said,
}

#[derive(Debug, Fault)]
enum ChatError {
    #[fault(code = "name_taken", status = 409, message = "somebody in this room has the name; choose another")]
    NameTaken,
    #[fault(code = "in_no_room", status = 409, message = "you are in no room; send Enter first")]
    InNoRoom,
    #[fault(code = "no_pushes", status = 400, message = "nothing can be pushed over HTTP; connect by WebSocket or TCP")]
    NoPushes,
}

/// Who is where.
#[derive(Clone, Default)]
struct Chat {
    rooms: Topics<Happened>,
    seats: Arc<Mutex<Seats>>,
}

#[derive(Default)]
struct Seats {
    names: BTreeMap<String, BTreeSet<String>>,
    /// The room and the name of each peer, by its id.
    peers: HashMap<u64, (String, String)>,
    /// The ids of the peers whose end we shall be told.
    met: HashSet<u64>,
}

impl Chat {
    fn enter(&self, peer: &Peer, room: &str, name: &str) -> Result<Vec<String>> {
        self.leave(peer);
        self.seats().take(peer.id(), room, name)?;
        if let Err(error) = self.rooms.subscribe(room, peer) {
            self.seats().free(peer.id());
            return Err(if let PushError::RepliesOnly(_) = error { ChatError::NoPushes.into() } else { error.into() });
        }
        self.mind_end(peer);
        self.tell(room, What::Came, name, None)?;
        Ok(self.seats().here(room))
    }

    /// Lets a peer leave when its connection ends.
    fn mind_end(&self, peer: &Peer) {
        if !self.seats().met.insert(peer.id()) {
            return;
        }
        let (chat, gone) = (self.clone(), peer.clone());
        let end = move || {
            chat.leave(&gone);
            chat.seats().met.remove(&gone.id());
        };
        if peer.on_gone(end.clone()).is_err() {
            end();
        }
    }

    fn leave(&self, peer: &Peer) {
        let Some((room, name)) = self.seats().free(peer.id()) else { return };
        self.rooms.unsubscribe(&room, peer);
        // A name that was fit to come is fit to leave.
        let _told = self.tell(&room, What::Left, &name, None);
    }

    fn tell(&self, room: &str, what: What, name: &str, text: Option<String>) -> Result<()> {
        // Under the lock, so that the last list that comes is the last that was.
        let seats = self.seats();
        let mut happened = Happened::new(what, name, seats.here(room));
        happened.text = text;
        self.rooms.publish(room, happened)?;
        Ok(())
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seats {
    fn take(&mut self, peer: u64, room: &str, name: &str) -> Result<(), ChatError> {
        if !self.names.entry(room.to_owned()).or_default().insert(name.to_owned()) {
            return Err(ChatError::NameTaken);
        }
        self.peers.insert(peer, (room.to_owned(), name.to_owned()));
        Ok(())
    }

    fn free(&mut self, peer: u64) -> Option<(String, String)> {
        let (room, name) = self.peers.remove(&peer)?;
        if let Some(names) = self.names.get_mut(&room) {
            names.remove(&name);
            if names.is_empty() {
                self.names.remove(&room);
            }
        }
        Some((room, name))
    }

    fn here(&self, room: &str) -> Vec<String> {
        self.names.get(room).into_iter().flatten().cloned().collect()
    }
}

#[respond]
fn enter(enter: Enter, peer: Peer, chat: State<Chat>) -> Result<Entered> {
    Ok(Entered::new(chat.enter(&peer, &enter.room, &enter.name)?))
}

#[respond]
fn say(say: Say, peer: Peer, chat: State<Chat>) -> Result<()> {
    let seat = chat.seats().peers.get(&peer.id()).cloned();
    let (room, name) = seat.ok_or(ChatError::InNoRoom)?;
    chat.tell(&room, What::Said, &name, Some(say.text))
}

#[respond]
fn leave(_: Leave, peer: Peer, chat: State<Chat>) {
    chat.leave(&peer);
}

/// Nothing but the page's own files, and messages to where it came from.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// A file of the page, which is part of the program.
fn file(kind: &'static str, text: &'static str) -> ([(HeaderName, &'static str); 4], &'static str) {
    let headers = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, text)
}

fn page() -> Router {
    Router::new()
        .route("/", get(async || file("text/html; charset=utf-8", include_str!("page/index.html"))))
        .route("/style.css", get(async || file("text/css; charset=utf-8", include_str!("page/style.css"))))
        .route("/chat.js", get(async || file("text/javascript; charset=utf-8", include_str!("page/chat.js"))))
}

fn main() -> ExitCode {
    App::linked().state(Chat::default()).mount("/chat", page()).main()
}
