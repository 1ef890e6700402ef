//! The steps: an order is created, paid, split among two receivers, and everybody's balances are shown.

use client::{BinancePay, Native};
use wire::{
    binance_pay::{
        order::{Status, create_v3::CreateOrderV3, query_v2::QueryOrderV2},
        profit_sharing::{
            SplitStatus,
            add_receiver::AddReceiver,
            query_split::QuerySplit,
            submit_split::{SplitReceiver, SubmitSplit},
        },
    },
    native::{Fixtures, PayOrder},
};

use super::{
    cast::{COURIER, CUSTOMER, Cast, MAKER, MERCHANT},
    show,
};
use crate::{exit::Failure, output};

/// The ids of the created objects.
pub(super) struct Ids {
    pub(super) prepay_id: String,
    pub(super) merchant_request_id: String,
}

/// Runs the steps.
pub(super) async fn tell(cast: &Cast) -> Result<Ids, Failure> {
    let native = Native::new(&cast.url, &cast.token)?;
    let pay = BinancePay::new(&cast.url, &cast.key, &cast.secret)?;
    set_the_stage(cast, &native).await?;
    let prepay_id = order(cast, &pay).await?;
    payment(&prepay_id, &native, &pay).await?;
    receivers(&pay).await?;
    let merchant_request_id = split(cast, &prepay_id, &pay).await?;
    balances(&native).await?;
    Ok(Ids { prepay_id, merchant_request_id })
}

async fn set_the_stage(cast: &Cast, native: &Native) -> Result<(), Failure> {
    show::step(1, "The operator makes a shop, a customer with 100 USDT, and two receivers");
    let text = cast.fixtures();
    let fixtures: Fixtures = toml::from_str(&text).map_err(Failure::failed)?;
    output::line(format_args!("\n> POST {}/v1/fixtures\n{}", cast.url, text.trim_end()));
    let applied = native.apply(&fixtures).await?;
    show::answer("200", &applied);
    Ok(())
}

async fn order(cast: &Cast, pay: &BinancePay) -> Result<String, Failure> {
    show::step(2, "The shop makes an order that may be split");
    let body = format!(
        r#"{{"env":{{"terminalType":"WEB"}},"merchantTradeNo":"tea{run}","orderAmount":25.17,
        "currency":"USDT","description":"Tea for two","goodsDetails":[{{"goodsType":"01",
        "goodsCategory":"D000","referenceGoodsId":"tea-2","goodsName":"Green tea"}}],
        "orderTags":{{"ifProfitSharing":true}}}}"#,
        run = cast.run
    );
    let order = wire::decode::request::<CreateOrderV3>(body.as_bytes()).map_err(Failure::failed)?;
    let checkout = show::call(pay, &order).await?;
    output::line(format_args!("\nThe customer would pay here: {}", checkout.checkout_url));
    Ok(checkout.prepay_id.into_string())
}

async fn payment(prepay_id: &str, native: &Native, pay: &BinancePay) -> Result<(), Failure> {
    show::step(3, "The customer pays (a twin's control in the payer's place)");
    let request = PayOrder { payer: CUSTOMER.to_owned() };
    show::request("POST", &format!("/v1/orders/{prepay_id}/pay"), Some(&request));
    let order = native.pay_order(prepay_id, &request.payer).await?;
    show::answer("200", &order);

    show::step(4, "The shop asks until the order is paid");
    let query = QueryOrderV2 { prepay_id: Some(prepay_id.into()), merchant_trade_no: None };
    show::call_until(pay, &query, "waiting for the payment", |order| order.status == Status::Paid).await?;
    Ok(())
}

async fn receivers(pay: &BinancePay) -> Result<(), Failure> {
    show::step(5, "The shop binds the courier and the maker as receivers");
    for account in [COURIER, MAKER] {
        show::call(pay, &AddReceiver { account: account.into() }).await?;
    }
    Ok(())
}

async fn split(cast: &Cast, prepay_id: &str, pay: &BinancePay) -> Result<String, Failure> {
    show::step(6, "The shop splits the order");
    let merchant_request_id = format!("split{}", cast.run);
    let receiver = |account: &str, amount: &str, description: &str| {
        let amount = serde_json::from_str(amount).map_err(Failure::failed)?;
        let description = description.into();
        Ok::<_, Failure>(SplitReceiver { account: account.into(), amount, description, webhook_url: None })
    };
    let submit = SubmitSplit {
        merchant_request_id: merchant_request_id.as_str().into(),
        prepay_order_id: prepay_id.into(),
        receiver_list: vec![receiver(COURIER, "2.5", "Delivery")?, receiver(MAKER, "12.34567891", "Tea")?],
    };
    show::call(pay, &submit).await?;

    show::step(7, "The shop asks until the split is finished");
    let query = QuerySplit {
        merchant_request_id: merchant_request_id.as_str().into(),
        prepay_order_id: prepay_id.into(),
    };
    show::call_until(pay, &query, "waiting for the split", |split| split.status == SplitStatus::Finished)
        .await?;
    Ok(merchant_request_id)
}

async fn balances(native: &Native) -> Result<(), Failure> {
    show::step(8, "What everybody has now");
    // A payer's Binance ID is its id as a holder too.
    let holders = [("Corner Shop", MERCHANT), ("Customer", CUSTOMER), ("Courier", COURIER), ("Maker", MAKER)];
    output::line(format_args!(
        "\n{:<12} {:<16} {:<6} {:>14} {:>14}",
        "", "wallet", "asset", "available", "frozen"
    ));
    for (name, holder) in holders {
        for balance in native.balances(holder).await?.balances {
            let (available, frozen) = (balance.available.to_string(), balance.frozen.to_string());
            output::line(format_args!(
                "{name:<12} {:<16} {:<6} {available:>14} {frozen:>14}",
                balance.wallet, balance.asset
            ));
        }
    }
    Ok(())
}
