//! The exact bytes of a few replies: software out there reads these.

use wire::{
    Dialect, Invalid, Why,
    binance_pay::{
        BinancePay, Fault, codes,
        order::{PaymentInfo, PaymentInstruction, Status, query_v2::Order},
        profit_sharing::{
            MoveStatus, SplitStatus,
            query_split::{SplitDetail, SplitOrder},
        },
    },
    decimal::{Decimal, DecimalText},
    text::{Digits, Text, Whole},
};

fn number(text: &str) -> money::Decimal {
    money::Decimal::parse(text).unwrap()
}

fn emitted<T: serde::Serialize>(answer: Result<&T, &Fault>) -> String {
    String::from_utf8(BinancePay::encode(answer)).unwrap()
}

fn detail(
    amount: &str,
    status: MoveStatus,
    fail_reason: Option<Text>,
    finish_time: Option<Whole>,
) -> SplitDetail {
    SplitDetail {
        account: "350000101".into(),
        amount: Decimal(number(amount)),
        fail_reason,
        detail_id: "197430692664688641".into(),
        status,
        finish_time,
    }
}

#[test]
fn a_split() {
    let split = SplitOrder {
        split_order_no: "197430692664688640".into(),
        merchant_request_id: "my \"request\"".into(),
        prepay_order_id: "155661443313674176".into(),
        status: SplitStatus::Processing,
        receiver_order_details: vec![
            detail("20", MoveStatus::Processing, None, None),
            detail("0.00000001", MoveStatus::Success, None, Some(Whole(1_679_044_272))),
            detail("2.50", MoveStatus::Fail, Some("Account not found".into()), Some(Whole(1_679_044_273))),
        ],
    };
    insta::assert_snapshot!(emitted(Ok(&split)), @r#"{"status":"SUCCESS","code":"000000","data":{"splitOrderNo":"197430692664688640","merchantRequestId":"my \"request\"","prepayOrderId":"155661443313674176","status":1,"receiverOrderDetails":[{"account":"350000101","amount":20,"detailId":"197430692664688641","status":1},{"account":"350000101","amount":0.00000001,"detailId":"197430692664688641","status":2,"finishTime":1679044272},{"account":"350000101","amount":2.5,"failReason":"Account not found","detailId":"197430692664688641","status":3,"finishTime":1679044273}]}}"#);
}

#[test]
fn an_order() {
    let order = Order {
        merchant_id: Digits(1_000_135_331_248),
        prepay_id: "155661443313674176".into(),
        transaction_id: Some("M_R_282737362839373".into()),
        merchant_trade_no: "9825382937292".into(),
        status: Status::FullRefunded,
        currency: "USDT".into(),
        order_amount: DecimalText(number("25.170")),
        open_user_id: None,
        pass_through_info: None,
        transact_time: Some(Whole(1_650_322_411_000)),
        create_time: Whole(1_650_322_311_000),
        payment_info: Some(PaymentInfo {
            payer_id: Some("350000101".into()),
            pay_method: "funding".into(),
            payment_instructions: vec![PaymentInstruction {
                currency: "USDT".into(),
                amount: DecimalText(number("25.17")),
                price: DecimalText(number("1")),
            }],
            channel: None,
        }),
    };
    insta::assert_snapshot!(emitted(Ok(&order)), @r#"{"status":"SUCCESS","code":"000000","data":{"merchantId":1000135331248,"prepayId":"155661443313674176","transactionId":"M_R_282737362839373","merchantTradeNo":"9825382937292","status":"FULL_REFUNDED","currency":"USDT","orderAmount":"25.17","transactTime":1650322411000,"createTime":1650322311000,"paymentInfo":{"payerId":"350000101","payMethod":"funding","paymentInstructions":[{"currency":"USDT","amount":"25.17","price":"1"}]}}}"#);
    assert_eq!(serde_json::to_string(&order.status).unwrap(), format!("\"{}\"", order.status.as_str()));
}

#[test]
fn a_bare_truth() {
    insta::assert_snapshot!(emitted(Ok(&true)), @r#"{"status":"SUCCESS","code":"000000","data":true}"#);
}

#[test]
fn refusals() {
    let fault = Fault::new(&codes::REQ_ID_ALREADY_EXISTS);
    insta::assert_snapshot!(emitted::<bool>(Err(&fault)), @r#"{"status":"FAIL","code":"400216","errorMessage":"RequestId has been submitted"}"#);
    let refusal =
        |why| BinancePay::invalid(&Invalid { field: "a[3].b".into(), why, rule: "must be so".into() });
    let codes = [Why::NotAnObject, Why::Missing, Why::Length, Why::Value, Why::Chars]
        .map(|why| refusal(why).to_string());
    assert_eq!(
        codes,
        [
            "400008 INVALID_REQUEST_BODY: Request body is not a valid json object.",
            "400100 MANDATORY_PARAM_EMPTY_OR_MALFORMED: a[3].b must be so",
            "400101 INVALID_PARAM_WRONG_LENGTH: a[3].b must be so",
            "400102 INVALID_PARAM_WRONG_VALUE: a[3].b must be so",
            "400103 INVALID_PARAM_ILLEGAL_CHAR: a[3].b must be so",
        ]
    );
}
