//! What a server says at a terminal when it is ready: what it is, where its things are, and what comes next.

use server::{Running, Settings, settings::Mode};
use std::io::{IsTerminal as _, stdout};

use crate::{output, table};

/// So many merchants are counted; more are more than anybody wants to know.
const COUNTED: u32 = 1_000;

/// Says it, at a terminal only: whoever reads a pipe waits for the line with the address.
pub(super) async fn show(running: &Running, settings: &Settings) {
    if !stdout().is_terminal() {
        return;
    }
    // A database that cannot be read does not keep the server, and says so in the log.
    let merchants = running.merchants(COUNTED).await.ok();
    let lines = lines(settings, merchants);
    let pairs = lines.iter().map(|(name, value)| (*name, value.as_str()));
    output::table(&table::pairs(pairs, output::width()));
}

fn lines(settings: &Settings, merchants: Option<usize>) -> Vec<(&'static str, String)> {
    let about = match settings.mode {
        Mode::Twin => "twin, for tests: no real money",
        Mode::Live => "live",
    };
    let data = settings.data.display();
    let database = match &settings.database {
        Some(_) => "PostgreSQL; keys in",
        None => "",
    };
    let mut lines = vec![
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("mode", about.to_owned()),
        ("data", format!("{database} {data}").trim_start().to_owned()),
        ("token", settings.data.join("admin.token").display().to_string()),
    ];
    let next = match merchants {
        Some(0) => "countinghouse apply FILE brings merchants, payers and money from fixtures",
        _ => "countinghouse call --list shows what can be called",
    };
    let many = usize::try_from(COUNTED).unwrap_or(usize::MAX);
    lines.extend(merchants.map(|count| {
        let count = match count {
            0 => "none yet".to_owned(),
            count if count < many => count.to_string(),
            _ => format!("{many} or more"),
        };
        ("merchants", count)
    }));
    lines.push(("next", next.to_owned()));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_where_things_are_and_what_comes_next() {
        let text = |settings: &Settings, merchants| {
            let lines = lines(settings, merchants);
            lines.iter().map(|(name, value)| format!("{name}: {value}\n")).collect::<String>()
        };
        let settings: Settings = toml::from_str("data = \"/srv/pay\"\nmode = \"live\"").unwrap();
        insta::assert_snapshot!(text(&settings, Some(3)).replace(env!("CARGO_PKG_VERSION"), "VERSION"), @r"
        version: VERSION
        mode: live
        data: /srv/pay
        token: /srv/pay/admin.token
        merchants: 3
        next: countinghouse call --list shows what can be called
        ");
        assert!(
            text(&settings, Some(0)).contains("none yet") && text(&settings, Some(0)).contains("apply FILE")
        );
        assert!(text(&settings, Some(1_000)).contains("1000 or more"));
        assert!(!text(&settings, None).contains("merchants: "));
    }
}
