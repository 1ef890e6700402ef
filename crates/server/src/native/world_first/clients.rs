//! `/v1/world-first/clients` and `/v1/world-first/grants`

use crate::{
    app::App,
    native::{
        cursor,
        deposits::ADMIN,
        extract::{JsonBody, Params, limit},
        refused::{Refused, aborted},
    },
};
use axum::{
    Json,
    extract::{Path, State},
};
use house::world_first::{
    Product,
    client::{self, ClientRefusal, NewClient},
    oauth::{self, GrantRefusal},
};
use http::StatusCode;
use ledger::HolderId;
use std::sync::Arc;
use wire::{
    native::{
        Page, Time,
        query::PageQuery,
        world_first::{AddPublicKey, Client, CreateClient, GrantAccess, GrantedCode, PublicKey, SetProducts},
    },
    world_first::VerifyingKey,
};

pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Params(query): Params<PageQuery>,
) -> Result<Json<Page<Client>>, Refused> {
    let limit = limit(query.limit);
    let rows = client::list(&app.house, query.after.as_deref(), limit + 1).await?;
    let page = cursor::page(rows, limit, |row| row.client_id.clone(), shown);
    let items = page.items.into_iter().collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next: page.next }))
}

pub(crate) async fn create(
    State(app): State<Arc<App>>,
    JsonBody(asked): JsonBody<CreateClient>,
) -> Result<(StatusCode, Json<Client>), Refused> {
    let new = NewClient {
        client_id: asked.id,
        customer: asked.customer,
        connected: asked.connected,
        products: products(&asked.products)?,
    };
    let made = client::create(&app.house, &new).await;
    app.clients.forget(&new.client_id);
    let made = made.map_err(|abort| aborted(abort, refused))?;
    Ok((StatusCode::CREATED, Json(shown(made)?)))
}

pub(crate) async fn read(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
) -> Result<Json<Client>, Refused> {
    find(&app, &id).await.map(Json)
}

pub(crate) async fn add_key(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    JsonBody(asked): JsonBody<AddPublicKey>,
) -> Result<(StatusCode, Json<PublicKey>), Refused> {
    let key = VerifyingKey::from_pem(&asked.pem)
        .map_err(|error| Refused::invalid(format_args!("pem: the key {error}")))?;
    let added = client::add_key(&app.house, &id, asked.version, key.to_der()).await;
    app.clients.forget(&id);
    let version = added.map_err(|abort| aborted(abort, refused))?;
    Ok((StatusCode::CREATED, Json(PublicKey { version, pem: key.to_pem() })))
}

pub(crate) async fn set_products(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    JsonBody(asked): JsonBody<SetProducts>,
) -> Result<Json<Client>, Refused> {
    let set = client::set_products(&app.house, &id, &products(&asked.products)?).await;
    app.clients.forget(&id);
    set.map_err(|abort| aborted(abort, refused))?;
    find(&app, &id).await.map(Json)
}

pub(crate) async fn connect(
    State(app): State<Arc<App>>,
    Path((id, customer)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    let done = client::connect(&app.house, &id, &customer).await;
    app.clients.forget(&id);
    done.map_err(|abort| aborted(abort, refused))?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn disconnect(
    State(app): State<Arc<App>>,
    Path((id, customer)): Path<(String, String)>,
) -> Result<StatusCode, Refused> {
    let done = client::disconnect(&app.house, &id, &customer).await;
    app.clients.forget(&id);
    done.map_err(|abort| aborted(abort, refused))?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn grant(
    State(app): State<Arc<App>>,
    JsonBody(asked): JsonBody<GrantAccess>,
) -> Result<(StatusCode, Json<GrantedCode>), Refused> {
    let granted = oauth::grant(&app.house, ADMIN, &asked.client, &asked.customer).await;
    let granted = granted.map_err(|abort| aborted(abort, not_granted))?;
    let expire_at = Time::from_millis(granted.expire_at.get());
    Ok((StatusCode::CREATED, Json(GrantedCode { code: granted.code.to_string(), expire_at })))
}

async fn find(app: &App, id: &str) -> Result<Client, Refused> {
    let found = client::find(&app.house, id).await?;
    found.ok_or_else(|| Refused::unknown("client")).and_then(shown)
}

fn products(words: &[String]) -> Result<Vec<Product>, Refused> {
    let product = |word: &String| {
        Product::parse(word).ok_or_else(|| {
            let all = Product::ALL.map(Product::as_str).join(", ");
            Refused::invalid(format_args!("products must be some of {all}"))
        })
    };
    words.iter().map(product).collect()
}

fn refused(refusal: ClientRefusal) -> Refused {
    match refusal {
        ClientRefusal::NotFound => Refused::unknown("client"),
        ClientRefusal::NotConnected => Refused::unknown("connection"),
        ClientRefusal::Exists | ClientRefusal::KeyExists(_) => Refused::conflict("exists", refusal),
        ClientRefusal::IdShape | ClientRefusal::NoCustomer(_) | ClientRefusal::KeyVersion => {
            Refused::invalid(refusal)
        }
    }
}

fn not_granted(refusal: GrantRefusal) -> Refused {
    match refusal {
        GrantRefusal::NoClient => Refused::unknown("client"),
        GrantRefusal::NoCustomer => Refused::unknown("customer"),
    }
}

fn shown(client: client::Client) -> Result<Client, Refused> {
    let key = |(version, der): (&i64, &Vec<u8>)| {
        let key = VerifyingKey::from_der(der).map_err(|error| {
            tracing::error!(client = client.client_id, version, %error, "a key in the database is not valid");
            Refused::internal()
        })?;
        Ok(PublicKey { version: *version, pem: key.to_pem() })
    };
    let public_keys = client.keys.iter().map(key).collect::<Result<_, Refused>>()?;
    Ok(Client {
        id: client.client_id,
        customer: client.customer.as_ref().map(HolderId::to_string),
        connected: client.connected.iter().map(HolderId::to_string).collect(),
        products: client.products.into_iter().map(|product| product.as_str().to_owned()).collect(),
        public_keys,
        created_at: Time::from_millis(client.created_at.get()),
    })
}
