//! Builders for the usual first steps of cases. Each panics if it fails.

use super::TestHouse;
use house::{
    Abort, Caller, balance,
    deposit::{self, NewDeposit, Payer},
    fixture,
    holder::{self, HolderStatus, NewHolder},
    order::{self, NewOrder, Order, Price},
    profit_sharing::{
        self, NewReturn, NewShare, NewSplit, Return, ReturnRefusal, Split, SplitRef, SplitRefusal,
    },
};
use ledger::{HolderId, Wallet};
use money::Decimal;

/// The asset that builders use.
pub const USDT: &str = "USDT";

/// An amount as tests write it.
///
/// # Panics
/// When the text is not a number.
pub fn decimal(text: &str) -> Decimal {
    Decimal::parse(text).expect("a number")
}

/// A holder's id.
///
/// # Panics
/// When the text is not an id.
pub fn holder_id(id: &str) -> HolderId {
    HolderId::new(id).expect("a holder id")
}

/// An order of `amount` USDT that may be split, not created yet.
pub fn new_order(trade_no: &str, amount: &str) -> NewOrder {
    NewOrder {
        merchant_trade_no: trade_no.to_owned(),
        price: Price::Asset { currency: USDT.to_owned(), amount: decimal(amount) },
        trade_type: "WEB".to_owned(),
        product_type: "01".to_owned(),
        product_name: "Ice cream".to_owned(),
        product_detail: None,
        pass_through_info: None,
        webhook_url: None,
        return_url: None,
        cancel_url: None,
        only_payer: None,
        expire_at: None,
        max_ttl_ms: None,
        profit_sharing: true,
    }
}

/// A split of an order, not submitted yet: accounts with their amounts.
pub fn new_split(request_id: &str, order: &Order, shares: &[(&str, &str)]) -> NewSplit {
    let share = |(account, amount): &(&str, &str)| NewShare {
        account: (*account).to_owned(),
        amount: decimal(amount),
        description: "share".to_owned(),
        webhook_url: None,
    };
    NewSplit {
        merchant_request_id: request_id.to_owned(),
        prepay_id: order.row.prepay_id.to_string(),
        shares: shares.iter().map(share).collect(),
    }
}

/// A return from a receiver of the split with a request id, not made yet.
pub fn new_return(
    return_no: &str,
    order: &Order,
    request_id: &str,
    account: &str,
    amount: &str,
) -> NewReturn {
    NewReturn {
        merchant_return_no: return_no.to_owned(),
        prepay_id: order.row.prepay_id.to_string(),
        split: SplitRef::Request(request_id.to_owned()),
        account: account.to_owned(),
        amount: decimal(amount),
        description: None,
        webhook_url: None,
    }
}

impl TestHouse {
    /// Creates a holder.
    pub async fn holder(&self, new: &NewHolder) -> HolderId {
        holder::create(self, new).await.expect("a holder is made").id
    }

    /// Creates a merchant with the usual terms; returns the caller for its calls. Its id is its number.
    pub async fn merchant(&self, id: &str) -> Caller {
        let holder = self.holder(&fixture::merchant(id, "Corner Shop", None)).await;
        Caller { holder, actor: "key:test".to_owned() }
    }

    /// Creates a payer without money.
    pub async fn payer(&self, binance_id: &str) -> HolderId {
        self.holder(&fixture::payer(binance_id, "Somebody")).await
    }

    /// Creates a payer with USDT.
    pub async fn funded(&self, binance_id: &str, amount: &str) -> HolderId {
        let holder = self.payer(binance_id).await;
        self.deposit(&holder, amount).await;
        holder
    }

    /// Credits USDT to a funding wallet.
    pub async fn deposit(&self, holder: &HolderId, amount: &str) {
        let caller = Caller { holder: holder.clone(), actor: "test".to_owned() };
        let new = NewDeposit {
            wallet: Wallet::Funding,
            asset: USDT.to_owned(),
            amount: decimal(amount),
            reference: format!("deposit {}", self.next_deposit()),
            payer: Payer::default(),
        };
        let deposited = deposit::post(self, &caller, &new).await.expect("money is credited");
        assert!(deposited.new, "the deposit was made before");
    }

    /// Creates an unpaid order of USDT that may be split.
    pub async fn order(&self, merchant: &Caller, trade_no: &str, amount: &str) -> Order {
        order::create(self, merchant, new_order(trade_no, amount)).await.expect("an order is made")
    }

    /// Pays an order.
    pub async fn pay(&self, order: &Order, payer: &HolderId) -> Order {
        order::pay(self, "test", &order.row.prepay_id.to_string(), payer).await.expect("the order is paid")
    }

    /// Creates an order of USDT and pays it; all of it is its split reserve.
    pub async fn paid(&self, merchant: &Caller, trade_no: &str, amount: &str, payer: &HolderId) -> Order {
        let order = self.order(merchant, trade_no, amount).await;
        self.pay(&order, payer).await
    }

    /// Binds receivers.
    pub async fn bind(&self, merchant: &Caller, accounts: &[&str]) {
        for account in accounts {
            profit_sharing::add_receiver(self, merchant, account).await.expect("the receiver is bound");
        }
    }

    /// Submits a split.
    ///
    /// # Errors
    /// The refusal of the house.
    pub async fn split(
        &self,
        merchant: &Caller,
        request_id: &str,
        order: &Order,
        shares: &[(&str, &str)],
    ) -> Result<Split, Abort<SplitRefusal>> {
        profit_sharing::submit_split(self, merchant, new_split(request_id, order, shares)).await
    }

    /// Submits a split and settles it.
    pub async fn settled(
        &self,
        merchant: &Caller,
        request_id: &str,
        order: &Order,
        shares: &[(&str, &str)],
    ) -> Split {
        self.split(merchant, request_id, order, shares).await.expect("the split is taken");
        self.run_jobs().await;
        self.found(merchant, request_id, order).await
    }

    /// Finds a split.
    pub async fn found(&self, merchant: &Caller, request_id: &str, order: &Order) -> Split {
        let prepay_id = order.row.prepay_id.to_string();
        profit_sharing::find_split(self, &merchant.holder, request_id, &prepay_id)
            .await
            .expect("the split is found")
    }

    /// Returns money of a split.
    ///
    /// # Errors
    /// The refusal of the house.
    pub async fn give_back(
        &self,
        merchant: &Caller,
        new: &NewReturn,
    ) -> Result<Return, Abort<ReturnRefusal>> {
        profit_sharing::return_split(self, merchant, new.clone()).await
    }

    /// Sets a holder's status.
    pub async fn set_status(&self, holder: &HolderId, status: HolderStatus) {
        holder::set_status(self, holder, status).await.expect("the status is set");
    }

    /// The USDT in a holder's funding wallet: `80 and 20 frozen`.
    pub async fn holds(&self, holder: &str) -> String {
        let balances = balance::of(self, &holder_id(holder)).await.expect("the balance is read");
        let usdt = balances
            .iter()
            .find(|balance| balance.asset.as_str() == USDT && balance.wallet == Wallet::Funding);
        match usdt {
            Some(usdt) => {
                let (available, frozen) =
                    (usdt.available.to_decimal(usdt.scale), usdt.frozen.to_decimal(usdt.scale));
                format!("{available} and {frozen} frozen")
            }
            None => "nothing".to_owned(),
        }
    }
}
