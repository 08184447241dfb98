//! An application in the making: its classes, what its handlers need, and what happens around it.

use std::future::Future;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use converse_dispatch::{
    Authenticate, BoxFuture, Dispatch, Formats, Record, Result, Settings, States, Wording, handlers,
};
use converse_model::report::Issue;
use converse_model::{Classed, Registry, RegistryBuilder};
use converse_net::{Mounts, Otlp, TokioRuntime};
use converse_store::{LiveTables, Row, Schema, Store, StoreError, engine, tables};
use converse_wire::Format;

use crate::{Config, Engine, Sessions, StartError, TestApp, main_fn, mounts};

/// What runs before the first message, or after the last.
pub(crate) type Hook = Box<dyn FnOnce() -> BoxFuture<Result<()>> + Send>;

/// What an application is once its tables are there.
type WithStore = Box<dyn FnOnce(App, Store) -> App + Send>;

/// Puts rows into a table, before the first message.
type Seed = Box<dyn FnOnce(&Store) -> Result<(), StoreError> + Send>;

/// Runs what is to run after the last message.
pub(crate) async fn run_shutdown(hooks: Vec<Hook>) {
    for hook in hooks {
        if let Err(error) = hook().await {
            tracing::error!(%error, "a shutdown hook failed");
        }
    }
}

/// What the program is called where its traces go: as OpenTelemetry's variable says, or as its file is.
fn service() -> String {
    let file = || Some(std::env::current_exe().ok()?.file_stem()?.to_string_lossy().into_owned());
    std::env::var("OTEL_SERVICE_NAME").ok().or_else(file).unwrap_or_else(|| "converse".to_owned())
}

/// An application: which classes it serves, and what their handlers are given.
///
/// `converse::main()` is enough where handlers need no [`State`](converse_dispatch::State).
pub struct App {
    registry: RegistryBuilder,
    states: States,
    formats: Formats,
    mounts: Mounts,
    wording: Option<Wording>,
    authenticators: Vec<Box<dyn Authenticate>>,
    /// The sessions, and behind how many authenticators they are asked.
    sessions: Option<(usize, Sessions)>,
    /// What is in the tables from the start: in tests.
    rows: Vec<Seed>,
    /// What needs the tables.
    with_store: Vec<WithStore>,
    start: Vec<Hook>,
    shutdown: Vec<Hook>,
}

impl App {
    /// An application of every class that is linked into the program.
    pub fn linked() -> App {
        App::of(Registry::linked())
    }

    /// An application of these classes.
    pub fn of(registry: RegistryBuilder) -> App {
        App {
            registry,
            states: States::default(),
            formats: Formats::default(),
            mounts: Mounts::default(),
            wording: None,
            authenticators: Vec::new(),
            sessions: None,
            rows: Vec::new(),
            with_store: Vec::new(),
            start: Vec::new(),
            shutdown: Vec::new(),
        }
    }

    /// A test kit over every linked class, in memory.
    pub fn test() -> TestApp {
        TestApp::new(App::linked())
    }

    /// Gives handlers a value, which they ask for as `State<T>`. One value of each type.
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(mut self, value: T) -> App {
        self.states.put(value);
        self
    }

    /// Speaks one more format, beside JSON, `MessagePack` and CBOR: over HTTP by its media types, over
    /// WebSocket by its name, over TCP by its preamble.
    #[must_use]
    pub fn format(mut self, format: impl Format) -> App {
        self.formats = self.formats.with(format);
        self
    }

    /// Lets a tower service answer all requests below a path, which it does not see: mounted at `/files`, it
    /// is asked for `/a.txt` when a client asks for `/files/a.txt`. Hosts are checked before it is asked, and
    /// the limits on connections hold; a body may be of any size, and has `message_timeout` from one part to
    /// the next. A panic is answered 500. It sees no class and no `Peer`.
    ///
    /// Any service of requests whose body is [`Body`](converse_net::Body) and which never fails will do:
    /// `ServeDir` of tower-http, a router of axum. A path that hides one of the server's own, or that of a
    /// class, is an error at the start.
    #[cfg(feature = "http1")]
    #[must_use]
    pub fn mount<S, B>(mut self, path: &str, service: S) -> App
    where
        S: tower_service::Service<
                http::Request<converse_net::Body>,
                Response = http::Response<B>,
                Error = std::convert::Infallible,
            > + Clone
            + Send
            + Sync
            + 'static,
        S::Future: Send + 'static,
        B: http_body::Body<Data = bytes::Bytes> + Send + 'static,
        B::Error: Into<converse_net::BodyError>,
    {
        self.mounts.add(path, service);
        self
    }

    /// Says of broken rules what this function makes of them: in another language, or in other words.
    /// `None` leaves the rule's own sentence.
    #[must_use]
    pub fn wording(mut self, wording: impl Fn(&Issue) -> Option<String> + Send + Sync + 'static) -> App {
        self.wording = Some(Box::new(wording));
        self
    }

    /// Lets this find out who sends a message; several are asked in the order in which they are given. With at
    /// least one, nobody who is not known may send a message that is not `#[message(public)]`.
    #[must_use]
    pub fn authenticate(mut self, authenticator: impl Authenticate) -> App {
        self.authenticators.push(Box::new(authenticator));
        self
    }

    /// Knows people by a cookie, which handlers set with [`Session`](crate::Session). It is an authenticator, and
    /// asked in its turn. The setting `session_key` is needed; in [`test`](Self::test) a key is made.
    #[must_use]
    pub fn sessions(mut self, sessions: Sessions) -> App {
        self.sessions = Some((self.authenticators.len(), sessions));
        self
    }

