//! Webhooks: how the provider proves that it sent one. The page is called `webhook-query-certificate`.

pub mod certificates;
