//! Balance reports: requesting a file of a period's movements and balances, and querying its status. This file has
//! what both pages share.

pub mod apply;
pub mod query;

use crate::text::Digits;

/// The wallets that a report can be about (page `api-download-balance-report`).
pub const WALLETS: &[&str] = &["SPOT_WALLET", "FUNDING_WALLET"];

/// The text before the id in the sentence that answers an application.
const BEFORE_ID: &str = "Your task ID: ";

/// The id of a report in `text`: the id alone, or the whole sentence that answered the application. `None` if the
/// text holds no possible id.
pub fn download_id(text: &str) -> Option<i64> {
    let id = text.rsplit_once(BEFORE_ID).map_or(text, |(_, id)| id);
    Digits::parse(id).and_then(|Digits(id)| i64::try_from(id).ok())
}

#[cfg(test)]
mod tests {
    use super::download_id;

    #[test]
    fn an_id_stands_alone_or_at_the_end_of_the_sentence() {
        let sentence = "Your request has been submitted successfully. Your task ID: 197430692664688640";
        for text in ["197430692664688640", sentence, "Your task ID: 197430692664688640"] {
            assert_eq!(download_id(text), Some(197_430_692_664_688_640), "{text}");
        }
        for none in [
            "",
            "-1",
            "+1",
            "01",
            "1.0",
            " 1",
            "1 ",
            "Your task ID: ",
            "Your task ID: 1.",
            "task 197430692664688640",
            "9223372036854775808",
            "99999999999999999999999",
            "№1",
        ] {
            assert_eq!(download_id(none), None, "{none}");
        }
        assert_eq!(download_id("9223372036854775807"), Some(i64::MAX));
    }
}
