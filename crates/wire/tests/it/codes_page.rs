//! The page of all codes, made from the tables: `cargo xtask docs` writes it, and this fails while it differs.

use crate::codes_causes::{BINANCE_PAY, WORLD_FIRST};
use std::{fmt::Write as _, path::Path};
use wire::{
    Dialect, Spec,
    binance_pay::{self, BinancePay},
    endpoints,
    world_first::{self, WorldFirst},
};

/// Set by `cargo xtask docs`: the page is written, not compared.
const WRITE: &str = "COUNTINGHOUSE_WRITE_DOCS";

const HEAD: &str = "\
# Codes

<!-- Made by `cargo xtask docs` from crates/wire: the tables of codes, and codes_causes.rs for what causes them. -->

Every code that the pages of both providers list, what leads to it here, and which endpoints may answer it. The message of
a reply says more: it names the header or field and the rule that it breaks. A code without a cause is on the provider's
pages only; clients may meet it there.
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    binance_pay(&mut page);
    world_first(&mut page);
    page
}

fn binance_pay(page: &mut String) {
    page.push_str("\n## Binance Pay\n\nAn answered call has `000000`. ");
    open_endpoints::<BinancePay>(page, binance_pay::codes::UNION);
    page.push_str(
        "\n| code | name | the provider's words | cause here | endpoints with a table of their own |\n",
    );
    page.push_str("|---|---|---|---|---|\n");
    for code in binance_pay::codes::ALL {
        let listing = listing::<BinancePay>(code.code, binance_pay::codes::UNION);
        let cause = cause(BINANCE_PAY, code.code);
        let row = format!("| {} | `{}` | {} | {cause} | {listing} |\n", code.code, code.name, code.message);
        page.push_str(&row);
    }
}

fn world_first(page: &mut String) {
    page.push_str("\n## WorldFirst\n\nAn answered call has `SUCCESS`, or `PROCESSING` where \
        it was taken on and ends later, as with createTransfer. The status says what a caller may do: after `F` nothing was \
        done, after `U` it is not known, and asking again tells. ");
    open_endpoints::<WorldFirst>(page, world_first::codes::UNION);
    page.push_str(
        "\n| code | status | the provider's words | cause here | endpoints with a table of their own |\n",
    );
    page.push_str("|---|---|---|---|---|\n");
    for code in world_first::codes::ALL {
        let listing = listing::<WorldFirst>(code.code, world_first::codes::UNION);
        let cause = cause(WORLD_FIRST, code.code);
        let (status, message) = (code.status.as_str(), code.message);
        let row = format!("| `{}` | {status} | {message} | {cause} | {listing} |\n", code.code);
        page.push_str(&row);
    }
}

/// Says which endpoints may answer every code, since their page's table is known in part only.
fn open_endpoints<D: Dialect>(page: &mut String, union: &[&str]) {
    let open: Vec<String> = endpoints::<D>().filter(|spec| spec.codes == union).map(link).collect();
    let text = "Where a page's table is known in part only, the endpoint may answer any of these codes:";
    writeln!(page, "{text}\n{}.", open.join(", ")).expect("a text takes what is written");
}

/// The endpoints whose own table lists a code.
fn listing<D: Dialect>(code: &str, union: &[&str]) -> String {
    let closed: Vec<&Spec> = endpoints::<D>().filter(|spec| spec.codes != union).collect();
    let lists: Vec<&Spec> = closed.iter().copied().filter(|spec| spec.codes.contains(&code)).collect();
    match lists.len() {
        0 => String::new(),
        all if all == closed.len() => "all".to_owned(),
        _ => lists.into_iter().map(link).collect::<Vec<_>>().join(", "),
    }
}

fn link(spec: &Spec) -> String {
    let (_, name) = spec.name.split_once('/').expect("a dialect, then the endpoint");
    format!("[{name}]({}.md)", spec.name)
}

fn cause(causes: &[(&str, &'static str)], code: &str) -> &'static str {
    causes.iter().find(|(known, _)| *known == code).map_or("", |(_, cause)| cause)
}

#[test]
fn the_page_is_what_the_tables_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/codes.md");
    let made = page();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &made).expect("writes");
    }
    let page = std::fs::read_to_string(&path).expect("reads");
    let differs = page.lines().zip(made.lines()).find(|(page, made)| page != made);
    assert_eq!(differs, None, "`cargo xtask docs` makes the page anew");
    assert_eq!(page, made, "`cargo xtask docs` makes the page anew");
}

#[test]
fn every_cause_is_of_a_code_and_every_link_leads_somewhere() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for (code, _) in BINANCE_PAY {
        assert!(binance_pay::codes::ALL.iter().any(|known| known.code == *code), "{code}");
    }
    for (code, _) in WORLD_FIRST {
        assert!(world_first::codes::ALL.iter().any(|known| known.code == *code), "{code}");
    }
    for spec in wire::ENDPOINTS {
        assert!(docs.join(format!("{}.md", spec.name)).is_file(), "{}", spec.name);
    }
}
