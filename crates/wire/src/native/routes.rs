//! Every route of the native API. The OpenAPI document and the tests that call each route read this list.

use super::{
    AgreeAuthorization, ApiKey, Applied, Assets, Authorization, Balances, ChangeAuthorization,
    CreateMerchant, CreatePayer, Deposit, Events, Fixtures, HolderBalance, IssueApiKey, IssuedApiKey, Job,
    Merchant, Order, Page, PayOrder, Payer, Positions, PostDeposit, Posting, Rate, Rates, RatesSet,
    ReleasedReserve, Report, ReportFormat, Request, RequestReport, RetryJob, RotateServerKey, ServerKey,
    ServerKeys, ServiceProvider, SetRate, SetRates, SetStatus,
    query::{
        AuthorizationQuery, BalanceQuery, EventQuery, JobQuery, KeyQuery, OrderQuery, PageQuery, ReportQuery,
        RequestQuery, StatementQuery,
    },
    rule::{
        ApiKey as Key, AssetCode, BinanceId, CustomerId, HolderId, Kind, MerchantId, Number, Rule, Wanted,
    },
    world_first::{
        Account, Accounts, AddPublicKey, Client, CreateClient, CreateCustomer, Customer, GrantAccess,
        GrantedCode, OpenAccount, PublicKey, SetContract, SetProducts, Transfer,
    },
};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or acts.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// The name in a request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// Adds a type to a document's schemas and returns a reference to it.
pub(super) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// One operation.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, parameters in braces.
    pub path: &'static str,
    /// Its effect, in one line without a full stop.
    pub summary: &'static str,
    /// Its query string, if it has one.
    pub(super) query: Option<SchemaOf>,
    /// The request's body, if it has one.
    pub(super) request: Option<SchemaOf>,
    /// The status of a success.
    pub status: u16,
    /// The reply's body on success, if it has one.
    pub(super) response: Option<SchemaOf>,
    /// The media types of a success that is a file.
    pub file: &'static [&'static str],
    /// The statuses of its refusals, besides those of every call.
    pub refuses: &'static [u16],
    /// Whether it exists in a twin only.
    pub twin_only: bool,
    /// Whether it takes no token.
    pub open: bool,
}

const fn schema<T: JsonSchema>() -> Option<SchemaOf> {
    Some(SchemaGenerator::subschema_for::<T>)
}

impl Route {
    const fn new(method: Method, path: &'static str, summary: &'static str) -> Self {
        Self {
            method,
            path,
            summary,
            query: None,
            request: None,
            status: 200,
            response: None,
            file: &[],
            refuses: &[],
            twin_only: false,
            open: false,
        }
    }

    const fn get(path: &'static str, summary: &'static str) -> Self {
        Self::new(Method::Get, path, summary)
    }

    const fn post(path: &'static str, summary: &'static str) -> Self {
        Self::new(Method::Post, path, summary)
    }

    const fn put(path: &'static str, summary: &'static str) -> Self {
        Self::new(Method::Put, path, summary)
    }

    const fn query<T: JsonSchema>(self) -> Self {
        Self { query: schema::<T>(), ..self }
    }

    const fn takes<T: JsonSchema>(self) -> Self {
        Self { request: schema::<T>(), ..self }
    }

    const fn answers<T: JsonSchema>(self, status: u16) -> Self {
        Self { status, response: schema::<T>(), ..self }
    }

    const fn refuses(self, refuses: &'static [u16]) -> Self {
        Self { refuses, ..self }
    }

    /// Whether it takes a body.
    pub const fn takes_body(&self) -> bool {
        self.request.is_some()
    }

    /// The parameters of its path, each with its form. A path with an unknown name is 404, whatever the name's form.
    pub(super) fn names(&self) -> impl Iterator<Item = (&'static str, Rule)> {
        let names = self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        names.map(|name| (name, self.form(name)))
    }

    fn form(&self, name: &str) -> Rule {
        let of = |begin: &str| self.path.starts_with(begin);
        match name {
            "binance_id" => BinanceId::RULE,
            "prepay_id" => Number::RULE,
            "base" | "quote" => AssetCode::RULE,
            "key" => Key::RULE,
            "customer" => CustomerId::RULE,
            _ if of("/v1/merchants") => MerchantId::RULE,
            _ if of("/v1/world-first/customers") => CustomerId::RULE,
            _ if of("/v1/holders") || of("/v1/world-first/clients") => HolderId::RULE,
            _ if of("/v1/requests") => Wanted::RULE,
            _ => Number::RULE,
        }
    }

    const fn file(self, file: &'static [&'static str]) -> Self {
        Self { file, ..self }
    }

    const fn statement(self) -> Self {
        const STATEMENT: &[&str] = &[ReportFormat::Csv.media_type(), ReportFormat::Jsonl.media_type()];
        self.file(STATEMENT)
    }

    const fn twin(self) -> Self {
        Self { twin_only: true, ..self }
    }
}

/// The route of the server's public key.
const PUBLIC_KEY: &str = "/v1/world-first/public-key";

