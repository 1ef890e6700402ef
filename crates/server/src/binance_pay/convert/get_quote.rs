//! `POST /binancepay/openapi/otc-portal/get-quote`

use super::{not_quoted, wrong};
use crate::binance_pay::{Call, outcome::aborted};
use house::convert::{Given, NewQuote};
use ledger::Wallet;
use money::Decimal;
use wire::binance_pay::{
    Fault,
    convert::{
        WALLETS,
        get_quote::{GetQuote, Quote},
    },
};

/// Makes an offer to convert; without an id if the wallet's balance is too low.
///
/// # Errors
/// 400102 for assets that are unknown, equal, or have no rate, and for an amount outside the limits of its asset or of
/// the pair; 400000 while the pair's rate may not be quoted.
pub async fn get_quote(call: Call<GetQuote>) -> Result<Quote, Fault> {
    let asked = &call.request;
    let new = NewQuote {
        wallet: wallet(&asked.wallet)?,
        from: asked.from_asset.as_str().to_owned(),
        to: asked.to_asset.as_str().to_owned(),
        given: given(asked),
    };
    let quote = house::convert::quote(call.house(), call.caller(), new).await;
    let quote = quote.map_err(|abort| aborted(abort, |refusal| not_quoted(refusal, &asked.from_asset)))?;
    Ok(Quote {
        quote_id: quote.id.map(Into::into),
        ratio: quote.ratio.into(),
        inverse_ratio: quote.inverse_ratio.into(),
        valid_timestamp: Decimal::from(quote.expire_at.get()).into(),
        expire_time: seconds(quote.expire_at.get() - quote.created_at.get()).into(),
        to_amount: quote.to_amount.to_decimal(quote.to.scale).into(),
        to_coin: quote.to.code.as_str().into(),
        from_amount: quote.from_amount.to_decimal(quote.from.scale).into(),
        from_coin: quote.from.code.as_str().into(),
    })
}

/// The wallet with a name, if it supports conversions.
fn wallet(name: &str) -> Result<Wallet, Fault> {
    let wallet = Wallet::parse(name).filter(|wallet| WALLETS.contains(&wallet.as_str()));
    wallet.ok_or_else(|| wrong("wallet", format_args!("must be one of {}", WALLETS.join(", "))))
}

fn given(asked: &GetQuote) -> Given {
    match (asked.from_amount, asked.to_amount) {
        (Some(amount), _) => Given::From(amount.into()),
        (None, Some(amount)) => Given::To(amount.into()),
        // The request's own rules require one of them; zero is outside of any limits.
        (None, None) => Given::From(Decimal::ZERO),
    }
}

fn seconds(millis: i64) -> Decimal {
    Decimal::new(i128::from(millis), 3).expect("milliseconds are far from the most digits of a decimal")
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn seconds_keep_their_fraction() {
        for (millis, told) in
            [(10_000, "10"), (1_500, "1.5"), (1, "0.001"), (i64::MAX, "9223372036854775.807")]
        {
            assert_eq!(seconds(millis).to_string(), told);
        }
    }
}
