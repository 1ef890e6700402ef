//! Customers, their accounts and balances.

use clap::{Args, Subcommand, ValueEnum};
use client::Native;
use wire::native::{
    Decimal, Deposit as Deposited, PostDeposit,
    world_first::{Account, ContractState, CreateCustomer, Customer, OpenAccount, SetContract},
};

use crate::{
    admin::{
        pages,
        report::{Column, Report},
    },
    exit::Failure,
};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List customers by id
    List,
    /// Make one
    Create {
        #[command(flatten)]
        which: Which,
        /// A name for people
        #[arg(value_name = "NAME")]
        name: String,
        /// The status of its contract
        #[arg(long, value_name = "STATE", value_enum, default_value = "in_force")]
        contract: Contract,
    },
    /// Set the status of its contract
    Contract {
        #[command(flatten)]
        which: Which,
        /// The new status
        #[arg(value_name = "STATE", value_enum)]
        contract: Contract,
    },
    /// List its accounts, and what is in them
    Accounts(Which),
    /// Open an account for it, or find the one that is open
    OpenAccount {
        #[command(flatten)]
        which: Which,
        /// The currency
        #[arg(value_name = "CURRENCY")]
        currency: String,
        #[command(flatten)]
        kind: Kind,
    },
}

#[derive(Args)]
pub(crate) struct Which {
    /// The customer's id
    #[arg(value_name = "CUSTOMER_ID")]
    id: String,
}

#[derive(Args)]
pub(crate) struct Kind {
    /// The balance type: NORMAL_BALANCE or SAME_NAME_TOP_UP_BALANCE
    #[arg(long = "type", value_name = "TYPE", default_value = "NORMAL_BALANCE")]
    balance_type: String,
}

/// The states of a contract as words.
#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Contract {
    InForce,
    Expired,
    None,
}

#[derive(Args)]
pub(crate) struct Deposit {
    #[command(flatten)]
    which: Which,
    /// How much, above zero
    #[arg(value_name = "AMOUNT")]
    amount: Decimal,
    /// The currency
    #[arg(value_name = "CURRENCY")]
    currency: String,
    /// Names the deposit among the customer's; given again, nothing more is credited
    #[arg(long, value_name = "TEXT")]
    reference: String,
    #[command(flatten)]
    kind: Kind,
    #[command(flatten)]
    payer: Payer,
}

#[derive(Args)]
struct Payer {
    /// The name of the payer
    #[arg(long, value_name = "NAME")]
    payer_name: Option<String>,
    /// The account that it was paid from
    #[arg(long, value_name = "NUMBER")]
    payer_account: Option<String>,
    /// The bank of that account
    #[arg(long, value_name = "NAME")]
    payer_bank: Option<String>,
    /// The remark of the payer
    #[arg(long, value_name = "TEXT")]
    remark: Option<String>,
}

/// Runs the command.
pub(super) async fn run(native: &Native, command: &Command, report: Report) -> Result<(), Failure> {
    match command {
        Command::List => list(native, report).await,
        Command::Create { which, name, contract } => {
            let contract = (*contract).into();
            let new = CreateCustomer { id: which.id.clone(), name: name.clone(), contract };
            let made = native.create_customer(&new).await?;
            report.done(&made, format_args!("made {}", made.id));
            Ok(())
        }
        Command::Contract { which, contract } => {
            let set = native.set_contract(&which.id, &SetContract { contract: (*contract).into() }).await?;
            report.done(&set, format_args!("{}: contract {}", set.id, set.contract.as_str()));
            Ok(())
        }
        Command::Accounts(which) => {
            let answer = native.accounts(&which.id).await?;
            let columns = [
                Column::Text("ACCOUNT"),
                Column::Text("CURRENCY"),
                Column::Text("TYPE"),
                Column::Number("AVAILABLE"),
                Column::Number("FROZEN"),
                Column::Number("TOTAL"),
            ];
            report.list(&answer, "accounts", columns, answer.accounts.iter().map(account_row));
            Ok(())
        }
        Command::OpenAccount { which, currency, kind } => {
            let balance_type = Some(kind.balance_type.clone());
            let new = OpenAccount { currency: currency.clone(), balance_type };
            let account = native.open_account(&which.id, &new).await?;
            let Account { account_no, currency, balance_type, .. } = &account;
            report.done(&account, format_args!("{account_no}: {currency} {balance_type}"));
            Ok(())
        }
    }
}

/// Credits an account.
pub(super) async fn deposit(native: &Native, asked: &Deposit, report: Report) -> Result<(), Failure> {
    let new = PostDeposit {
        holder: asked.which.id.clone(),
        wallet: asked.kind.balance_type.clone(),
        asset: asked.currency.clone(),
        amount: asked.amount,
        reference: asked.reference.clone(),
        payer_name: asked.payer.payer_name.clone(),
        payer_account: asked.payer.payer_account.clone(),
        payer_bank: asked.payer.payer_bank.clone(),
        remark: asked.payer.remark.clone(),
    };
    let done: Deposited = native.post("/v1/deposits", &new).await?;
    let credited = if done.new { "credited" } else { "credited before" };
    report.done(&done, format_args!("{credited}: {} {}", done.amount, done.asset));
    Ok(())
}

async fn list(native: &Native, report: Report) -> Result<(), Failure> {
    let all = pages::all(async |after| native.customers(after.as_deref()).await).await?;
    let columns = ["ID", "NAME", "CONTRACT", "MADE"].map(Column::Text);
    report.list(&all, "customers", columns, all.items.iter().map(row));
    Ok(())
}

fn row(customer: &Customer) -> [String; 4] {
    let contract = customer.contract.as_str().to_owned();
    [customer.id.clone(), customer.name.clone(), contract, customer.created_at.to_string()]
}

fn account_row(account: &Account) -> [String; 6] {
    [
        account.account_no.clone(),
        account.currency.clone(),
        account.balance_type.clone(),
        account.available.to_string(),
        account.frozen.to_string(),
        account.total.to_string(),
    ]
}

impl From<Contract> for ContractState {
    fn from(word: Contract) -> Self {
        match word {
            Contract::InForce => ContractState::InForce,
            Contract::Expired => ContractState::Expired,
            Contract::None => ContractState::None,
        }
    }
}
