//! `business/account/inquiryStatementList`

use super::history::{RICH, tell};
use house::world_first::{Contract, client, customer};
use ledger::Wallet;
use serde_json::{Value, json};
use testkit::{
    Engine,
    house::holder_id,
    http::{
        CLIENT, CONNECTED, CUSTOMER, FOREIGN, Request, STRANGER, TestApp, with_world, with_world_on,
        with_world_on_each_engine, world_endpoint,
    },
};

const NAME: &str = "account/inquiry_statement_list";

/// A request for January, with more.
fn body(more: Value) -> Value {
    let mut body = json!({
        "startTime": "2026-01-01T00:00:00+08:00", "endTime": "2026-02-01T00:00:00+08:00",
        "pageSize": 10, "pageNumber": 1,
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn call(app: &TestApp, more: Value) -> Request {
    app.world(NAME, body(more))
}

/// What is answered, in short: `USD -300=700 TRANSFER PROCESSING`, and the numbers about pages.
async fn told(app: &TestApp, more: Value) -> (Vec<String>, [i64; 3]) {
    let reply = call(app, more).await.world_ok();
    let lines = reply["statementList"].as_array().unwrap().iter().map(|line| {
        let (amount, balance) = (&line["transactionAmount"], &line["accountBalance"]);
        assert_eq!(amount["currency"], balance["currency"]);
        format!(
            "{} {:+}={} {} {}",
            amount["currency"].as_str().unwrap(),
            amount["value"].as_i64().unwrap(),
            balance["value"],
            line["transactionType"].as_str().unwrap(),
            line["transactionStatus"].as_str().unwrap()
        )
    });
    let pages =
        ["totalCount", "totalPageNumber", "currentPageNumber"].map(|field| reply[field].as_i64().unwrap());
    (lines.collect(), pages)
}

#[test]
fn every_change_is_told_the_newest_first() {
    with_world_on_each_engine(async |app| {
        tell(app).await;
        let all = [
            "USD -2000=95700 TRANSFER PROCESSING",
            "USD +300=97700 TRANSFER_REFUND SUCCESS",
            "USD -300=97400 TRANSFER FAIL",
            "EUR +9990=9990 CONVERSION SUCCESS",
            "USD -12000=97700 CONVERSION SUCCESS",
            "USD -300=109700 TRANSFER SUCCESS",
            "USD +110000=110000 COLLECTION SUCCESS",
        ];
        let every = |lines: &[&str], pages| (lines.iter().map(ToString::to_string).collect(), pages);
        assert_eq!(told(app, json!({})).await, every(&all, [7, 1, 1]));
        assert_eq!(told(app, json!({ "pageSize": 3 })).await, every(&all[..3], [7, 3, 1]));
        assert_eq!(told(app, json!({ "pageSize": 3, "pageNumber": 3 })).await, every(&all[6..], [7, 3, 3]));
        assert_eq!(told(app, json!({ "pageSize": 3, "pageNumber": 4 })).await, every(&[], [7, 3, 4]));
        assert_eq!(told(app, json!({ "pageNumber": 99_999_999 })).await, every(&[], [7, 1, 99_999_999]));
        assert_eq!(told(app, json!({ "currencyList": ["EUR", "JPY"] })).await, every(&all[3..4], [1, 1, 1]));
        let transfers = json!({ "transactionTypeList": ["TRANSFER", "CHARGE"], "pageSize": 2 });
        assert_eq!(told(app, transfers).await, every(&[all[0], all[2]], [3, 2, 1]));
        assert_eq!(told(app, json!({ "transactionTypeList": ["WITHDRAWAL"] })).await, every(&[], [0, 0, 1]));
        let from = json!({ "startTime": "2026-01-05T08:00:01Z" });
        assert_eq!(told(app, from).await, every(&all[..6], [6, 1, 1]));
        let until = json!({ "endTime": "2026-01-05T16:00:01+0800" });
        assert_eq!(told(app, until).await, every(&all[6..], [1, 1, 1]));
        let top_up = "SAME_NAME_TOP_UP_BALANCE";
        assert_eq!(told(app, json!({ "balanceTypes": [top_up] })).await, every(&[], [0, 0, 1]));
        app.advance(1).await;
        app.world_deposit(CUSTOMER, Wallet::SameNameTopUpBalance, "USD", "1").await;
        let both = json!({ "balanceTypes": [top_up, "NORMAL_BALANCE"], "pageSize": 1 });
        assert_eq!(told(app, both).await, every(&["USD +100=100 COLLECTION SUCCESS"], [8, 8, 1]));
        app.run_jobs().await;
        let done = json!({ "transactionTypeList": ["TRANSFER"], "pageSize": 1 });
        assert_eq!(told(app, done).await, every(&["USD -2000=95700 TRANSFER SUCCESS"], [3, 3, 1]));
    });
}

/// How a line in US dollars begins: its transaction, the client's id of it, its number, its second, its type and
/// status, its amount and what is available after it.
fn line(ids: [&str; 3], second: u8, [kind, status]: [&str; 2], [value, balance]: [i64; 2]) -> String {
    let [id, external, number] = ids;
    format!(
        "{{\"transactionId\":\"{id}\",\"extTransactionId\":\"{external}\",\"accountingBizNo\":\"{number}\",\
         \"transactionTime\":\"2026-01-05T08:00:0{second}Z\",\"transactionType\":\"{kind}\",\
         \"transactionStatus\":\"{status}\",\"balanceType\":\"NORMAL_BALANCE\",\
         \"transactionAmount\":{{\"currency\":\"USD\",\"value\":{value}}},\
         \"accountBalance\":{{\"currency\":\"USD\",\"value\":{balance}}}"
    )
}

#[test]
fn a_reply_has_its_fields_in_the_pages_order() {
    with_world(async |app| {
        let ids = tell(app).await;
        let more = json!({ "transactionTypeList": ["CONVERSION", "TRANSFER", "COLLECTION"], "pageSize": 7 });
        let reply = call(app, more).await;
        let json = reply.world_ok();
        let (id, eur) = (&json["responseId"], &json["statementList"][2]["accountingBizNo"]);
        let number = |version: u8| format!("{}000000000{version}", ids.usd);
        let sides = format!(
            "\"fundMoveDetail\":{{\"payerName\":\"H****** T******\",\"payerAccountNo\":\"************{}\",\
             \"payerAccountType\":\"WORLDFIRST\",\"beneficiaryName\":\"L*********\",\
             \"beneficiaryAccountNo\":\"************{}\",\"beneficiaryAccountType\":\"WORLDFIRST\",\
             \"remarks\":\"invoice 7\"}}",
            &ids.usd[12..],
            &ids.payee[12..]
        );
        let quote = "\"foreignExchangeQuote\":{\"transferFromCurrency\":\"USD\",\
                     \"transferToCurrency\":\"EUR\",\"quotePrice\":\"0.8325\"}";
        let payer = "\"fundMoveDetail\":{\"payerName\":\"A** L*******\",\
                     \"payerAccountNo\":\"******************3000\",\"payerBankName\":\"Hafenbank\",\
                     \"remarks\":\"order 12\"}";
        let [first, second, third] = &ids.transfers;
        let at = [&ids.exchange, "e1", &number(3)];
        let sold = line(at, 2, ["CONVERSION", "SUCCESS"], [-12_000, 97_700]);
        let at = [&ids.exchange, "e1", eur.as_str().unwrap()];
        let bought = line(at, 2, ["CONVERSION", "SUCCESS"], [9_990, 9_990]).replace("USD", "EUR");
        let failed = line([third, "t3", &number(4)], 3, ["TRANSFER", "FAIL"], [-300, 97_400]);
        let begun = line([second, "t2", &number(6)], 3, ["TRANSFER", "PROCESSING"], [-2_000, 95_700]);
        let done = line([first, "t1", &number(2)], 1, ["TRANSFER", "SUCCESS"], [-300, 109_700]);
        let at = [&ids.deposit, "bank 4711", &number(1)];
        let collected = line(at, 0, ["COLLECTION", "SUCCESS"], [110_000, 110_000]);
        assert_eq!(
            reply.text,
            format!(
                "{{\"result\":{{\"resultStatus\":\"S\",\"resultCode\":\"SUCCESS\",\"resultMessage\":\"Success\"}},\
                 \"responseId\":{id},\"statementList\":[{begun},{sides}}},{failed},{sides}}},{bought},{quote}}},\
                 {sold},{quote}}},{done},{sides}}},{collected},{payer}}}],\"totalCount\":6,\
                 \"totalPageNumber\":1,\"currentPageNumber\":1}}"
            )
        );
        app.run_jobs().await;
    });
}

#[test]
fn lines_come_to_what_inquiry_balance_answers() {
    with_world_on_each_engine(async |app| {
        tell(app).await;
        let balances = app.world("account/inquiry_balance", "{}").await.world_ok();
        let reply = call(app, json!({})).await.world_ok();
        for balance in balances["accountBalances"].as_array().unwrap() {
            let lines = reply["statementList"].as_array().unwrap().iter();
            let own: Vec<_> =
                lines.filter(|line| line["accountBalance"]["currency"] == balance["currency"]).collect();
            let sum: i64 = own.iter().map(|line| line["transactionAmount"]["value"].as_i64().unwrap()).sum();
            assert_eq!(balance["availableBalance"]["value"], sum);
            assert_eq!(own[0]["accountBalance"], balance["availableBalance"]);
        }
        app.run_jobs().await;
    });
}

#[test]
fn the_payee_has_lines_of_its_own() {
    with_world(async |app| {
        let ids = tell(app).await;
        let reply = call(app, json!({})).header("Connected-CustomerId", CONNECTED).await.world_ok();
        assert_eq!(reply["totalCount"], 1);
        let line = &reply["statementList"][0];
        assert_eq!(line["transactionId"], ids.transfers[0]);
        assert_eq!(line.get("extTransactionId"), None, "that is between the payer and its client");
        assert_eq!(
            (&line["transactionType"], &line["transactionStatus"]),
            (&json!("TRANSFER"), &json!("SUCCESS"))
        );
        assert_eq!(line["transactionAmount"]["value"], 300);
        assert_eq!(line["fundMoveDetail"]["payerName"], "H****** T******");
        app.run_jobs().await;
    });
}

#[test]
fn the_type_may_be_an_array_and_what_is_held_is_a_deduction() {
    let array = |settings: &mut countinghouse_server::Settings| {
        settings.world_first.balance_types_array = true;
    };
    with_world_on(Engine::Sqlite, array, async |app| {
        let fixtures = format!(
            "[[world_first.customers]]\nid = \"{RICH}\"\nname = \"Rich\"\ncontract = \"in_force\"\n\
             accounts = [{{ currency = \"USD\", type = \"NORMAL_BALANCE\", available = \"1200.00\", frozen = \"50.00\" }}]"
        );
        app.apply(&fixtures).await;
        client::connect(app.house(), CLIENT, RICH).await.unwrap();
        app.service().app().clients.forget(CLIENT);
        let reply = call(app, json!({})).header("Connected-CustomerId", RICH).await.world_ok();
        let held = &reply["statementList"][0];
        assert_eq!(held["balanceTypes"], json!(["NORMAL_BALANCE"]));
        assert_eq!(held.get("balanceType"), None);
        assert_eq!(
            (&held["transactionType"], &held["transactionAmount"]["value"]),
            (&json!("DEDUCTION"), &json!(-5_000))
        );
        assert_eq!(held.get("fundMoveDetail"), None);
        let opening = &reply["statementList"][1];
        assert_eq!(opening["transactionAmount"]["value"], 125_000);
        assert_eq!(opening.get("fundMoveDetail"), None);
    });
}

#[test]
fn every_rule_of_a_field() {
    with_world(async |app| {
        for (more, expected) in [
            (json!({ "startTime": null }), "PARAM_ILLEGAL startTime is required"),
            (json!({ "startTime": "2026-01-01" }), "PARAM_ILLEGAL startTime must be ISO 8601"),
            (
                json!({ "endTime": "2026-01-01T00:00:00+08:00" }),
                "PARAM_ILLEGAL endTime must be after startTime",
            ),
            (
                json!({ "endTime": "2026-04-11T00:00:01+08:00" }),
                "PARAM_ILLEGAL endTime must be at most 100 days",
            ),
            (json!({ "pageSize": 101 }), "PARAM_ILLEGAL pageSize must be 1 to 100"),
            (json!({ "pageNumber": 0 }), "PARAM_ILLEGAL pageNumber must be 1 to 99999999"),
            (
                json!({ "transactionTypeList": ["GIFT"] }),
                "PARAM_ILLEGAL transactionTypeList[0] must be one of",
            ),
            (json!({ "balanceTypes": ["BUDGET_BALANCE"] }), "PARAM_ILLEGAL balanceTypes[0] must be one of"),
            (json!({ "fuzzyName": "Ada" }), "PARAM_ILLEGAL fuzzyName is not supported"),
            (json!({ "currencyList": ["USDT"] }), "CURRENCY_NOT_SUPPORT currencyList names a currency"),
        ] {
            let refusal = call(app, more.clone()).await.world_refusal();
            assert!(refusal.starts_with(expected), "{more}: {refusal}");
        }
        let reply = call(app, json!({ "endTime": "2026-04-11T00:00:00+08:00" })).await.world_ok();
        assert_eq!(reply["statementList"], json!([]), "a customer without accounts has no lines");
    });
}

/// Those that the checks of all calls have, too; the page has no code for a service that is not allowed.
#[test]
fn whose_statement_it_is() {
    with_world(async |app| {
        let refusal = async |request: Request| request.await.world_refusal();
        let none = app.world_as(STRANGER, world_endpoint(NAME).path, body(json!({})));
        assert!(refusal(none).await.starts_with("USER_NOT_EXIST"));
        let foreign = call(app, json!({})).header("Connected-CustomerId", FOREIGN);
        assert!(refusal(foreign).await.starts_with("AUTHORIZATION_NOT_EXIST"));
        let unknown = call(app, json!({})).header("Access-Token", "unknown");
        assert!(refusal(unknown).await.starts_with("OAUTH_FAIL"));
        let granted = app.world_tokens(FOREIGN).await;
        let token = granted.access.as_str();
        app.world_deposit(FOREIGN, Wallet::NormalBalance, "USD", "1").await;
        let reply = call(app, json!({})).header("Access-Token", token).await.world_ok();
        assert_eq!(reply["totalCount"], 1);
        customer::set_contract(app.house(), &holder_id(FOREIGN), Contract::Expired).await.unwrap();
        let expired = call(app, json!({})).header("Access-Token", token);
        assert!(refusal(expired).await.starts_with("CONTRACT_CHECK_FAIL"));
        client::set_products(app.house(), CLIENT, &[house::world_first::Product::Balance]).await.unwrap();
        app.service().app().clients.forget(CLIENT);
        let refused = refusal(call(app, json!({ "currencyList": ["USDT"] }))).await;
        assert_eq!(refused, "PROCESS_FAIL the client does not have the product STATEMENT");
        app.advance(30 * 86_400_000).await;
        let late = call(app, json!({})).header("Access-Token", token);
        assert!(refusal(late).await.starts_with("ACCESS_TOKEN_EXPIRED"));
    });
}
