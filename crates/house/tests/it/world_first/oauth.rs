//! Codes and tokens: what they are good for, and for how long.

use super::{CLIENT, CUSTOMER, OTHER, new_client, town};
use countinghouse_house::{
    Abort, House,
    world_first::{
        client,
        oauth::{
            ACCESS_MILLIS, CODE_MILLIS, CodeRefusal, GrantRefusal, REFRESH_MILLIS, TokenRefusal, Tokens,
            apply, grant, refresh, revoke, who,
        },
    },
};
use testkit::{
    Engine,
    house::{START, TestHouse, for_each_house, for_house_on, refusal},
};
use tokio::task::JoinSet;

async fn code(house: &House, customer: &str) -> String {
    grant(house, "admin", CLIENT, customer).await.expect("granted").code.to_string()
}

async fn tokens(house: &House) -> Tokens {
    apply(house, CLIENT, &code(house, CUSTOMER).await).await.expect("tokens")
}

/// Whom an access token names, in words.
async fn named(house: &House, access: &str) -> Result<String, TokenRefusal> {
    match who(house, CLIENT, access).await {
        Ok(customer) => Ok(customer.id.to_string()),
        Err(Abort::Refused(refusal)) => Err(refusal),
        Err(Abort::Failed(failure)) => panic!("{failure}"),
    }
}

