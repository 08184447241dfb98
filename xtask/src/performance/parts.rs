//! The parts of the yard that can be measured on their own.

/// A part: how it is run, and what it measures.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// What it is called on the command line and in `yard/results/`.
    pub(super) name: &'static str,
    /// Its package in the yard.
    package: &'static str,
    /// What its program is told.
    arguments: &'static [&'static str],
    pub(super) title: &'static str,
    /// What a reader needs to know of the figures.
    pub(super) about: &'static str,
}

impl Part {
    /// The arguments of cargo that build or run it.
    pub(super) fn cargo(&self, command: &'static str, flags: &[&'static str]) -> Vec<&'static str> {
        let mut all = vec![command, "--release"];
        all.extend(flags);
        all.extend(["--manifest-path", "yard/Cargo.toml", "-p", self.package]);
        if command == "run" && !self.arguments.is_empty() {
            all.push("--");
            all.extend(self.arguments);
        }
        all
    }
}

/// Every part, in the order of the page.
pub(super) const PARTS: &[Part] = &[
    Part {
        name: "in-process",
        package: "in-process",
        arguments: &[],
        title: "One message in one process",
        about: "From bytes to reply, everything on, against an enum and a `match` by hand with serde_json, which \
                validates nothing.",
    },
    Part {
        name: "thousand",
        package: "thousand",
        arguments: &[],
        title: "A random mix of 1,000 classes",
        about: "The same, where code that is compiled for each class falls out of the cache.",
    },
    Part {
        name: "http",
        package: "servers",
        arguments: &["--only", "http"],
        title: "HTTP beside other servers",
        about: "64 connections; server and load have a core each, and the two servers of a row take turns.",
    },
    Part {
        name: "websocket",
        package: "servers",
        arguments: &["--only", "websocket"],
        title: "WebSocket beside other servers",
        about: "As with HTTP. axum's flushes when nothing more is there to be read, which is the best it can do.",
    },
    Part {
        name: "tcp",
        package: "servers",
        arguments: &["--only", "tcp"],
        title: "TCP beside servers by hand",
        about: "As with HTTP. The echo knows nothing of messages, and is the limit.",
    },
    Part {
        name: "idle",
        package: "servers",
        arguments: &["--only", "idle"],
        title: "Memory of an idle connection",
        about: "Of 2,000 connections after one message each, in the server's own memory.",
    },
    Part {
        name: "client",
        package: "client",
        arguments: &[],
        title: "One client over loopback",
        about: "Against lines that are written by hand, a batch in one write, and counted when they come back.",
    },
    Part {
        name: "overload",
        package: "overload",
        arguments: &["--seconds", "3"],
        title: "1 to 10 times what a server can answer",
        about: "By a client that does not wait. A time runs from when a message was due.",
    },
    Part {
        name: "store",
        package: "store",
        arguments: &[],
        title: "Messages that are safe, a second",
        about: "The whole way of a message to a committed row and its reply, against the same row by other means.",
    },
    Part {
        name: "postgres",
        package: "postgres",
        arguments: &[],
        title: "Messages that are safe on PostgreSQL, a second",
        about: "The same against tokio-postgres with a commit for each, on one connection and on as many as there are clients.",
    },
    Part {
        name: "class-model",
        package: "class-model",
        arguments: &[],
        title: "The class model beside Python's",
        about: "Nanoseconds of one operation.",
    },
    Part {
        name: "live",
        package: "live",
        arguments: &[],
        title: "Live classes",
        about: "Messages are answered on one core; the clients, and who changes classes, are on the other. What a thread \
                waited for its core is told apart. Finding one of 100,000 at random is the time of memory that is in no \
                cache; finding one of 64 among as many is what the lookup itself takes.",
    },
    Part {
        name: "start",
        package: "start",
        arguments: &[],
        title: "A start with 10,000 classes and ten hooks",
        about: "From what the linker collected to a dispatcher that answers, in time on the core.",
    },
    Part {
        name: "timing",
        package: "timing",
        arguments: &[],
        title: "What a refusal's time tells",
        about: "Welch's t of the times that two wrong things take to be refused, as dudect has it; below 4.5 it tells nothing. \
                What is planted must be above.",
    },
    Part {
        name: "compile-time",
        package: "compile-time",
        arguments: &[],
        title: "What 100 classes add to a build",
        about: "Seconds of processor time above a program without classes, against serde derives with a map of functions.",
    },
    Part {
        name: "hello",
        package: "compile-time",
        arguments: &["--hello"],
        title: "A hello program, cold",
        about: "A debug build with all that it depends on, downloaded before, into an empty folder: converse as it comes, against \
                axum, serde, rusqlite and tokio with the features of their own first examples.",
    },
];
