//! Events: one row per state change of a business object, in the order of commits.

use crate::{
    Failure, Store, Tx,
    row::{row, select},
    tx::Read,
};
use ledger::Millis;

/// Every kind of event with its name.
macro_rules! event_kinds {
    ($($kind:ident = $word:literal,)+) => {
        /// The kind of an event.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum EventKind {
            $(#[doc = concat!("`", $word, "`")] $kind,)+
        }

        impl EventKind {
            /// The name in the database and on the native API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(EventKind::$kind => $word,)+
                }
            }
        }
    };
}

event_kinds! {
    MerchantCreated = "merchant.created",
    MerchantActivated = "merchant.activated",
    MerchantSuspended = "merchant.suspended",
    MerchantClosed = "merchant.closed",
    PayerCreated = "payer.created",
    PayerActivated = "payer.activated",
    PayerSuspended = "payer.suspended",
    PayerClosed = "payer.closed",
    CustomerCreated = "customer.created",
    CustomerActivated = "customer.activated",
    CustomerSuspended = "customer.suspended",
    CustomerClosed = "customer.closed",
    CustomerContractChanged = "customer.contract_changed",
    CustomerGranted = "customer.granted",
    CustomerAuthorized = "customer.authorized",
    CustomerRevoked = "customer.revoked",
    AccountOpened = "account.opened",
    ClientCreated = "client.created",
    ClientConnected = "client.connected",
    ClientDisconnected = "client.disconnected",
    ClientKeyAdded = "client.key_added",
    ClientProductsChanged = "client.products_changed",
    ApiKeyIssued = "api_key.issued",
    ApiKeyRevoked = "api_key.revoked",
    DepositPosted = "deposit.posted",
    FreezePosted = "freeze.posted",
    OrderCreated = "order.created",
    OrderPaid = "order.paid",
    OrderClosed = "order.closed",
    OrderExpired = "order.expired",
    OrderReserveReleased = "order.reserve_released",
    ReceiverAdded = "receiver.added",
    ReceiverRemoved = "receiver.removed",
    SplitSubmitted = "split.submitted",
    SplitProcessing = "split.processing",
    SplitFinished = "split.finished",
    SplitReturned = "split.returned",
    SplitReturnFailed = "split.return_failed",
    ConvertCreated = "convert.created",
    ConvertFinished = "convert.finished",
    ExchangeFinished = "exchange.finished",
    TransferCreated = "transfer.created",
    TransferFinished = "transfer.finished",
    TransferReceived = "transfer.received",
    ReportRequested = "report.requested",
    ReportFinished = "report.finished",
    ReportFailed = "report.failed",
    ReportCancelled = "report.cancelled",
    ReportExpired = "report.expired",
    ServiceProviderConfigured = "service_provider.configured",
    AuthorizationSubmitted = "authorization.submitted",
    AuthorizationAgreed = "authorization.agreed",
    AuthorizationRejected = "authorization.rejected",
    AuthorizationChanged = "authorization.changed",
    AuthorizationDisabled = "authorization.disabled",
}

row! {
    /// A state change.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct EventRow in event {
        /// The owner of the object.
        pub holder: String,
        /// The number of the commit that changed it.
        pub tx: i64,
        /// Its position in the commit, from 0.
        pub seq: i64,
        /// The name of its [`EventKind`]; a newer program may have written a kind unknown to this one.
        pub kind: String,
        /// The object.
        pub subject: String,
        /// The time of the change.
        pub at: Millis,
    }
}

/// Writes an event.
pub async fn record(
    tx: &mut Tx<'_>,
    holder: &str,
    kind: EventKind,
    subject: &str,
    at: Millis,
) -> Result<(), Failure> {
    let sql = "INSERT INTO event (holder, tx, seq, kind, subject, at) \
               VALUES ($1, current_tx(), $2, $3, $4, $5)";
    let seq = tx.events;
    tx.events += 1;
    tx.execute(sql, &[&holder, &seq, &kind.as_str(), &subject, &at]).await?;
    Ok(())
}

/// Events after a position in the order of commits, of all holders. Stops before the first commit that an
/// earlier one may still follow, so that a reader that continues from the last row misses none.
pub async fn list(store: &Store, after: (i64, i64), limit: i64) -> Result<Vec<EventRow>, Failure> {
    let sql = select!(EventRow, "WHERE (tx, seq) > ($1, $2) AND tx < safe_tx() ORDER BY tx, seq LIMIT $3");
    store.query(sql, &[&after.0, &after.1, &limit]).await
}

/// The latest event visible to [`list`].
pub async fn latest(store: &Store) -> Result<Option<EventRow>, Failure> {
    let sql = select!(EventRow, "WHERE tx < safe_tx() ORDER BY tx DESC, seq DESC LIMIT 1");
    store.first(sql, &[]).await
}

/// The same as [`list`], of one holder.
pub async fn list_of(
    store: &Store,
    holder: &str,
    after: (i64, i64),
    limit: i64,
) -> Result<Vec<EventRow>, Failure> {
    let sql = select!(
        EventRow,
        "WHERE holder = $1 AND (tx, seq) > ($2, $3) AND tx < safe_tx() ORDER BY tx, seq LIMIT $4"
    );
    store.query(sql, &[&holder, &after.0, &after.1, &limit]).await
}