/// Every route, in the order of the documentation.
pub static ROUTES: &[Route] = &[
    Route::get("/v1/merchants", "List merchants").query::<PageQuery>().answers::<Page<Merchant>>(200),
    Route::post("/v1/merchants", "Make a merchant")
        .takes::<CreateMerchant>()
        .answers::<Merchant>(201)
        .refuses(&[409]),
    Route::get("/v1/merchants/{id}", "Read a merchant").answers::<Merchant>(200),
    Route::new(Method::Patch, "/v1/merchants/{id}", "Suspend, close or reopen a merchant")
        .takes::<SetStatus>()
        .answers::<Merchant>(200),
    Route::get("/v1/merchants/{id}/api-keys", "List a merchant's API keys").answers::<Page<ApiKey>>(200),
    Route::post("/v1/merchants/{id}/api-keys", "Issue an API key; its secret is shown this once")
        .takes::<IssueApiKey>()
        .answers::<IssuedApiKey>(201)
        .refuses(&[409]),
    Route {
        status: 204,
        ..Route::new(Method::Delete, "/v1/merchants/{id}/api-keys/{key}", "Revoke an API key")
    },
    Route::get("/v1/merchants/{id}/service-provider", "Read what a merchant may ask others for")
        .answers::<ServiceProvider>(200),
    Route::put("/v1/merchants/{id}/service-provider", "Make a merchant a technical service provider")
        .takes::<ServiceProvider>()
        .answers::<ServiceProvider>(200),
    Route::get("/v1/authorizations", "List what providers asked merchants for")
        .query::<AuthorizationQuery>()
        .answers::<Page<Authorization>>(200),
    Route::get("/v1/authorizations/{id}", "Read an authorization").answers::<Authorization>(200),
    Route::post("/v1/authorizations/{id}/agree", "Agree to it for the merchant")
        .takes::<AgreeAuthorization>()
        .answers::<Authorization>(200)
        .refuses(&[409]),
    Route::post("/v1/authorizations/{id}/reject", "Refuse it for the merchant")
        .answers::<Authorization>(200)
        .refuses(&[409]),
    Route::post("/v1/authorizations/{id}/change", "Change what the provider may do")
        .takes::<ChangeAuthorization>()
        .answers::<Authorization>(200)
        .refuses(&[409]),
    Route::post("/v1/authorizations/{id}/disable", "Revoke it for the merchant")
        .answers::<Authorization>(200)
        .refuses(&[409]),
    Route::get("/v1/payers", "List payers").query::<PageQuery>().answers::<Page<Payer>>(200),
    Route::post("/v1/payers", "Make a payer").takes::<CreatePayer>().answers::<Payer>(201).refuses(&[409]),
    Route::get("/v1/payers/{binance_id}", "Read a payer").answers::<Payer>(200),
    Route::new(Method::Patch, "/v1/payers/{binance_id}", "Close or reopen a payer")
        .takes::<SetStatus>()
        .answers::<Payer>(200),
    Route::get("/v1/balances", "List what all holders have")
        .query::<PageQuery>()
        .answers::<Page<HolderBalance>>(200),
    Route::get("/v1/holders/{id}/balances", "Read what a holder has, or had at a time")
        .query::<BalanceQuery>()
        .answers::<Balances>(200),
    Route::get(
        "/v1/holders/{id}/statement",
        "Read what happened to a holder's balances in a period, as a file",
    )
    .query::<StatementQuery>()
    .statement()
    .refuses(&[406]),
    Route::get("/v1/holders/{id}/journal", "List the postings to a holder's accounts, account by account")
        .query::<PageQuery>()
        .answers::<Page<Posting>>(200),
    Route::post("/v1/deposits", "Credit a holder's wallet; in a twin only")
        .takes::<PostDeposit>()
        .answers::<Deposit>(200)
        .twin()
        .refuses(&[404, 409]),
    Route::get("/v1/orders", "List orders, merchant by merchant, each one's newest first")
        .query::<OrderQuery>()
        .answers::<Page<Order>>(200),
    Route::get("/v1/orders/{prepay_id}", "Read an order").answers::<Order>(200),
    Route::post("/v1/orders/{prepay_id}/pay", "Pay an order as any payer")
        .takes::<PayOrder>()
        .answers::<Order>(200)
        .twin()
        .refuses(&[409]),
    Route::post("/v1/orders/{prepay_id}/release-reserve", "Release what is left of an order's split reserve")
        .answers::<ReleasedReserve>(200)
        .refuses(&[409]),
    Route::get("/v1/reports", "List reports, the oldest first")
        .query::<ReportQuery>()
        .answers::<Page<Report>>(200),
    Route::post("/v1/reports", "Request a report")
        .takes::<RequestReport>()
        .answers::<Report>(201)
        .refuses(&[404]),
    Route::get("/v1/reports/{id}", "Read a report, and how far it is").answers::<Report>(200),
    Route::post("/v1/reports/{id}/cancel", "Cancel a report that is not finished")
        .answers::<Report>(200)
        .refuses(&[409]),
    Route::get("/v1/reports/{id}/file", "Download a report's file").statement().refuses(&[409, 410, 416]),
    Route::get("/v1/requests", "List recent requests, the newest first")
        .query::<RequestQuery>()
        .answers::<Page<Request>>(200),
    Route::get("/v1/requests/{id}", "Read a request, and why its signature was refused")
        .answers::<Request>(200),
    Route::get("/v1/jobs", "List jobs").query::<JobQuery>().answers::<Page<Job>>(200),
    Route {
        status: 204,
        ..Route::post("/v1/jobs/retry", "Retry a job now, dead or not")
            .takes::<RetryJob>()
            .refuses(&[404, 409])
    },
    Route::get("/v1/events", "Read events, and wait for them").query::<EventQuery>().answers::<Events>(200),
    Route::post("/v1/fixtures", "Apply fixtures, in JSON or TOML: all of them or none")
        .takes::<Fixtures>()
        .answers::<Applied>(200)
        .refuses(&[409]),
    Route::get("/v1/assets", "List assets").answers::<Assets>(200),
    Route::get("/v1/rates", "List rates").answers::<Rates>(200),
    Route::post("/v1/rates", "Set rates: all of them or none")
        .takes::<SetRates>()
        .answers::<RatesSet>(200)
        .refuses(&[409]),
    Route::put("/v1/rates/{base}/{quote}", "Set a rate")
        .takes::<SetRate>()
        .answers::<Rate>(200)
        .refuses(&[409]),
    Route { status: 204, ..Route::new(Method::Delete, "/v1/rates/{base}/{quote}", "Remove a rate") },
    Route {
        status: 204,
        ..Route::new(Method::Delete, "/v1/rates/{base}/{quote}/limits", "Remove the limits of a rate")
    },
    Route::get("/v1/house/position", "Read the house's position").answers::<Positions>(200),
    Route::get("/v1/world-first/customers", "List customers")
        .query::<PageQuery>()
        .answers::<Page<Customer>>(200),
    Route::post("/v1/world-first/customers", "Make a customer")
        .takes::<CreateCustomer>()
        .answers::<Customer>(201)
        .refuses(&[409]),
    Route::get("/v1/world-first/customers/{id}", "Read a customer").answers::<Customer>(200),
    Route::new(Method::Patch, "/v1/world-first/customers/{id}", "Set the status of a customer's contract")
        .takes::<SetContract>()
        .answers::<Customer>(200),
    Route::get("/v1/world-first/customers/{id}/accounts", "Read a customer's accounts")
        .answers::<Accounts>(200),
    Route::post("/v1/world-first/customers/{id}/accounts", "Open an account, or find the one that is open")
        .takes::<OpenAccount>()
        .answers::<Account>(200),
    Route::get("/v1/world-first/transfers/{id}", "Read a transfer").answers::<Transfer>(200),
    Route::get("/v1/world-first/clients", "List clients").query::<PageQuery>().answers::<Page<Client>>(200),
    Route::post("/v1/world-first/clients", "Make a client")
        .takes::<CreateClient>()
        .answers::<Client>(201)
        .refuses(&[409]),
    Route::get("/v1/world-first/clients/{id}", "Read a client").answers::<Client>(200),
    Route::post("/v1/world-first/clients/{id}/keys", "Add a public key to a client")
        .takes::<AddPublicKey>()
        .answers::<PublicKey>(201)
        .refuses(&[409]),
    Route::put("/v1/world-first/clients/{id}/products", "Set what a client may do")
        .takes::<SetProducts>()
        .answers::<Client>(200),
    Route {
        status: 204,
        ..Route::put("/v1/world-first/clients/{id}/connected/{customer}", "Let a client act for a customer")
    },
    Route {
        status: 204,
        ..Route::new(
            Method::Delete,
            "/v1/world-first/clients/{id}/connected/{customer}",
            "End that a client acts for a customer",
        )
    },
    Route::post(
        "/v1/world-first/grants",
        "Grant a client access for a customer; the code is shown this once",
    )
    .takes::<GrantAccess>()
    .answers::<GrantedCode>(201)
    .refuses(&[404]),
    Route::get("/v1/binance-pay/certificates", "List the keys that sign webhooks, the current first")
        .answers::<ServerKeys>(200),
    Route::post(
        "/v1/binance-pay/certificates",
        "Rotate the key of webhooks, to a given one or one that is made",
    )
    .takes::<RotateServerKey>()
    .answers::<ServerKey>(201),
    Route::get("/v1/world-first/server-keys", "List the keys that the server signs with, the current first")
        .answers::<ServerKeys>(200),
    Route::post("/v1/world-first/server-keys", "Rotate the server's key, to a given one or one that is made")
        .takes::<RotateServerKey>()
        .answers::<ServerKey>(201),
    Route {
        open: true,
        ..Route::get(PUBLIC_KEY, "Read the public key that replies are checked with, as PEM and no JSON")
            .query::<KeyQuery>()
            .file(&["application/x-pem-file"])
            .refuses(&[404])
    },
    Route {
        open: true,
        ..Route::get("/v1/openapi.json", "Read this document").answers::<serde_json::Value>(200)
    },
];
