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
    // What is wrong with two settings together is as wrong as one.
    config.tls()?;
    Ok(Asked::Run(Box::new(config)))
}

/// Variables that look like settings and are none: most likely misspelt.
pub(crate) fn strangers(variables: impl Iterator<Item = String>) -> Vec<String> {
    let known = |name: &str| SETTINGS.iter().any(|setting| setting.variable() == name);
    variables.filter(|name| name.starts_with("CONVERSE_") && !known(name)).collect()
}

fn apply(setting: &Setting, config: &mut Config, text: &str, place: &str) -> Result<(), ConfigError> {
    (setting.apply)(config, text).map_err(|expected| {
        let shown = if setting.is_secret() { "not usable".to_owned() } else { format!("{text:?}") };
        ConfigError(format!("{place} is {shown}, and takes {expected}"))
    })
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
        Err(error) => {
            let place = path.display();
            return Err(ConfigError(format!("{place} cannot be read: {error}; name another with --config, or none")));
        }
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
            toml::Value::Boolean(switch) => switch.to_string(),
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn ask(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Asked, ConfigError> {
        let arguments = std::iter::once("program").chain(arguments.iter().copied()).map(OsString::from);
        load(arguments, |name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Config {
        match ask(arguments, variables) {
            Ok(Asked::Run(config)) => *config,
            Ok(Asked::Tell(text)) => panic!("{text}"),
            Err(error) => panic!("{error}"),
        }
    }

    fn refused(arguments: &[&str], variables: &[(&str, &str)]) -> String {
        match ask(arguments, variables) {
            Err(ConfigError(text)) => text,
            Ok(_) => panic!("it was taken"),
        }
    }

    /// A file of settings, removed at the end of its test.
    struct File(PathBuf);

    impl File {
        fn new(name: &str, text: &str) -> File {
            let path = std::env::temp_dir().join(format!("converse-{}-{name}.toml", std::process::id()));
            std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
            File(path)
        }

        fn path(&self) -> &str {
            self.0.to_str().unwrap()
        }
    }

    impl Drop for File {
        fn drop(&mut self) {
            std::fs::remove_file(&self.0).unwrap();
        }
    }

    #[test]
    fn flags_come_before_variables_before_the_file_before_defaults() {
        let file =
            File::new("order", "max_depth = 10\nmax_message = \"2KiB\"\nhandler_timeout = \"1s\"\nlog = \"warn\"\n");
        let variables = [("CONVERSE_MAX_DEPTH", "20"), ("CONVERSE_MAX_MESSAGE", "3KiB")];
        let config = run(&["--config", file.path(), "--max-depth", "30"], &variables);
        assert_eq!(config.max_depth, 30);
        assert_eq!(config.max_message, 3 << 10);
        assert_eq!(config.handler_timeout.as_secs(), 1);
        assert_eq!(config.log, "warn");
        assert_eq!(config.drain_timeout, Config::default().drain_timeout);
    }

    #[test]
    fn a_hosting_platforms_port_is_taken_unless_an_address_is_given() {
        let port = [("PORT", "8080")];
        assert_eq!(run(&[], &port).http.unwrap().to_string(), "0.0.0.0:8080");
        let both = [("PORT", "8080"), ("CONVERSE_HTTP", "127.0.0.1:1")];
        assert_eq!(run(&[], &both).http.unwrap().to_string(), "127.0.0.1:1");
        assert_eq!(run(&["--http", "off"], &port).http, None);
        assert_eq!(refused(&[], &[("PORT", "http")]), "PORT is \"http\", and takes a port, 0 to 65535");
    }

    #[test]
    fn what_cannot_be_used_is_said_with_what_can() {
        assert_eq!(
            refused(&["--http", "7117"], &[]),
            "--http is \"7117\", and takes an address with a port, such as 127.0.0.1:7117, or off"
        );
        assert_eq!(
            refused(&[], &[("CONVERSE_MAX_MESSAGE", "1MB")]),
            "CONVERSE_MAX_MESSAGE is \"1MB\", and takes a size from 64 bytes to 1GiB, such as 65536, 512KiB or 1MiB"
        );
        assert_eq!(refused(&["--tls-cert", "a.pem"], &[]), "tls_cert is set and tls_key is not; set both, or neither");
        assert_eq!(
            refused(&[], &[("CONVERSE_TLS_KEY", "a.pem")]),
            "tls_key is set and tls_cert is not; set both, or neither"
        );
        let text = refused(&["--htpp", "127.0.0.1:1"], &[]);
        assert!(text.contains("'--http'") && text.contains("--help"), "{text}");
        assert!(!text.contains('\n'), "{text}");
    }

    #[test]
    fn a_secret_is_not_repeated() {
        let said = refused(&[], &[("CONVERSE_SESSION_KEY", "canary")]);
        assert!(said.contains("CONVERSE_SESSION_KEY") && said.contains("openssl rand -base64 32"), "{said}");
        assert!(!said.contains("canary"), "{said}");
        let config = run(&[], &[("CONVERSE_SESSION_KEY", &"Y2FuYXJ5".repeat(6))]);
        assert_eq!(config.session_key().unwrap().len(), 36);
        assert!(format!("{config:?}").contains("session_key: Some([secret])"));
    }

    #[test]
    fn a_file_is_read_strictly() {
        let typo = File::new("typo", "htpp = \"off\"\n");
        let text = refused(&["--config", typo.path()], &[]);
        assert!(text.contains("no setting `htpp`") && text.contains("http, tcp"), "{text}");
        let broken = File::new("broken", "http = \"off\"\ntcp = \n");
        let text = refused(&["--config", broken.path()], &[]);
        assert!(text.contains("line 2"), "{text}");
        let kind = File::new("kind", "http = { port = 1 }\n");
        let text = refused(&["--config", kind.path()], &[]);
        assert!(text.contains("http in") && text.contains("takes a text"), "{text}");
        let text = refused(&["--config", "no/such/file.toml"], &[]);
        assert!(text.contains("no/such/file.toml cannot be read"), "{text}");
    }

    #[test]
    fn a_misspelt_variable_is_noticed() {
        let names = ["CONVERSE_HTPP", "CONVERSE_HTTP", "PATH"].map(str::to_owned);
        assert_eq!(strangers(names.into_iter()), ["CONVERSE_HTPP"]);
    }

    #[test]
    fn the_page_of_settings_has_every_row_as_the_table_has_it() {
        let page = include_str!("../../../docs/settings.md");
        let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
        let expected: Vec<String> = SETTINGS
            .iter()
            .map(|setting| format!("| `{}` | `{}` | {} |", setting.key, setting.form.replace('|', "\\|"), setting.doc))
            .collect();
        assert_eq!(rows, expected, "docs/settings.md is not the table; write it as above");
    }

    #[test]
    fn help_lists_every_setting() {
        let Ok(Asked::Tell(help)) = ask(&["--help"], &[]) else { panic!("no help") };
        for setting in SETTINGS {
            assert!(help.contains(&format!("--{}", setting.flag())), "{}", setting.key);
        }
    }
}
