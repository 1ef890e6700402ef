//! Authorizations: what a merchant answers and changes, and what a provider may do with its token.

use crate::{
    MERCHANT,
    events::events_of,
    races::at_once,
    service_providers::{PROVIDER, allow, ask, provider, words},
};
use countinghouse_house::{
    Abort, Caller, House, Mode, Rules, Tools, Vault,
    event::Event,
    holder::HolderStatus,
    service_provider::{
        AuthorizationRefusal, AuthorizationStatus, Record, acting_for, agree, change, create, disable, find,
        page, reject, set_config,
    },
};
use ledger::{Millis, PayId};
use store::Location;
use testkit::house::{START, TestHouse, for_each_house, holder_id, refusal};

use AuthorizationStatus::{Authorized, Disabled, Pending, Rejected};

async fn asked(house: &House, provider: &Caller) -> Record {
    create(house, provider, ask(MERCHANT, &["CONVERT", "CHECKOUT"])).await.expect("asked")
}

async fn agreed(house: &House, provider: &Caller) -> Record {
    let id = asked(house, provider).await.id;
    agree(house, "admin", id, None).await.expect("agreed")
}

/// A record that stands so.
async fn standing(house: &House, provider: &Caller, status: AuthorizationStatus) -> Record {
    let record = asked(house, provider).await;
    match status {
        Pending => Ok(record),
        Authorized => agree(house, "admin", record.id, None).await,
        Rejected => reject(house, "admin", record.id).await,
        Disabled => {
            agree(house, "admin", record.id, None).await.expect("agreed");
            disable(house, "admin", record.id).await
        }
    }
    .expect("it can come to that")
}

type Answer = Result<Record, Abort<AuthorizationRefusal>>;

#[test]
fn every_step_is_taken_from_where_it_begins_and_from_nowhere_else() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        let house = &**house;
        for status in AuthorizationStatus::ALL {
            for (step, from, to) in [
                ("agree", Pending, Authorized),
                ("reject", Pending, Rejected),
                ("change", Authorized, Authorized),
                ("disable", Authorized, Disabled),
            ] {
                let before = standing(house, &provider, status).await;
                assert_eq!(before.status, status);
                let id = before.id;
                let answer: Answer = match step {
                    "agree" => agree(house, "merchant", id, None).await,
                    "reject" => reject(house, "merchant", id).await,
                    "change" => change(house, "merchant", id, Some(words(&["CONVERT"])), None).await,
                    _ => disable(house, "merchant", id).await,
                };
                let after = find(house, id).await.expect("reads").expect("there");
                if status == from {
                    assert_eq!(answer.expect("taken"), after);
                    assert_eq!((after.status, after.changed_by.as_str()), (to, "merchant"));
                } else {
                    let refused = refusal(answer);
                    assert_eq!(refused, AuthorizationRefusal::WrongStatus(status), "{step}");
                    assert!(refused.to_string().contains(status.as_str()), "{refused}");
                    assert_eq!(after, before, "{step} changed something");
                }
                assert_eq!(after.token, before.token);
            }
        }
        for id in [PayId::MIN, PayId::new(1), PayId::MAX] {
            assert_eq!(refusal(agree(house, "admin", id, None).await), AuthorizationRefusal::NotFound);
            assert_eq!(refusal(reject(house, "admin", id).await), AuthorizationRefusal::NotFound);
            let changed = change(house, "admin", id, None, None).await;
            assert_eq!(refusal(changed), AuthorizationRefusal::NotFound);
            assert_eq!(refusal(disable(house, "admin", id).await), AuthorizationRefusal::NotFound);
            assert_eq!(find(house, id).await.expect("reads"), None);
        }
    });
}