    /// Goes on with the application once its tables are there: for authenticators, states and hooks that read or
    /// write them. Each write is kept at once.
    ///
    /// ```text
    /// App::linked().with_store(|app, store| app.on_start(move || first_user(store))).main()
    /// ```
    ///
    /// With it there is a store where no class has a table yet: one that is added later may.
    #[must_use]
    pub fn with_store(mut self, go_on: impl FnOnce(App, Store) -> App + Send + 'static) -> App {
        self.with_store.push(Box::new(go_on));
        self
    }

    /// Has these rows in a table before the first message: for tests.
    #[must_use]
    pub(crate) fn rows<R: Row>(mut self, rows: impl IntoIterator<Item = R> + Send + 'static) -> App {
        self.rows.push(Box::new(|store| store.seed(rows)));
        self
    }

    /// Leaves out a class that is linked.
    #[must_use]
    pub fn without<T: Classed>(mut self) -> App {
        self.registry = self.registry.without::<T>();
        self
    }

    /// Runs this before the first message. If it fails, the program does not start.
    #[must_use]
    pub fn on_start<F, Fut>(mut self, hook: F) -> App
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.start.push(Box::new(move || Box::pin(hook())));
        self
    }

    /// Runs this after the last message was answered. A failure is logged.
    #[must_use]
    pub fn on_shutdown<F, Fut>(mut self, hook: F) -> App
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.shutdown.push(Box::new(move || Box::pin(hook())));
        self
    }

    /// Checks everything and makes the application ready to answer, in a tokio runtime.
    ///
    /// # Errors
    /// A key of sessions that is needed and not there; all that is wrong with classes, handlers and states, at
    /// once; then all that is wrong with formats, then with what is mounted.
    ///
    /// # Panics
    /// Outside a tokio runtime; [`block_on`](crate::block_on) is one.
    pub fn build(self) -> Result<Engine, StartError> {
        self.build_with(Config::default())
    }

    /// The same with a configuration of its own.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    ///
    /// # Panics
    /// As [`build`](Self::build).
    pub fn build_with(mut self, config: Config) -> Result<Engine, StartError> {
        if cfg!(panic = "abort") {
            return Err(StartError::PanicAborts);
        }
        let registry = std::mem::replace(&mut self.registry, Registry::empty());
        let live = LiveTables::default();
        let registry = live.follow(tables(handlers(registry))).build().map_err(StartError::Classes)?;
        let (mut app, store) = self.with_tables(&registry, &config)?;
        if let Some(store) = &store {
            live.serve(store);
        }
        if let Some((place, sessions)) = app.sessions {
            let sessions = sessions.with_key(config.session_key().map_err(StartError::Config)?);
            app.states.put(sessions.clone());
            app.authenticators.insert(place, Box::new(sessions));
        }
        let (limits, budget) = (config.limits(), config.budget());
        let settings = Settings { limits, handler_timeout: config.handler_timeout, budget };
        let runtime = Arc::new(TokioRuntime::new(tokio::runtime::Handle::current()));
        let (otlp, export) = config.otlp.clone().map(|at| Otlp::start(at, service())).unzip();
        let recorder = otlp.map(|otlp| Arc::new(otlp) as Arc<dyn Record>);
        let dispatch = Dispatch::new(Arc::new(registry), app.states, settings, runtime)
            .and_then(|dispatch| dispatch.with_formats(app.formats))
            .map_err(StartError::Classes)?
            .with_wording(app.wording)
            .recorded(recorder)
            .with_keeper(store.as_ref().map(Store::keeper))
            .guarded(app.authenticators, config.rate());
        mounts::check(&app.mounts, dispatch.registry()).map_err(StartError::Classes)?;
        let hooks = Mutex::new((app.start, app.shutdown));
        Ok(Engine { dispatch, config, hooks, mounts: app.mounts, store, export })
    }

    /// The application with what needs its tables, if a class has one.
    fn with_tables(mut self, registry: &Registry, config: &Config) -> Result<(App, Option<Store>), StartError> {
        // Who asks for a store has one: classes with tables may come later.
        let is_asked_for = !self.rows.is_empty() || !self.with_store.is_empty();
        let Some(store) = open(registry, config, is_asked_for)? else { return Ok((self, None)) };
        for seed in std::mem::take(&mut self.rows) {
            seed(&store).map_err(StartError::Store)?;
        }
        self.states.put(store.clone());
        let go_on = std::mem::take(&mut self.with_store);
        let app = go_on.into_iter().fold(self, |app, go_on| go_on(app, store.clone()));
        Ok((app, Some(store)))
    }

    /// Runs the program: flags, environment, `converse.toml`, then serves until it is told to stop.
    pub fn main(self) -> ExitCode {
        main_fn::run(self)
    }
}

/// The store, if a class has a table or it is asked for.
fn open(registry: &Registry, config: &Config, is_asked_for: bool) -> Result<Option<Store>, StartError> {
    let schema = Schema::of(registry).map_err(StartError::Classes)?;
    if schema.is_empty() && !is_asked_for {
        return Ok(None);
    }
    let engine = engine(config.store.expose(), config.durability)
        .map_err(|form| StartError::Store(StoreError::Refused(format!("the setting `store` must be {form}"))))?;
    let (store, _) = Store::open(engine, schema, &config.allowed()).map_err(StartError::Store)?;
    Ok(Some(store))
}
