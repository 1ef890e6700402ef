//! A shop in fixtures, and calls in its name.

use client::{BinancePay, Error, Native};
use std::path::{Path, PathBuf};
use wire::{
    binance_pay::{
        order::{Checkout, create_v3::CreateOrderV3},
        profit_sharing::submit_split::{SplitOrder, SubmitSplit},
    },
    decode,
};

use crate::process::Server;

pub(crate) const MERCHANT: &str = "1000135331248";
pub(crate) const CUSTOMER: &str = "350000201";
pub(crate) const RECEIVERS: [&str; 2] = ["350000101", "350000102"];
pub(crate) const KEY: &str = "corner-shop-key-0001";
pub(crate) const SECRET: &str = "a-secret-of-the-corner-shop";

/// The shop's fixtures: the customer has a million USDT, and nobody else has anything.
pub(crate) const FIXTURES: &str = r#"
[[merchants]]
id = "1000135331248"
name = "Corner Shop"
binance_id = "350000001"
api_keys = [{ key = "corner-shop-key-0001", secret = "a-secret-of-the-corner-shop" }]
receivers = ["350000101", "350000102"]

[[payers]]
binance_id = "350000201"
name = "Customer"
balances = [{ wallet = "FUNDING_WALLET", asset = "USDT", amount = "1000000" }]

[[payers]]
binance_id = "350000101"
name = "Courier"

[[payers]]
binance_id = "350000102"
name = "Maker"
"#;

/// The fixtures as a file.
pub(crate) fn fixtures_file(folder: &Path) -> PathBuf {
    let path = folder.join("shop.toml");
    std::fs::write(&path, FIXTURES).unwrap();
    path
}

/// The shop's client of a server.
pub(crate) fn shop(server: &Server) -> BinancePay {
    BinancePay::new(&server.url, KEY, SECRET).unwrap()
}

/// The operator's client of a server.
pub(crate) fn operator(server: &Server) -> Native {
    Native::new(&server.url, &server.token).unwrap()
}

/// Makes an order of 1 USDT that may be split.
pub(crate) async fn order(shop: &BinancePay, trade_no: &str) -> Result<Checkout, Error> {
    let body = format!(
        r#"{{"env":{{"terminalType":"WEB"}},"merchantTradeNo":"{trade_no}","orderAmount":1,"currency":"USDT",
        "description":"Tea","goodsDetails":[{{"goodsType":"01","goodsCategory":"Z000",
        "referenceGoodsId":"1","goodsName":"Tea"}}],"orderTags":{{"ifProfitSharing":true}}}}"#
    );
    shop.send(&decode::request::<CreateOrderV3>(body.as_bytes()).unwrap()).await
}

/// Splits an order: 0.01 USDT to the first receiver and 0.02 to the second.
pub(crate) async fn split(shop: &BinancePay, prepay_id: &str, request: &str) -> Result<SplitOrder, Error> {
    let [first, second] = RECEIVERS;
    let body = format!(
        r#"{{"merchantRequestId":"{request}","prepayOrderId":"{prepay_id}","receiverList":[
        {{"account":"{first}","amount":0.01,"description":"Delivery"}},
        {{"account":"{second}","amount":0.02,"description":"Tea"}}]}}"#
    );
    shop.send(&decode::request::<SubmitSplit>(body.as_bytes()).unwrap()).await
}
