//! The paths of an endpoint in each tree, and its names there.

use std::io;

/// An endpoint's name, and the names derived from it.
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) dialect: String,
    pub(crate) family: String,
    pub(crate) endpoint: String,
    pub(crate) request: String,
    pub(crate) reply: String,
}

/// The known data of an unbuilt endpoint.
pub(crate) struct Known {
    pub(crate) path: String,
    pub(crate) summary: String,
}

/// A module that must be declared.
pub(crate) struct Module {
    /// The file that declares it.
    pub(crate) family: String,
    pub(crate) line: String,
    pub(crate) reexport: Option<String>,
    /// The file that declares the family, and the declaration.
    pub(crate) above: (String, String),
}

impl Place {
    /// Splits a name into dialect, family and endpoint.
    pub(crate) fn new(name: &str, types: Option<(&str, &str)>) -> io::Result<Place> {
        let parts: Vec<&str> = name.split('/').collect();
        let [dialect @ ("binance_pay" | "world_first"), family, endpoint] = parts[..] else {
            let message =
                format!("{name} is not a dialect, a family and an endpoint: binance_pay/order/refund");
            return Err(io::Error::other(message));
        };
        let made_up = format!("{}{}", pascal(endpoint), pascal(family));
        let (request, reply) = types.map_or_else(
            || (made_up.clone(), format!("{made_up}Reply")),
            |(request, reply)| (request.to_owned(), reply.to_owned()),
        );
        Ok(Place {
            name: name.to_owned(),
            dialect: dialect.to_owned(),
            family: family.to_owned(),
            endpoint: endpoint.to_owned(),
            request,
            reply,
        })
    }

    /// The house's module with the endpoint's use case.
    fn house(&self) -> &str {
        if self.dialect == "world_first" { "world_first" } else { &self.family }
    }

    /// A template with the endpoint's names instead of those between `@`.
    pub(crate) fn fill(&self, template: &str) -> String {
        let names = [
            ("@name@", self.name.as_str()),
            ("@dialect@", &self.dialect),
            ("@family@", &self.family),
            ("@endpoint@", &self.endpoint),
            ("@Endpoint@", &pascal(&self.endpoint)),
            ("@Request@", &self.request),
            ("@Reply@", &self.reply),
            ("@house@", self.house()),
            ("@mark@", super::MARK),
        ];
        filled(template, &names)
    }

    /// The modules that a new endpoint adds.
    pub(crate) fn modules(&self) -> [Module; 4] {
        let Place { dialect, family, endpoint, .. } = self;
        let (private, public) = (format!("mod {endpoint};"), format!("pub mod {endpoint};"));
        let below = |tree: &str| (format!("{tree}/{dialect}/{family}.rs"), format!("{tree}/{dialect}.rs"));
        let module = |(file, above), line: &str, reexport, visible: &str| Module {
            family: file,
            line: line.to_owned(),
            reexport,
            above: (above, format!("{visible}mod {family};")),
        };
        let handler = Some(format!("pub use {endpoint}::{endpoint};"));
        let use_case = Some(format!("pub use {endpoint}::{{{}Refusal, {endpoint}}};", pascal(endpoint)));
        let house = ("crates/house/src/lib.rs".to_owned(), format!("crates/house/src/{}.rs", self.house()));
        [
            module(below("crates/wire/src"), &public, None, "pub "),
            module(below("crates/server/src"), &private, handler, "pub "),
            module(below("crates/server/tests/it"), &private, None, ""),
            module((house.1, house.0), &private, use_case, "pub "),
        ]
    }
}

impl Known {
    /// A template with the known data instead of its names.
    pub(crate) fn fill(&self, template: &str) -> String {
        filled(template, &[("@path@", self.path.as_str()), ("@summary@", &self.summary)])
    }
}

fn filled(template: &str, names: &[(&str, &str)]) -> String {
    names.iter().fold(template.to_owned(), |text, (name, value)| text.replace(name, value))
}

/// `CreatePayout` of `create_payout`.
fn pascal(snake: &str) -> String {
    let word = |word: &str| {
        word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect::<String>()
    };
    snake.split('_').map(word).collect()
}