/// Which texts can be read in the database's files.
pub(crate) fn files_hold(house: &TestHouse, texts: &[&str]) -> Vec<bool> {
    let store::Location::Sqlite(path) = house.database().location() else { panic!("it is no file") };
    let folder = std::fs::read_dir(path.parent().expect("a folder")).expect("reads");
    let files: Vec<Vec<u8>> =
        folder.filter_map(|entry| std::fs::read(entry.expect("an entry").path()).ok()).collect();
    let holds = |text: &&str| {
        files.iter().any(|bytes| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
    };
    texts.iter().map(holds).collect()
}

#[test]
fn a_code_yields_tokens_once_and_only_to_its_client() {
    for_each_house(async |house| {
        town(house).await;
        client::create(house, &new_client("other")).await.expect("made");
        let code = code(house, CUSTOMER).await;
        assert_eq!(code.len(), 32);
        for (client, code) in
            [("other", code.as_str()), ("nobody", code.as_str()), (CLIENT, "unknown"), (CLIENT, "")]
        {
            let why = refusal(apply(house, client, code).await);
            assert_eq!(why, CodeRefusal::Unknown, "{client} {code}");
        }
        let tokens = apply(house, CLIENT, &code).await.expect("tokens");
        assert_eq!(tokens.customer.as_str(), CUSTOMER);
        assert_eq!(tokens.access_expire_at, START.plus(ACCESS_MILLIS));
        assert_eq!(tokens.refresh_expire_at, START.plus(REFRESH_MILLIS));
        assert_eq!(named(house, &tokens.access).await.as_deref(), Ok(CUSTOMER));
        assert_eq!(refusal(apply(house, CLIENT, &code).await), CodeRefusal::Used);
        assert_eq!(refusal(who(house, "other", &tokens.access).await), TokenRefusal::Unknown);
        assert_eq!(refusal(refresh(house, "other", &tokens.refresh).await), TokenRefusal::Unknown);
        assert_eq!(refusal(revoke(house, "other", &tokens.access).await), TokenRefusal::Unknown);
        for wrong in [tokens.refresh.as_str(), "unknown", ""] {
            assert_eq!(named(house, wrong).await, Err(TokenRefusal::Unknown));
        }
        assert_eq!(refusal(refresh(house, CLIENT, &tokens.access).await), TokenRefusal::Unknown);
    });
}

#[test]
fn nothing_is_granted_to_nobody_or_by_nobody() {
    for_each_house(async |house| {
        town(house).await;
        for (client, customer, expected) in [
            ("nobody", CUSTOMER, GrantRefusal::NoClient),
            (CLIENT, "77", GrantRefusal::NoCustomer),
            (CLIENT, "no such id", GrantRefusal::NoCustomer),
        ] {
            assert_eq!(refusal(grant(house, "admin", client, customer).await), expected);
        }
    });
}

#[test]
fn codes_and_tokens_end_to_the_millisecond() {
    for_each_house(async |house| {
        town(house).await;
        let (late, in_time) = (code(house, CUSTOMER).await, code(house, CUSTOMER).await);
        house.advance(CODE_MILLIS - 1).await;
        let tokens = apply(house, CLIENT, &in_time).await.expect("in time");
        house.advance(1).await;
        assert_eq!(refusal(apply(house, CLIENT, &late).await), CodeRefusal::Expired);
        house.advance(ACCESS_MILLIS - 2).await;
        assert_eq!(named(house, &tokens.access).await.as_deref(), Ok(CUSTOMER));
        house.advance(1).await;
        assert_eq!(named(house, &tokens.access).await, Err(TokenRefusal::Expired));
        house.advance(REFRESH_MILLIS - ACCESS_MILLIS - 1).await;
        let last = refresh(house, CLIENT, &tokens.refresh).await.expect("in time");
        house.advance(1).await;
        assert_eq!(refusal(refresh(house, CLIENT, &tokens.refresh).await), TokenRefusal::Expired);
        assert_eq!(named(house, &last.access).await.as_deref(), Ok(CUSTOMER), "it has its own 30 days");
    });
}

#[test]
fn a_refresh_token_is_good_again_and_again_and_keeps_its_end() {
    for_each_house(async |house| {
        town(house).await;
        let first = tokens(house).await;
        house.advance(1_000).await;
        let mut access = vec![first.access.to_string()];
        for _ in 0..3 {
            let next = refresh(house, CLIENT, &first.refresh).await.expect("refreshed");
            assert_eq!((&next.refresh, next.refresh_expire_at), (&first.refresh, first.refresh_expire_at));
            assert_eq!(next.access_expire_at, START.plus(1_000 + ACCESS_MILLIS));
            assert!(!access.contains(&next.access), "an access token was given twice");
            access.push(next.access.to_string());
        }
        for token in &access {
            assert_eq!(named(house, token).await.as_deref(), Ok(CUSTOMER));
        }
        let at = revoke(house, CLIENT, &access[2]).await.expect("revoked");
        assert_eq!(at, START.plus(1_000));
        for token in &access {
            assert_eq!(named(house, token).await, Err(TokenRefusal::Revoked));
        }
        assert_eq!(refusal(refresh(house, CLIENT, &first.refresh).await), TokenRefusal::Revoked);
        assert_eq!(refusal(revoke(house, CLIENT, &access[0]).await), TokenRefusal::Revoked);
    });
}

#[test]
fn revoking_ends_one_authorization_and_no_other() {
    for_each_house(async |house| {
        town(house).await;
        let (first, second) = (tokens(house).await, tokens(house).await);
        let others = apply(house, CLIENT, &code(house, OTHER).await).await.expect("tokens");
        house.advance(ACCESS_MILLIS).await;
        revoke(house, CLIENT, &first.access).await.expect("an expired one will do");
        assert_eq!(named(house, &first.access).await, Err(TokenRefusal::Revoked));
        let again = refresh(house, CLIENT, &second.refresh).await.expect("refreshed");
        assert_eq!(named(house, &again.access).await.as_deref(), Ok(CUSTOMER));
        let again = refresh(house, CLIENT, &others.refresh).await.expect("refreshed");
        assert_eq!(named(house, &again.access).await.as_deref(), Ok(OTHER));
    });
}

#[test]
fn of_thirty_who_bring_a_code_at_once_one_gets_tokens() {
    for_each_house(async |house| {
        town(house).await;
        let code = code(house, CUSTOMER).await;
        let mut tasks = JoinSet::new();
        for _ in 0..30 {
            let (house, code) = ((**house).clone(), code.clone());
            tasks.spawn(async move { apply(&house, CLIENT, &code).await });
        }
        let (won, lost): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(Result::is_ok);
        assert_eq!((won.len(), lost.len()), (1, 29));
        for result in lost {
            assert_eq!(refusal(result), CodeRefusal::Used);
        }
    });
}

#[test]
fn thirty_who_revoke_and_refresh_at_once_leave_nothing_in_force() {
    for_each_house(async |house| {
        town(house).await;
        let tokens = tokens(house).await;
        let mut refreshing = JoinSet::new();
        let mut revoking = JoinSet::new();
        for _ in 0..15 {
            let (house, refresh_token, access) =
                ((**house).clone(), tokens.refresh.clone(), tokens.access.clone());
            let second = house.clone();
            refreshing.spawn(async move { refresh(&house, CLIENT, &refresh_token).await });
            revoking.spawn(async move { revoke(&second, CLIENT, &access).await });
        }
        let revoked = revoking.join_all().await.into_iter().filter(Result::is_ok).count();
        assert_eq!(revoked, 1);
        for result in refreshing.join_all().await {
            match result {
                Ok(more) => assert_eq!(named(house, &more.access).await, Err(TokenRefusal::Revoked)),
                Err(abort) => assert_eq!(refusal::<(), _>(Err(abort)), TokenRefusal::Revoked),
            }
        }
    });
}

#[test]
fn codes_and_tokens_do_not_stand_in_the_file() {
    for_house_on(Engine::Sqlite, async |house| {
        town(house).await;
        let code = code(house, CUSTOMER).await;
        let tokens = apply(house, CLIENT, &code).await.expect("tokens");
        let more = refresh(house, CLIENT, &tokens.refresh).await.expect("refreshed");
        house.restart().await;
        let held = files_hold(house, &[CLIENT, &code, &tokens.access, &tokens.refresh, &more.access]);
        assert_eq!(held, [true, false, false, false, false]);
        assert_eq!(named(house, &more.access).await.as_deref(), Ok(CUSTOMER), "they are good all the same");
    });
}
