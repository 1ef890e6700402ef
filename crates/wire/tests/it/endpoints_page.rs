//! The tables of endpoints on the pages of both dialects, made from the list: `cargo xtask docs` writes them, and this
//! fails while they differ.

use std::{fs, path::Path};
use wire::{Dialect, Spec, binance_pay::BinancePay, endpoints, world_first::WorldFirst};

/// The rows below the heading, in the order of the list.
fn rows<D: Dialect>(root: &str) -> String {
    let row = |spec: &Spec| {
        let path =
            spec.path.strip_prefix(root).unwrap_or_else(|| panic!("{} is not below {root}", spec.path));
        let (first, rest) = spec.summary.split_at(1);
        format!("| `{path}` | [{}{rest}]({}.md) |\n", first.to_lowercase(), spec.name)
    };
    endpoints::<D>().map(row).collect()
}

fn check<D: Dialect>(root: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/{}.md", D::NAME));
    let page = fs::read_to_string(&path).expect("reads");
    let head = format!("| path below `{root}` | page |\n|---|---|\n");
    let (before, table) = page.split_once(&head).expect("the page has a table of endpoints");
    let shown: usize =
        table.split_inclusive('\n').take_while(|line| line.starts_with('|')).map(str::len).sum();
    let made = format!("{before}{head}{}{}", rows::<D>(root), &table[shown..]);
    if std::env::var_os("COUNTINGHOUSE_WRITE_DOCS").is_some() {
        fs::write(&path, &made).expect("writes");
        return;
    }
    let differs = page.lines().zip(made.lines()).find(|(page, made)| page != made);
    assert_eq!(differs, None, "`cargo xtask docs` makes the table anew");
    assert_eq!(page.len(), made.len(), "`cargo xtask docs` makes the table anew");
}

#[test]
fn the_table_of_binance_pay_is_the_list() {
    check::<BinancePay>("/binancepay/openapi");
}

#[test]
fn the_table_of_world_first_is_the_list() {
    check::<WorldFirst>("/amsin/api/v1");
}