#[test]
fn a_merchant_agrees_to_some_of_what_it_was_asked_for_and_to_nothing_else() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        set_config(house, &provider.holder, allow(&["CONVERT", "CHECKOUT", "REFUND"])).await.expect("set");
        let id = asked(house, &provider).await.id;
        // The provider may ask for refunds, but did not.
        let refused = refusal(agree(house, "admin", id, Some(words(&["CONVERT", "REFUND"]))).await);
        assert_eq!(refused, AuthorizationRefusal::Scope("REFUND".to_owned()));
        let refused = refusal(agree(house, "admin", id, Some(Vec::new())).await);
        assert_eq!(refused, AuthorizationRefusal::NoScopes);
        house.advance(1_000).await;
        let record = agree(house, "admin", id, Some(words(&["CHECKOUT", "CHECKOUT"]))).await.expect("agreed");
        assert_eq!(record.scopes, ["CHECKOUT"]);
        assert_eq!((record.created_at, record.changed_at), (START, START.plus(1_000)));
        let all = agreed(house, &provider).await;
        assert_eq!(all.scopes, ["CONVERT", "CHECKOUT"]);
    });
}

#[test]
fn what_a_merchant_agreed_to_it_changes_within_what_the_provider_may_have() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        set_config(house, &provider.holder, allow(&["CONVERT", "CHECKOUT", "REFUND"])).await.expect("set");
        let first = agreed(house, &provider).await;
        let id = first.id;
        let wider = change(house, "m", id, Some(words(&["REFUND", "CONVERT"])), None).await.expect("changed");
        assert_eq!(wider.scopes, ["REFUND", "CONVERT"]);
        assert_eq!(wider.ip_whitelist, first.ip_whitelist);
        let moved = change(house, "m", id, None, Some(words(&["10.0.0.0/8"]))).await.expect("changed");
        assert_eq!((&moved.scopes, &moved.ip_whitelist), (&wider.scopes, &words(&["10.0.0.0/8"])));
        let both = (Some(words(&["CHECKOUT"])), Some(words(&["::1", "127.0.0.1"])));
        let both = change(house, "m", id, both.0, both.1).await.expect("changed");
        assert_eq!(
            (&both.scopes, &both.ip_whitelist),
            (&words(&["CHECKOUT"]), &words(&["::1", "127.0.0.1"]))
        );

        for (scopes, ips, expected) in [
            (Some(words(&["PAYOUT"])), None, AuthorizationRefusal::Scope("PAYOUT".to_owned())),
            (Some(Vec::new()), None, AuthorizationRefusal::NoScopes),
            (None, Some(Vec::new()), AuthorizationRefusal::Whitelist),
            (None, Some(words(&["::1,::2"])), AuthorizationRefusal::Whitelist),
            (None, Some(vec!["::1".to_owned(); 21]), AuthorizationRefusal::Whitelist),
        ] {
            assert_eq!(refusal(change(house, "m", id, scopes, ips).await), expected);
        }
        house.advance(1_000).await;
        // What is the same already changes nothing, not even the time.
        let same = change(house, "n", id, Some(both.scopes.clone()), None).await.expect("answered");
        assert_eq!(same, both);
        assert_eq!(find(house, id).await.expect("reads"), Some(both));
    });
}

#[test]
fn of_many_answers_at_once_one_counts() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        let id = asked(house, &provider).await.id;
        let (done, refused) = at_once(house, |house, number| async move {
            let actor = format!("merchant {number}");
            if number % 2 == 0 {
                agree(&house, &actor, id, None).await
            } else {
                reject(&house, &actor, id).await
            }
        })
        .await;
        let [winner] = &done[..] else { panic!("{} answers counted", done.len()) };
        let late = AuthorizationRefusal::WrongStatus(winner.status);
        assert!(refused.iter().all(|refusal| *refusal == late), "{refused:?}");
        assert_eq!(find(house, id).await.expect("reads").as_ref(), Some(winner));
        assert_eq!(events_of(house, PROVIDER, 4).await.len(), 4, "made, configured, asked, answered");
    });
}

