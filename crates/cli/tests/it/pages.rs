//! What the docs invite a reader to paste is pasted: page by page, into a shell, on a fresh twin.
//!
//! CONTRIBUTING.md says how a page marks what comes first, what is a server's terminal, and what cannot be run.

mod page;

use crate::{
    process::{finish, say},
    python::is_required,
};
use page::{Block, Kind, Page};
use std::{
    fmt::Write as _,
    net::TcpListener,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Generous, since other tests share the machine.
const PATIENCE: Duration = Duration::from_secs(180);
/// Where the docs say that a server listens.
const ADDRESS: &str = "127.0.0.1:7878";
/// The server of a page that starts none itself.
const TWIN: &str = "countinghouse serve --fixtures docs/corner_shop.toml\n";

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

#[test]
fn what_the_guides_show_runs() {
    let pages = markdown(Path::new("docs"), false);
    assert!(pages.len() > 12, "{pages:?}");
    runs(pages.into_iter().chain([PathBuf::from("README.md")]));
}

#[test]
fn what_the_pages_of_binance_pay_show_runs() {
    let pages = markdown(Path::new("docs/binance_pay"), true);
    assert!(pages.len() > 20, "{pages:?}");
    runs(pages);
}

#[test]
fn what_the_pages_of_world_first_show_runs() {
    let pages = markdown(Path::new("docs/world_first"), true);
    assert!(pages.len() > 10, "{pages:?}");
    runs(pages);
}

/// The pages of a folder, also of those in it.
fn markdown(folder: &Path, is_deep: bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in project().join(folder).read_dir().unwrap() {
        let path = folder.join(entry.unwrap().file_name());
        if project().join(&path).is_dir() {
            found.extend(is_deep.then(|| markdown(&path, true)).into_iter().flatten());
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Runs every page and tells of all that fail.
fn runs(pages: impl IntoIterator<Item = PathBuf>) {
    let missing: Vec<&str> =
        ["bash", "curl", "openssl", "python3"].into_iter().filter(|tool| !is_there(tool)).collect();
    if !missing.is_empty() {
        assert!(!is_required("python"), "required but not available: {missing:?}");
        return say(format_args!("skipped: the blocks of the docs ({missing:?} missing)"));
    }
    let failed: Vec<String> = pages.into_iter().filter_map(|path| run(&path).err()).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

fn is_there(tool: &str) -> bool {
    finish(Command::new("sh").args(["-c", &format!("command -v {tool}")])).code == Some(0)
}

/// A page's blocks behind those that come first, each once.
struct Story {
    pages: Vec<Page>,
    order: Vec<(usize, usize)>,
}

impl Story {
    fn of(path: &Path) -> Self {
        let mut story = Self { pages: Vec::new(), order: Vec::new() };
        story.add(path, None);
        story
    }

    /// Adds a page, or a section of it.
    fn add(&mut self, path: &Path, section: Option<&str>) {
        let at = self.pages.iter().position(|page| page.path == path).unwrap_or_else(|| {
            self.pages.push(page::read(&project(), path));
            self.pages.len() - 1
        });
        let is_asked = |block: &Block| section.is_none_or(|section| block.section == section);
        for number in 0..self.pages[at].blocks.len() {
            let block = &self.pages[at].blocks[number];
            if !is_asked(block) || self.order.contains(&(at, number)) {
                continue;
            }
            for (page, section) in block.after.clone() {
                self.add(&page, Some(&section));
            }
            self.order.push((at, number));
        }
    }

    fn blocks(&self) -> impl Iterator<Item = (&Page, &Block)> {
        self.order.iter().map(|(page, block)| (&self.pages[*page], &self.pages[*page].blocks[*block]))
    }

    fn is_empty(&self) -> bool {
        self.blocks().all(|(_, block)| matches!(block.kind, Kind::File(_)))
    }
}

/// Runs one page; what went wrong, if anything did.
fn run(path: &Path) -> Result<(), String> {
    let story = Story::of(path);
    if story.is_empty() {
        return Ok(());
    }
    let place = Place::new();
    let (script, expected) = script(&story);
    let ran = place.run(&script).map_err(|why| format!("{}: {why}", path.display()))?;
    if ran.code != Some(0) {
        let block = place.read("block");
        let shown = [&ran.stdout, &ran.stderr, &place.read("server.log")].map(|text| tail(text)).join("\n");
        return Err(format!("{}: {:?}\n{shown}", block.trim(), ran.code));
    }
    for (number, (whence, wanted)) in expected.iter().enumerate() {
        let printed =
            place.read(&format!("console.{number}")).replace(place.checkout().to_str().unwrap(), "");
        fits(wanted, &printed).map_err(|why| format!("{whence}: {why}\n{printed}"))?;
    }
    Ok(())
}

fn tail(text: &str) -> &str {
    let start = text.char_indices().rev().nth(1_500).map_or(0, |(at, _)| at);
    &text[start..]
}

/// The blocks as one script, and what its console commands are to print.
fn script(story: &Story) -> (String, Vec<(String, String)>) {
    let (mut script, mut expected) = ("set -euo pipefail\n".to_owned(), Vec::new());
    let has_own = story.pages[0].blocks.iter().any(|block| block.kind == Kind::Server);
    let begins = story.blocks().next().is_some_and(|(_, block)| block.kind == Kind::Server);
    let mut is_served = !has_own && !begins;
    if is_served {
        script.push_str(&served(TWIN));
    }
    for (page, block) in story.blocks() {
        let whence = format!("{}:{}", page.path.display(), block.line);
        writeln!(script, "echo {whence} > \"$PLACE/block\"").unwrap();
        match &block.kind {
            Kind::Shell => script.push_str(&block.text),
            Kind::Server if is_served => {}
            Kind::Server => {
                script.push_str(&served(&block.text));
                is_served = true;
            }
            Kind::File(name) => {
                write!(script, "cat > {name} <<'END OF THE FILE'\n{}END OF THE FILE\n", block.text).unwrap()
            }
            Kind::Console => {
                script.push_str("set +e\n");
                for (command, wanted) in commands(&block.text) {
                    writeln!(script, "{{ {command}\n}} > \"$PLACE/console.{}\" 2>&1", expected.len())
                        .unwrap();
                    expected.push((whence.clone(), wanted));
                }
                script.push_str("set -e\n");
            }
        }
        script.push('\n');
    }
    (script, expected)
}

/// A server's terminal: it goes on beside the rest, which waits until it is ready.
fn served(text: &str) -> String {
    format!(
        "(set -e\n{text}) > \"$PLACE/server.log\" 2>&1 &\nserver=$!\n\
         until curl -sf -o /dev/null http://{ADDRESS}/readyz; do kill -0 $server; sleep 0.05; done\n"
    )
}

/// The commands of a console block, each with what it prints.
fn commands(block: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command.to_owned(), String::new())),
            (None, Some((_, printed))) => writeln!(printed, "{line}").unwrap(),
            (None, None) => panic!("a console block begins with `$ `: {block}"),
        }
    }
    commands
}

/// Whether what was printed is what was shown, but for figures, spaces and what `…` stands for.
fn fits(wanted: &str, printed: &str) -> Result<(), String> {
    let (wanted, printed) = (without_figures(wanted), without_figures(printed));
    let mut rest = printed.as_str();
    let mut parts = wanted.split('…').map(str::trim).peekable();
    let first = parts.next().unwrap_or_default();
    rest = rest.strip_prefix(first).ok_or_else(|| format!("it does not begin with {first:?}"))?;
    while let Some(part) = parts.next() {
        let at = if parts.peek().is_none() && !part.is_empty() { rest.rfind(part) } else { rest.find(part) };
        let at = at.ok_or_else(|| format!("it has no {part:?}"))?;
        rest = &rest[at + part.len()..];
        if parts.peek().is_none() && part.is_empty() {
            rest = "";
        }
    }
    if rest.trim().is_empty() { Ok(()) } else { Err(format!("nobody said {:?}", rest.trim())) }
}

/// Every run of digits becomes `0`, as does what looks like an id; every run of spaces one space.
fn without_figures(text: &str) -> String {
    let word = |word: &str| {
        let is_hex = word.len() >= 8 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
        if is_hex && word.contains(|c: char| c.is_ascii_digit()) {
            return "0".to_owned();
        }
        let mut shown = String::new();
        for c in word.chars() {
            let c = if c.is_ascii_digit() { '0' } else { c };
            if c != '0' || !shown.ends_with('0') {
                shown.push(c);
            }
        }
        shown
    };
    let lines = text.lines().map(|line| line.split_whitespace().map(word).collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Where a page is run: a folder like a clone, and a port of its own.
struct Place {
    folder: TempDir,
    port: u16,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let clone = folder.path().join("clone");
        std::fs::create_dir(&clone).unwrap();
        std::os::unix::fs::symlink(project().join("docs"), clone.join("docs")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self { folder, port }
    }

    fn checkout(&self) -> PathBuf {
        self.folder.path().join("clone")
    }

    /// A shell in the folder, in which the program is found and listens on the page's port.
    fn shell(&self, text: &str) -> Command {
        let address = format!("127.0.0.1:{}", self.port);
        let text = text
            .replace("cargo run --release --bin countinghouse --", "countinghouse")
            .replace(ADDRESS, &address)
            .replace("/var/lib/", &format!("{}/var/lib/", self.checkout().display()))
            .replace("/backups/", &format!("{}/backups/", self.checkout().display()));
        for made in ["var/lib", "backups"] {
            std::fs::create_dir_all(self.checkout().join(made)).unwrap();
        }
        let program = Path::new(env!("CARGO_BIN_EXE_countinghouse")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new("bash");
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("COUNTINGHOUSE_"))
        {
            command.env_remove(name);
        }
        command.args(["-c", &text]).current_dir(self.checkout()).stdin(Stdio::null()).process_group(0);
        command.env("PATH", path).env("HOME", self.folder.path()).env("PLACE", self.checkout());
        // A machine that is busy with other tests is slower than a reader's between the clock and the call.
        command.env("COUNTINGHOUSE_BINANCE_PAY_TIME_WINDOW_MS", "60000");
        command
            .env("COUNTINGHOUSE_LISTEN", &address)
            .env("COUNTINGHOUSE_SERVER", format!("http://{address}"));
        command
    }

    fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.checkout().join(file)).unwrap_or_default()
    }

    /// Runs a script to its end.
    fn run(&self, script: &str) -> Result<crate::process::Ran, String> {
        let file = |name: &str| self.folder.path().join(name);
        let create = |name: &str| std::fs::File::create(file(name)).unwrap();
        let mut group =
            Group(self.shell(script).stdout(create("out")).stderr(create("err")).spawn().unwrap());
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = group.0.try_wait().unwrap() {
                break status;
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!(
                    "it does not end: {}",
                    std::fs::read_to_string(file("err")).unwrap_or_default()
                ));
            }
            thread::sleep(Duration::from_millis(20));
        };
        let read = |name: &str| std::fs::read_to_string(file(name)).unwrap_or_default();
        Ok(crate::process::Ran { code: status.code(), stdout: read("out"), stderr: read("err") })
    }
}

/// A shell and all that it started.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _ = self.0.wait();
    }
}

#[test]
fn figures_and_gaps_do_not_matter_and_the_rest_does() {
    for (wanted, printed, is_fit) in [
        ("made 12\n", "made 9876\n", true),
        ("made 12\n", "mode 12\n", false),
        ("a  b\n", "a b\n", true),
        ("{\"a\": … }", "{\"a\": 1, \"b\": 2 }", true),
        ("id 92f5b425-000000000010 …\nend", "id 00c0ffee-00000000001a x\ny\nend\n", true),
        ("one\n…\n", "one\ntwo\nthree\n", true),
        ("one\n", "one\ntwo\n", false),
        ("…\ntwo\n", "one\nthree\n", false),
    ] {
        assert_eq!(fits(wanted, printed).is_ok(), is_fit, "{wanted:?} {printed:?}");
    }
}
