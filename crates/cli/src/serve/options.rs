//! The options of `serve`: one for each setting, with its environment variable. An option on the command line wins over
//! the environment, and that over the configuration file.

#[cfg(test)]
mod reference;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};
use server::{
    Settings,
    settings::{Setting, Takes},
};
use std::{
    ffi::{OsStr, OsString},
    path::PathBuf,
};

use crate::exit::Failure;

/// What is set by options and the environment, by the key of the setting.
pub(crate) struct Options(Vec<(String, OsString)>);

impl Options {
    /// Sets it.
    pub(super) fn lay_over(&self, settings: &mut Settings) -> Result<(), Failure> {
        self.0.iter().try_for_each(|(key, text)| {
            let set = settings.set(key, text);
            set.map_err(|error| Failure::usage(format!("--{}: {error}", flag(key))))
        })
    }
}

/// The option of a setting by the setting's key.
fn flag(key: &str) -> String {
    key.replace(['.', '_'], "-")
}

fn option(key: &str, setting: &'static Setting, heading: &'static str) -> Arg {
    let variable = format!("COUNTINGHOUSE_{}", key.replace('.', "_").to_uppercase());
    let default = setting.default.map(|default| format!(" [default: {default}]"));
    let help = setting.help.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    let help = help + default.as_deref().unwrap_or_default();
    let option = Arg::new(key.to_owned()).long(flag(key)).env(variable).help(help).value_name(setting.value);
    let option = if heading.is_empty() { option } else { option.help_heading(heading) };
    let checked = move |text: &str| (setting.check)(text.as_ref()).map(|()| text.to_owned());
    match setting.takes {
        // The parser repeats a value that it refuses, so it does not see a secret.
        Takes::Secret => option.hide_env_values(true),
        Takes::Path => option.value_parser(value_parser!(PathBuf)),
        Takes::Bool => option.value_parser(value_parser!(bool)),
        Takes::List => option.action(ArgAction::Append).value_delimiter(',').value_parser(checked),
        Takes::Text | Takes::Nothing => option.value_parser(checked),
    }
}

/// All options, each under the key of its setting.
fn options() -> impl Iterator<Item = Arg> {
    Settings::SECTIONS.iter().flat_map(|section| {
        let settings = section.settings.iter().filter(|setting| setting.takes != Takes::Nothing);
        settings.map(|setting| option(&section.key(setting), setting, section.heading))
    })
}

impl Args for Options {
    fn augment_args(command: Command) -> Command {
        command.args(options())
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Options {
    fn from_arg_matches(found: &ArgMatches) -> Result<Self, Error> {
        let given = options().filter_map(|option| {
            let values: Vec<&OsStr> = found.get_raw(option.get_id().as_str())?.collect();
            Some((option.get_id().to_string(), values.join(OsStr::new(","))))
        });
        Ok(Self(given.collect()))
    }

    fn update_from_arg_matches(&mut self, found: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(found)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory as _, Parser};

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        options: Options,
    }

    #[test]
    fn every_option_is_an_environment_variable_and_a_key_of_the_file() {
        Only::command().debug_assert();
        for option in Only::command().get_arguments().filter(|option| option.get_id() != "help") {
            let key = option.get_id().as_str();
            let name = key.replace('.', "_");
            let variable = option.get_env().and_then(|name| name.to_str());
            assert_eq!(variable, Some(format!("COUNTINGHOUSE_{}", name.to_uppercase()).as_str()));
            assert_eq!(option.get_long(), Some(name.replace('_', "-").as_str()));
            // A table is a wrong value for every one of them, so the file's own reader tells whether it knows the key.
            let file = match key.split_once('.') {
                Some((section, key)) => format!("[{section}]\n{key} = {{}}"),
                None => format!("{key} = {{}}"),
            };
            let error = toml::from_str::<Settings>(&file).unwrap_err().to_string();
            assert!(!error.contains("unknown field"), "{key}: {error}");
        }
    }

    #[test]
    fn a_bad_database_url_is_not_repeated() {
        let only = Only::try_parse_from(["serve", "--database", "mysql://u:hush@h/d"]).ok().unwrap();
        let error = only.options.lay_over(&mut Settings::default()).err().unwrap();
        let text = error.to_string();
        assert!(text.contains("postgres://") && !text.contains("hush"), "{text}");
    }

    #[test]
    fn a_bad_value_is_refused_with_the_choices() {
        let error = Only::try_parse_from(["serve", "--mode", "prod"]).err().unwrap().to_string();
        assert!(error.contains("`twin` or `live`"), "{error}");
        let error = Only::try_parse_from(["serve", "--trusted-proxies", "10.0.0.0/8,x"]).err().unwrap();
        assert!(error.to_string().contains("CIDR"), "{error}");
    }
}
