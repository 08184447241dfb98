//! Where settings come from, and which source wins.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, Command};

use super::{Config, ConfigError, SETTINGS, Setting};

/// The file that is read if it is there.
const FILE: &str = "converse.toml";

/// What the command line asked for.
pub(crate) enum Asked {
    /// To run so.
    Run(Box<Config>),
    /// To be told something; it is printed, and the program ends well.
    Tell(String),
}

/// Reads every source.
///
/// # Errors
/// The first thing that cannot be used.
pub(crate) fn load(
    arguments: impl Iterator<Item = OsString>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Asked, ConfigError> {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) if !error.use_stderr() => return Ok(Asked::Tell(error.to_string())),
        Err(error) => return Err(ConfigError(one_line(&error))),
    };
    let mut config = Config::default();
    let given = matches.get_one::<PathBuf>("config").map(PathBuf::as_path);
    from_file(&mut config, given)?;
    if let Some(port) = variable("PORT") {
        from_port(&mut config, &port)?;
    }
    for setting in SETTINGS {
        let name = setting.variable();
        if let Some(text) = variable(&name) {
            apply(setting, &mut config, &text, &name)?;
        }
        if let Some(text) = matches.get_one::<String>(setting.key) {
            apply(setting, &mut config, text, &format!("--{}", setting.flag()))?;
        }
    }
    Ok(Asked::Run(Box::new(config)))
}

fn apply(setting: &Setting, config: &mut Config, text: &str, place: &str) -> Result<(), ConfigError> {
    (setting.apply)(config, text).map_err(|expected| ConfigError(format!("{place} is {text:?}, and takes {expected}")))
}

/// `PORT`, as hosting platforms set it: on every address of the machine, or the platform's own proxy
/// would not get through.
fn from_port(config: &mut Config, port: &str) -> Result<(), ConfigError> {
    let port: u16 = port.parse().map_err(|_| ConfigError(format!("PORT is {port:?}, and takes a port, 0 to 65535")))?;
    config.http = Some(([0, 0, 0, 0], port).into());
    Ok(())
}

/// The command line, read off the table.
fn command() -> Command {
    let name = std::env::args().next().unwrap_or_default();
    let name = Path::new(&name).file_stem().map_or("converse".into(), |stem| stem.to_string_lossy().into_owned());
    let mut command = Command::new(name)
        .about("Serves the message classes of this program over HTTP, WebSocket and TCP.")
        .after_help("Every setting is also a key of converse.toml (max_message = \"1MiB\") and a variable\n(CONVERSE_MAX_MESSAGE); flags come before variables, variables before the file.")
        .disable_version_flag(true)
        .arg(
            Arg::new("config")
                .long("config")
                .value_name("FILE")
                .value_parser(clap::value_parser!(PathBuf))
                .help("the file of settings [converse.toml, if there is one]"),
        );
    for setting in SETTINGS {
        command = command.arg(
            Arg::new(setting.key)
                .long(setting.flag())
                .value_name(setting.form)
                .action(ArgAction::Set)
                .allow_hyphen_values(true)
                .help(setting.doc),
        );
    }
    command
}

/// The first line of what clap says, with where to read on.
fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or("the command line cannot be read").trim_start_matches("error: ").to_owned();
    let tip = lines.find_map(|line| line.strip_prefix("tip: "));
    match tip {
        Some(tip) => format!("{first}; {tip}; --help lists every flag"),
        None => format!("{first}; --help lists every flag"),
    }
}

fn from_file(config: &mut Config, given: Option<&Path>) -> Result<(), ConfigError> {
    let path = given.unwrap_or(Path::new(FILE));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && given.is_none() => return Ok(()),
        Err(error) => return Err(ConfigError(format!("{} cannot be read: {error}", path.display()))),
    };
    let place = path.display();
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or(&text).lines().count().max(1));
        ConfigError(format!("{place}, line {line}: {}", error.message()))
    })?;
    for (key, value) in &table {
        let Some(setting) = SETTINGS.iter().find(|setting| setting.key == key) else {
            let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
            return Err(ConfigError(format!("{place} has no setting `{key}`; it has {}", known.join(", "))));
        };
        let text = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(true) => "yes".to_owned(),
            toml::Value::Boolean(false) => "no".to_owned(),
            toml::Value::Array(items) => {
                items.iter().map(|item| item.as_str().unwrap_or_default()).collect::<Vec<_>>().join(",")
            }
            other => {
                return Err(ConfigError(format!("{key} in {place} is a {}, and takes a text", other.type_str())));
            }
        };
        apply(setting, config, &text, &format!("{key} in {place}"))?;
    }
    Ok(())
}
