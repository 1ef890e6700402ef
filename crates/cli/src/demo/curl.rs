//! The output at the end of the demo: credentials, and a call for a shell.

use wire::{Endpoint as _, binance_pay::profit_sharing::query_split::QuerySplit};

use super::{
    cast::{COURIER, CUSTOMER, Cast, MAKER, MERCHANT},
    story::Ids,
};

/// The final text: the server, the credentials, and a call.
pub(super) fn farewell(cast: &Cast, ids: &Ids) -> String {
    let Cast { url, token, key, secret, .. } = cast;
    format!(
        "
=== The server keeps running at {url} until Ctrl-C; then everything of it is removed

merchant      {MERCHANT}
API key       {key}
secret        {secret}
admin token   {token}
payers        {CUSTOMER} (customer), {COURIER} (courier), {MAKER} (maker)

A signed call, to paste into a shell:

{call}

An operator's call:

curl -s -H 'Authorization: Bearer {token}' {url}/v1/holders/{MERCHANT}/balances; echo
",
        call = signed_call(cast, ids)
    )
}

/// `date` prints whole seconds everywhere and milliseconds only on some systems. Half a second is added, so the time
/// is at most half a second wrong, and a whole one is allowed.
fn signed_call(cast: &Cast, ids: &Ids) -> String {
    format!(
        r#"KEY={key} SECRET={secret}
BODY='{{"merchantRequestId":"{request}","prepayOrderId":"{order}"}}'
TIME=$(date +%s)500 NONCE=$(openssl rand -hex 16)
SIGN=$(printf '%s\n%s\n%s\n' "$TIME" "$NONCE" "$BODY" | openssl dgst -sha512 -hmac "$SECRET" | sed 's/.*= *//' | tr a-f A-F)
curl -s -H 'Content-Type: application/json' -H "BinancePay-Certificate-SN: $KEY" -H "BinancePay-Timestamp: $TIME" -H "BinancePay-Nonce: $NONCE" -H "BinancePay-Signature: $SIGN" -d "$BODY" {url}{path}; echo"#,
        key = cast.key,
        secret = cast.secret,
        request = ids.merchant_request_id,
        order = ids.prepay_id,
        url = cast.url,
        path = QuerySplit::SPEC.path,
    )
}