#[test]
fn what_is_disabled_while_it_is_changed_stays_disabled() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        let record = agreed(house, &provider).await;
        let id = record.id;
        let (_, refused) = at_once(house, |house, number| async move {
            match number {
                15 => disable(&house, "admin", id).await,
                _ => change(&house, "admin", id, None, Some(words(&[&format!("10.0.0.{number}")]))).await,
            }
        })
        .await;
        let late = AuthorizationRefusal::WrongStatus(Disabled);
        assert!(refused.iter().all(|refusal| *refusal == late), "{refused:?}");
        assert_eq!(find(house, id).await.expect("reads").expect("there").status, Disabled);
        assert_eq!(acting_for(house, &provider.holder, &record.token).await.expect("reads"), None);
    });
}

#[test]
fn a_token_stands_for_its_merchant_while_it_is_authorized() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        for status in AuthorizationStatus::ALL {
            let record = standing(house, &provider, status).await;
            let acting = acting_for(house, &provider.holder, &record.token).await.expect("reads");
            assert_eq!(acting.is_some(), status == Authorized, "{status:?}");
            let Some(acting) = acting else { continue };
            assert_eq!((acting.authorization, &*acting.merchant.id), (record.id, MERCHANT));
            assert_eq!((acting.scopes, acting.ip_whitelist), (record.row.scopes, record.row.ip_whitelist));
        }
    });
}

#[test]
fn a_token_is_worth_nothing_to_anybody_else_and_no_other_text_is_one() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        let record = agreed(house, &provider).await;
        let other = house.merchant("77").await.holder;
        set_config(house, &other, allow(&["CONVERT", "CHECKOUT"])).await.expect("configured");
        for stranger in [other, holder_id(MERCHANT), holder_id("nobody")] {
            let acting = acting_for(house, &stranger, &record.token).await.expect("reads");
            assert_eq!(acting, None, "{stranger}");
        }
        let flipped: String = record.token.chars().rev().collect();
        let id = record.id.to_string();
        for text in ["", "%", "\0", &flipped, &record.token.to_uppercase(), &record.token[..31], &id] {
            assert_eq!(acting_for(house, &provider.holder, text).await.expect("reads"), None, "{text:?}");
        }
        assert!(acting_for(house, &provider.holder, &record.token).await.expect("reads").is_some());
    });
}

#[test]
fn whatever_the_merchants_status_the_token_names_it() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        let record = agreed(house, &provider).await;
        for status in [HolderStatus::Suspended, HolderStatus::Closed, HolderStatus::Active] {
            house.set_status(&record.merchant, status).await;
            let acting = acting_for(house, &provider.holder, &record.token).await.expect("reads");
            assert_eq!(acting.expect("acting").merchant.status, status);
        }
    });
}

#[test]
fn a_scope_taken_from_the_provider_stays_in_the_record_and_is_no_longer_of_use() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        let record = agreed(house, &provider).await;
        let early = asked(house, &provider).await;
        let usable = async || {
            let acting = acting_for(house, &provider.holder, &record.token).await.expect("reads");
            acting.expect("it is still authorized").scopes
        };
        assert_eq!(usable().await, ["CONVERT", "CHECKOUT"]);
        // More than it has a provider does not get.
        set_config(house, &provider.holder, allow(&["CHECKOUT", "REFUND"])).await.expect("set");
        assert_eq!(usable().await, ["CHECKOUT"]);
        let found = find(house, record.id).await.expect("reads").expect("there");
        assert_eq!(found.scopes, ["CONVERT", "CHECKOUT"]);
        // The merchant may still agree to what it was asked for before, and change the addresses alone.
        let late = agree(house, "m", early.id, None).await.expect("agreed");
        assert_eq!(late.scopes, ["CONVERT", "CHECKOUT"]);
        change(house, "m", record.id, None, Some(words(&["::1"]))).await.expect("changed");
        let refused = refusal(change(house, "m", record.id, Some(words(&["CONVERT"])), None).await);
        assert_eq!(refused, AuthorizationRefusal::Scope("CONVERT".to_owned()));
        set_config(house, &provider.holder, allow(&[])).await.expect("set");
        assert!(usable().await.is_empty());
        set_config(house, &provider.holder, allow(&["CONVERT", "CHECKOUT"])).await.expect("set");
        assert_eq!(usable().await, ["CONVERT", "CHECKOUT"]);
    });
}

