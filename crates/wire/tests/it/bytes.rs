//! The exact bytes of a few replies: software out there reads these.

use wire::{
    Dialect, Invalid, Why,
    binance_pay::{
        BinancePay, Fault,
        balance_report::{
            apply::TaskSentence,
            query::{BalanceReport, ReportStatus},
        },
        codes,
        convert::{OrderStatus, execute_quote::ExecutedQuote, get_quote::Quote},
        order::{PaymentInfo, PaymentInstruction, Status, query_v2::Order},
        profit_sharing::{
            MoveStatus, SplitStatus,
            query_split::{SplitDetail, SplitOrder},
        },
        service_provider::{RecordStatus, create::AuthorizationRequest},
    },
    decimal::{Decimal, DecimalText},
    text::{Digits, Text, Whole},
    world_first::{
        self, Amount, WorldFirst,
        account::{
            BalanceType,
            inquiry_account::{AccountInfo, AccountStatus, AccountType, Accounts},
            inquiry_balance::{AccountBalance, Balances, type_fields},
        },
        oauth::{apply_token::Tokens, revoke_token::Revoked},
    },
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
fn a_quote_with_and_without_its_id() {
    let quote = Quote {
        quote_id: Some("2d7b7439c540479999ec367a701bf5f6".into()),
        ratio: Decimal(number("4.45577E-3")),
        inverse_ratio: Decimal(number("224.4280")),
        valid_timestamp: Decimal(number("1.66717927E+12")),
        expire_time: Decimal(number("1E+1")),
        to_amount: Decimal(number("0.80")),
        to_coin: "BNB".into(),
        from_amount: Decimal(number("179.54201695")),
        from_coin: "USDT".into(),
    };
    insta::assert_snapshot!(emitted(Ok(&quote)), @r#"{"status":"SUCCESS","code":"000000","data":{"quoteId":"2d7b7439c540479999ec367a701bf5f6","ratio":0.00445577,"inverseRatio":224.428,"validTimestamp":1667179270000,"expireTime":10,"toAmount":0.8,"toCoin":"BNB","fromAmount":179.54201695,"fromCoin":"USDT"}}"#);
    let short = Quote { quote_id: None, ..quote };
    insta::assert_snapshot!(emitted(Ok(&short)), @r#"{"status":"SUCCESS","code":"000000","data":{"ratio":0.00445577,"inverseRatio":224.428,"validTimestamp":1667179270000,"expireTime":10,"toAmount":0.8,"toCoin":"BNB","fromAmount":179.54201695,"fromCoin":"USDT"}}"#);
}

#[test]
fn an_executed_quote() {
    let executed = |order_status| ExecutedQuote {
        order_id: "1309477640981204290".into(),
        create_time: Decimal(number("1667179261865")),
        order_status,
        quote_price: Decimal(number("0.00445577")),
        inverse_price: Decimal(number("224.428")),
        from_coin: "USDT".into(),
        from_coin_amount: Decimal(number("179.54201695")),
        to_coin: "BNB".into(),
        to_coin_amount: Decimal(number("0.8")),
    };
    insta::assert_snapshot!(emitted(Ok(&executed(OrderStatus::Process))), @r#"{"status":"SUCCESS","code":"000000","data":{"orderId":"1309477640981204290","createTime":1667179261865,"orderStatus":"PROCESS","quotePrice":0.00445577,"inversePrice":224.428,"fromCoin":"USDT","fromCoinAmount":179.54201695,"toCoin":"BNB","toCoinAmount":0.8}}"#);
    for status in [OrderStatus::Process, OrderStatus::Success, OrderStatus::Fail] {
        let word = format!("\"orderStatus\":\"{status}\"");
        assert!(emitted(Ok(&executed(status))).contains(&word), "{word}");
    }
}

#[test]
fn what_a_provider_asked_for() {
    let asked = |status| AuthorizationRequest {
        authorization_id: "210462863998500864".into(),
        merchant_name: "Corner \"Shop\"".into(),
        authorization_token: "4f92a76767a948d8b5ab60abd8ca2e15".into(),
        merchant_id: "1000135331248".into(),
        status,
        redirect_url: "https://pay.example/en/dashboard/review-authorization?authId=210462863998500864"
            .into(),
        scopes: vec!["CONVERT".into(), "PROFIT_SHARING".into()],
        ip_whitelist: vec!["10.0.0.0/8".into(), "::1".into()],
    };
    insta::assert_snapshot!(emitted(Ok(&asked(RecordStatus::Pending))), @r#"{"status":"SUCCESS","code":"000000","data":{"authorizationId":"210462863998500864","merchantName":"Corner \"Shop\"","authorizationToken":"4f92a76767a948d8b5ab60abd8ca2e15","merchantId":"1000135331248","status":"PENDING","redirectUrl":"https://pay.example/en/dashboard/review-authorization?authId=210462863998500864","scopes":["CONVERT","PROFIT_SHARING"],"ipWhitelist":["10.0.0.0/8","::1"]}}"#);
    for status in
        [RecordStatus::Pending, RecordStatus::Authorized, RecordStatus::Rejected, RecordStatus::Disabled]
    {
        let word = format!("\"status\":\"{}\"", status.as_str());
        assert!(emitted(Ok(&asked(status))).contains(&word), "{word}");
        assert!(!format!("{:?}", asked(status)).contains("4f92a767"), "the token is shown");
    }
}

#[test]
fn a_report_asked_for() {
    insta::assert_snapshot!(emitted(Ok(&TaskSentence::new(197_430_692_664_688_640))), @r#"{"status":"SUCCESS","code":"000000","data":"Your request has been submitted successfully. Your task ID: 197430692664688640"}"#);
}

#[test]
fn a_report_with_and_without_the_envelope() {
    let report = |status, url: &str| BalanceReport { exist: true, download_url: url.into(), status };
    fn bare(answer: Result<&BalanceReport, &Fault>) -> String {
        String::from_utf8(BinancePay::encode_bare(answer)).unwrap()
    }
    let done =
        report(ReportStatus::Success, "https://pay.example/download/balance-report/1?expires=2&signature=ab");
    insta::assert_snapshot!(bare(Ok(&done)), @r#"{"exist":true,"downloadUrl":"https://pay.example/download/balance-report/1?expires=2&signature=ab","status":"SUCCESS"}"#);
    insta::assert_snapshot!(emitted(Ok(&report(ReportStatus::Expired, ""))), @r#"{"status":"SUCCESS","code":"000000","data":{"exist":true,"downloadUrl":"","status":"EXPIRED"}}"#);
    for (status, word) in [
        (ReportStatus::Processing, "PROCESSING"),
        (ReportStatus::Failed, "FAILED"),
        (ReportStatus::Expired, "EXPIRED"),
        (ReportStatus::Success, "SUCCESS"),
    ] {
        let report = report(status, "");
        let written = bare(Ok(&report));
        assert_eq!(written, format!(r#"{{"exist":true,"downloadUrl":"","status":"{word}"}}"#));
    }
    let fault = Fault::new(&codes::INVALID_ACCOUNT_STATUS).because("the merchant is suspended");
    insta::assert_snapshot!(bare(Err(&fault)), @r#"{"status":"FAIL","code":"400203","errorMessage":"the merchant is suspended"}"#);
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

fn answered<T: serde::Serialize>(answer: Result<&T, &world_first::Fault>) -> String {
    String::from_utf8(WorldFirst::encode(answer)).unwrap()
}

#[test]
fn balances_with_the_type_as_a_word_and_as_an_array() {
    let balances = |as_array| {
        let (balance_type, balance_types) = type_fields(BalanceType::Normal, as_array);
        Balances {
            response_id: "20260115103000000000000000000001".into(),
            account_balances: vec![AccountBalance {
                account_no: "2188120000000001".into(),
                balance_type,
                balance_types,
                currency: "USD".into(),
                available_balance: Amount::new("USD", 120_000),
                frozen_balance: Amount::new("USD", 0),
                total_balance: Amount::new("USD", i64::MAX),
            }],
        }
    };
    insta::assert_snapshot!(answered(Ok(&balances(false))), @r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"Success"},"responseId":"20260115103000000000000000000001","accountBalances":[{"accountNo":"2188120000000001","balanceType":"NORMAL_BALANCE","currency":"USD","availableBalance":{"currency":"USD","value":120000},"frozenBalance":{"currency":"USD","value":0},"totalBalance":{"currency":"USD","value":9223372036854775807}}]}"#);
    insta::assert_snapshot!(answered(Ok(&balances(true))), @r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"Success"},"responseId":"20260115103000000000000000000001","accountBalances":[{"accountNo":"2188120000000001","balanceTypes":["NORMAL_BALANCE"],"currency":"USD","availableBalance":{"currency":"USD","value":120000},"frozenBalance":{"currency":"USD","value":0},"totalBalance":{"currency":"USD","value":9223372036854775807}}]}"#);
    for as_array in [false, true] {
        let read = WorldFirst::decode(answered(Ok(&balances(as_array))).as_bytes());
        assert_eq!(read, Ok(Ok(balances(as_array))));
    }
    let sister = answered(Ok(&balances(false))).replace(":120000}", ":\"120000\"}");
    assert_eq!(WorldFirst::decode(sister.as_bytes()), Ok(Ok(balances(false))));
}

#[test]
fn an_account_without_bank_details_and_tokens() {
    let accounts = Accounts {
        response_id: "1".into(),
        customer_id: "2188120000000001".into(),
        account_infos: vec![AccountInfo {
            account_no: "2188120000000001".into(),
            currency_list: vec!["CNH".into()],
            account_type: AccountType::VirtualAccount,
            account_status: AccountStatus::Active,
            bank_account_list: vec![],
        }],
    };
    insta::assert_snapshot!(answered(Ok(&accounts)), @r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"Success"},"responseId":"1","customerId":"2188120000000001","accountInfos":[{"accountNo":"2188120000000001","currencyList":["CNH"],"accountType":"VIRTUAL_ACCOUNT","accountStatus":"ACTIVE"}]}"#);
    let tokens = Tokens {
        access_token: "a".into(),
        expire_time: "2026-02-14T02:30:00Z".into(),
        refresh_token: Some("r".into()),
        refresh_token_expire_time: Some("2026-07-14T02:30:00Z".into()),
    };
    insta::assert_snapshot!(answered(Ok(&tokens)), @r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"Success"},"accessToken":"a","expireTime":"2026-02-14T02:30:00Z","refreshToken":"r","refreshTokenExpireTime":"2026-07-14T02:30:00Z"}"#);
    let revoked = Revoked { cancel_time: "2026-01-20T02:30:00Z".into() };
    insta::assert_snapshot!(answered(Ok(&revoked)), @r#"{"result":{"resultStatus":"S","resultCode":"SUCCESS","resultMessage":"Success"},"cancelTime":"2026-01-20T02:30:00Z"}"#);
}

#[test]
fn refusals_of_world_first() {
    let fault = world_first::Fault::new(&world_first::codes::UNKNOWN_EXCEPTION);
    insta::assert_snapshot!(answered::<Balances>(Err(&fault)), @r#"{"result":{"resultStatus":"U","resultCode":"UNKNOWN_EXCEPTION","resultMessage":"API failed due to unknown reason."}}"#);
    for why in [Why::NotAnObject, Why::Missing, Why::Length, Why::Value, Why::Chars] {
        let field = if why == Why::NotAnObject { "" } else { "currencyList[3]" };
        let fault = WorldFirst::invalid(&Invalid { field: field.into(), why, rule: "must be so".into() });
        let named = if field.is_empty() { "the request body" } else { field };
        assert_eq!(fault.to_string(), format!("F PARAM_ILLEGAL: {named} must be so"));
    }
}
