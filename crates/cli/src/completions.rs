//! `countinghouse completions` and `countinghouse man`: made from the declarations that `--help` is made of.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use std::{fs, path::PathBuf};

use crate::{Arguments, exit::Failure, output};

/// For which shell.
#[derive(Args)]
pub(crate) struct Options {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// Which pages, and where to.
#[derive(Args)]
pub(crate) struct ManOptions {
    /// Write a page for every command into this folder, made if it is not there [default: the first page, here]
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
}

/// Prints a shell's completions.
pub(crate) fn run(options: &Options) {
    let mut command = Arguments::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, name, &mut script);
    output::bytes(&script);
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
