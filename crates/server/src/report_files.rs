//! The store of report files: a folder, or a bucket of an S3-compatible store.

mod leftovers;

pub use leftovers::sweep;

use crate::settings::{Reports, Settings};
use object_store::{
    ClientOptions, Error, ObjectStore, ObjectStoreExt as _, RetryConfig, aws::AmazonS3Builder,
    local::LocalFileSystem, path::Path, prefix::PrefixStore,
};
use std::{
    fs,
    io::{self, ErrorKind},
    sync::Arc,
    time::Duration,
};

/// The name prefix of a probe.
const PROBE: &str = "probe-";
/// Time limit of the store's answer at start.
const PROBE_TIME: Duration = Duration::from_secs(20);
/// The default region, which stores without regions accept.
const REGION: &str = "us-east-1";
/// Maximum number of retries of a request to a bucket that the store could not answer. A failed report is retried as a
/// whole.
const RETRIES: usize = 3;
/// Time limit of these retries.
const RETRY_TIME: Duration = Duration::from_secs(30);

/// Maximum time without data from a store.
const READ_TIME: Duration = Duration::from_secs(30);

/// Opens the store of the settings, and checks that files can be written and deleted there; `name` is used by no other
/// server. A disk that is full or read-only is logged and does not prevent the start.
///
/// # Errors
/// The error message for an operator.
pub async fn open(settings: &Settings, name: &str) -> Result<Arc<dyn ObjectStore>, String> {
    let reports = &settings.reports;
    reports.check().map_err(|what| format!("what is set: {what}"))?;
    let (files, place) = match reports.local_folder(&settings.data) {
        Some(folder) => (local(folder)?, format!("the folder {}", folder.join("reports").display())),
        None => bucket(reports)?,
    };
    match tokio::time::timeout(PROBE_TIME, probe(&*files, name)).await {
        Ok(Ok(())) => Ok(files),
        Ok(Err(error)) if disk_takes_nothing(&error) => {
            let error = cause(reports, &error);
            tracing::error!(place, error, "no report can be written now");
            Ok(files)
        }
        Ok(Err(error)) => Err(format!("{place}: {}", cause(reports, &error))),
        Err(_) => Err(format!("{place}: no answer within {} seconds", PROBE_TIME.as_secs())),
    }
}

fn local(folder: &std::path::Path) -> Result<Arc<dyn ObjectStore>, String> {
    let made = fs::create_dir_all(folder);
    made.map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
    let files = LocalFileSystem::new_with_prefix(folder).map_err(|error| error.to_string())?;
    // A report is SUCCESS only once its file would survive a power failure.
    Ok(Arc::new(files.with_fsync(true)))
}

fn bucket(set: &Reports) -> Result<(Arc<dyn ObjectStore>, String), String> {
    let missing = "reports.bucket, reports.access_key and reports.secret_key are needed";
    let (Some(bucket), Some(access_key), Some(secret_key)) = (&set.bucket, &set.access_key, &set.secret_key)
    else {
        return Err(missing.to_owned());
    };
    let region = set.region.as_ref().map_or(REGION, |region| region.as_str());
    let retry = RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_TIME, ..RetryConfig::default() };
    // A file may take as long as its reader is slow; only a store that sends nothing times out.
    let options = ClientOptions::new()
        .with_allow_http(set.allow_http)
        .with_timeout_disabled()
        .with_read_timeout(READ_TIME);
    let mut builder = AmazonS3Builder::new()
        .with_client_options(options)
        .with_retry(retry)
        .with_bucket_name(bucket.as_str())
        .with_region(region)
        .with_access_key_id(access_key.as_str())
        .with_secret_access_key(secret_key.as_str());
    if let Some(endpoint) = &set.endpoint {
        builder = builder.with_endpoint(endpoint.as_str());
    }
    let store = builder.build().map_err(|error| error.to_string())?;
    let place = format!("the bucket {}", bucket.as_str());
    Ok(match &set.prefix {
        Some(prefix) => (Arc::new(PrefixStore::new(store, prefix.as_str())), place),
        None => (Arc::new(store), place),
    })
}

/// Writes a file and deletes it again, which a server that builds reports must be allowed to do.
async fn probe(files: &dyn ObjectStore, name: &str) -> Result<(), Error> {
    let path = Path::from_iter(["reports", &format!("{PROBE}{name}")]);
    files.put(&path, "probe\n".into()).await?;
    files.delete(&path).await
}

/// Whether the disk is full or read-only.
fn disk_takes_nothing(error: &Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            let kinds = [ErrorKind::StorageFull, ErrorKind::QuotaExceeded, ErrorKind::ReadOnlyFilesystem];
            return kinds.contains(&error.kind());
        }
        cause = error.source();
    }
    false
}

/// The innermost cause of an error, with the setting that is probably wrong.
fn cause(reports: &Reports, error: &Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    let setting = match error {
        Error::NotFound { .. } => "; reports.bucket must name a bucket that exists",
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            "; reports.access_key and reports.secret_key must be those of a key that may write and delete there"
        }
        _ if reports.endpoint.is_some() => "; is reports.endpoint right?",
        _ => "",
    };
    format!("{innermost}{setting}")
}
