//! `countinghouse completions` and `countinghouse man`: generated from the same declarations as `--help`.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use std::{fs, path::PathBuf};

use crate::{Arguments, exit::Failure, output};

/// The shell.
#[derive(Args)]
pub(crate) struct Options {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// The pages, and their folder.
#[derive(Args)]
pub(crate) struct ManOptions {
    /// Write a page for every command into this folder, made if it is not there [default: the first page, here]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Prints a shell's completions.
pub(crate) fn run(options: &Options) {
    output::bytes(&script(options.shell));
}

fn script(shell: Shell) -> Vec<u8> {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut script);
    script
}

/// Prints or writes manual pages.
pub(crate) fn man(options: &ManOptions) -> Result<(), Failure> {
    let command = Arguments::command();
    match &options.folder {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page).map_err(Failure::failed)?;
            output::bytes(&page);
            Ok(())
        }
        Some(folder) => fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(command, folder))
            .map_err(|error| Failure::failed(format!("cannot write to {}: {error}", folder.display()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Command;
    use std::{collections::BTreeSet, path::Path};

    /// A command and its subcommands, each with the name of its page.
    fn all<'a>(command: &'a Command, before: &str, found: &mut Vec<(String, &'a Command)>) {
        let name = format!("{before}{}", command.get_name());
        for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
            all(below, &format!("{name}-"), found);
        }
        found.push((name, command));
    }

    #[test]
    fn every_command_has_a_page_and_its_options_stand_there() {
        let folder = tempfile::TempDir::new().unwrap();
        assert!(man(&ManOptions { folder: Some(folder.path().to_owned()) }).is_ok());
        let mut command = Arguments::command();
        // Adds what every command inherits from its parents.
        command.build();
        let mut commands = Vec::new();
        all(&command, "", &mut commands);
        assert!(commands.len() > 80, "{}", commands.len());
        for (name, command) in &commands {
            let page = fs::read_to_string(folder.path().join(format!("{name}.1")));
            let page = page.unwrap_or_else(|error| panic!("{name}: {error}")).replace("\\-", "-");
            for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
                let wanted = match argument.get_long() {
                    Some(long) => format!("--{long}\\fR"),
                    None => format!("\\fI{}\\fR", argument.get_value_names().unwrap()[0]),
                };
                let entries = page.split(".TP\n").skip(1).filter_map(|entry| entry.lines().next());
                assert!(entries.into_iter().any(|entry| entry.contains(&wanted)), "{name}: {wanted}: {page}");
            }
            for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
                let wanted = format!("{name}-{}(1)", below.get_name());
                assert!(page.contains(&wanted), "{name}: {wanted}: {page}");
            }
        }
        let expected: BTreeSet<String> = commands.into_iter().map(|(name, _)| format!("{name}.1")).collect();
        let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(names.map(|name| name.into_string().unwrap()).collect::<BTreeSet<_>>(), expected);
    }

    /// The files of a folder, name and bytes.
    fn files(folder: &Path) -> Vec<(std::ffi::OsString, Vec<u8>)> {
        let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
        let mut files: Vec<_> =
            entries.map(|entry| (entry.file_name(), fs::read(entry.path()).unwrap())).collect();
        files.sort();
        files
    }

    #[test]
    fn pages_and_completions_are_made_the_same_every_time() {
        let folders = [(), ()].map(|()| tempfile::TempDir::new().unwrap());
        let [first, second] = folders.each_ref().map(|folder| {
            assert!(man(&ManOptions { folder: Some(folder.path().to_owned()) }).is_ok());
            files(folder.path())
        });
        assert!(first == second);
        for shell in <Shell as clap::ValueEnum>::value_variants() {
            assert!(script(*shell) == script(*shell), "{shell}");
        }
    }
}