#[test]
fn both_sides_read_of_every_step() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        let id = asked(house, &provider).await.id;
        house.advance(1_000).await;
        agree(house, "m", id, None).await.expect("agreed");
        change(house, "m", id, Some(words(&["CONVERT"])), None).await.expect("changed");
        disable(house, "m", id).await.expect("disabled");
        let second = asked(house, &provider).await.id;
        reject(house, "m", second).await.expect("rejected");
        let expected: Vec<(&str, PayId, Millis)> = vec![
            ("authorization.submitted", id, START),
            ("authorization.agreed", id, START.plus(1_000)),
            ("authorization.changed", id, START.plus(1_000)),
            ("authorization.disabled", id, START.plus(1_000)),
            ("authorization.submitted", second, START.plus(1_000)),
            ("authorization.rejected", second, START.plus(1_000)),
        ];
        for (holder, before) in [(MERCHANT, 1), (PROVIDER, 2)] {
            let events = events_of(house, holder, expected.len() + before).await;
            let told: Vec<_> = events[before..].iter().map(told).collect();
            assert_eq!(told, expected, "{holder}");
        }
    });
}

fn told(event: &Event) -> (&str, PayId, Millis) {
    (&event.kind, event.subject.parse().expect("an id"), event.at)
}

#[test]
fn a_stolen_database_shows_no_token() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        let record = agreed(house, &provider).await;
        let token = record.token.as_bytes();
        let holds = |bytes: &[u8], part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        let stored = store::authorization::find(house.store(), record.id).await.expect("reads");
        let row = stored.expect("there");
        assert!(!row.token.is_empty() && !holds(&row.token, &token[..8]));
        assert!(!format!("{row:?}").contains(&*record.token));
        if let Location::Sqlite(path) = house.database().location() {
            let folder = std::fs::read_dir(path.parent().expect("a folder")).expect("opens");
            let files: Vec<_> = folder.map(|file| file.expect("a file").path()).collect();
            let bytes: Vec<Vec<u8>> = files.iter().filter_map(|file| std::fs::read(file).ok()).collect();
            let digest = row.token_digest.as_bytes();
            assert!(bytes.iter().any(|file| holds(file, digest)), "the record is in no file");
            assert!(!bytes.iter().any(|file| holds(file, token)), "the token is in a file");
        }
    });
}

/// Another server on the same database, with another vault.
async fn with_vault(house: &TestHouse, vault: Vault) -> House {
    let tools = Tools { vault, ..house.tools().clone() };
    House::open(house.store().clone(), Mode::Twin, Rules::default(), tools).await.expect("opens")
}

#[test]
fn tokens_live_on_when_the_master_key_is_changed() {
    for_each_house(async |house| {
        let provider = provider(house).await;
        let old = agreed(house, &provider).await;
        let rotated = with_vault(house, Vault::new(&[8; 32]).with_former(&[7; 32])).await;
        let acting = acting_for(&rotated, &provider.holder, &old.token).await.expect("reads");
        assert_eq!(acting.expect("acting").authorization, old.id);
        let new = agreed(&rotated, &provider).await;
        let acting = acting_for(&rotated, &provider.holder, &new.token).await.expect("reads");
        assert_eq!(acting.expect("acting").authorization, new.id);
        let shown = page(&rotated, &provider.holder, None, 1, 10).await.expect("reads").rows;
        assert_eq!(shown, [new.clone(), old.clone()]);
        // A changed record keeps its token, and how it is found.
        disable(&rotated, "m", new.id).await.expect("disabled");
        assert_eq!(acting_for(&rotated, &provider.holder, &new.token).await.expect("reads"), None);

        // Without the former key its tokens are nobody's, and cannot be shown.
        let forgetful = with_vault(house, Vault::new(&[8; 32])).await;
        assert_eq!(acting_for(&forgetful, &provider.holder, &old.token).await.expect("reads"), None);
        let shown = page(&forgetful, &provider.holder, None, 1, 10).await;
        assert!(matches!(shown, Err(Abort::Failed(_))), "{shown:?}");
    });
}
