//! Accounts, journals, postings, events and jobs.

use super::{Free, PLAIN, Specimen};

const fn account(row: &'static str) -> Specimen {
    Specimen { row, named: &["holder || '/' || wallet || '/' || asset || '/' || bucket"], ..PLAIN }
}

pub(in super::super) const ACCOUNTS: &[Specimen] =
    &[account("bucket = 'available' AND version > 1"), account("bucket = 'frozen' AND balance > 0")];

pub(in super::super) const POSTINGS: &[Specimen] = &[
    account("kind = 'deposit' AND version = 1"),
    account("kind = 'order_payment' AND amount < 0"),
    account("kind = 'order_payment' AND bucket = 'frozen'"),
    account("kind = 'split_detail' AND bucket = 'available'"),
    account("kind = 'transfer_settle' AND bucket = 'frozen'"),
];

const ACTOR: &[Free] = &[("actor", "who caused it; no row of its family says so, too")];

const fn journal(row: &'static str, free: &'static [&'static [Free]]) -> Specimen {
    Specimen {
        row,
        named: &["'journal ' || CAST(id AS TEXT)", "reference || ' of ' || holder"],
        free,
        ..PLAIN
    }
}

pub(in super::super) const JOURNALS: &[Specimen] = &[
    journal("kind = 'deposit'", &[ACTOR]),
    journal("kind = 'freeze'", &[ACTOR]),
    journal("kind = 'order_payment'", &[ACTOR]),
    journal("kind = 'split_detail'", &[]),
    journal("kind = 'split_return'", &[ACTOR]),
    journal("kind = 'reserve_release' AND reference NOT LIKE '%/%'", &[ACTOR]),
    journal("kind = 'reserve_release' AND reference LIKE '%/%'", &[ACTOR]),
    journal("kind = 'convert_freeze'", &[ACTOR]),
    journal("kind = 'convert_settle'", &[ACTOR]),
    journal("kind = 'convert_release'", &[ACTOR]),
    journal("kind = 'exchange'", &[]),
    journal("kind = 'transfer_freeze'", &[]),
    journal("kind = 'transfer_settle'", &[]),
    journal("kind = 'transfer_release'", &[]),
];

const fn leg(row: &'static str) -> Specimen {
    Specimen {
        row,
        named: &[
            "'journal ' || CAST(journal AS TEXT)",
            "(SELECT j.reference || ' of ' || j.holder FROM journal j WHERE j.id = house_posting.journal)",
        ],
        free: &[&[("leg", "its place in its journal: it only tells two legs apart")]],
        ..PLAIN
    }
}

pub(in super::super) const HOUSE: &[Specimen] = &[
    leg("account = 'external'"),
    leg("account = 'fees'"),
    leg("account = 'position' AND amount < 0"),
    leg("account = 'spread'"),
];

const PLACE: &[Free] =
    &[("tx", "the number of its commit, which the engine gives"), ("seq", "its place in its commit")];
const TOLD_HERE_ALONE: &[Free] = &[("at", "no row of its family has this time, and nothing was posted")];

const fn event(row: &'static str) -> Specimen {
    Specimen { row, named: &["subject || ' of ' || holder"], free: &[PLACE], ..PLAIN }
}

const fn event_alone(row: &'static str) -> Specimen {
    Specimen { free: &[PLACE, TOLD_HERE_ALONE], ..event(row) }
}

pub(in super::super) const EVENTS: &[Specimen] = &[
    event("kind = 'account.opened'"),
    event("kind = 'convert.created'"),
    event("kind = 'convert.finished'"),
    event("kind = 'deposit.posted'"),
    event("kind = 'exchange.finished'"),
    event("kind = 'freeze.posted'"),
    event_alone("kind = 'order.closed'"),
    event("kind = 'order.created'"),
    event_alone("kind = 'order.expired'"),
    event("kind = 'order.paid'"),
    event("kind = 'order.reserve_released'"),
    event("kind = 'split.finished'"),
    event_alone("kind = 'split.processing'"),
    event("kind = 'split.return_failed'"),
    event("kind = 'split.returned'"),
    event("kind = 'split.submitted'"),
    event("kind = 'transfer.created'"),
    event("kind = 'transfer.finished'"),
    event("kind = 'transfer.received'"),
];

const WORK: &[Free] = &[
    ("class", "whose worker tries it; another class's moves it back"),
    ("due_at", "moved by every attempt and lease"),
    ("attempts", "counted up by every attempt"),
    ("dead", "given up, which an operator sees and takes back"),
    ("last_error", "why the last attempt failed"),
    ("leased_by", "who is at it now"),
    ("created_at", "nothing goes by it"),
];

const fn job(row: &'static str) -> Specimen {
    Specimen { row, named: &["subject || ' of ' || holder"], free: &[WORK], ..PLAIN }
}

pub(in super::super) const JOBS: &[Specimen] = &[
    job("kind = 'expire_order'"),
    job("kind = 'release_reserve'"),
    job("kind = 'settle_convert'"),
    job("kind = 'settle_split'"),
    job("kind = 'settle_transfer'"),
];
