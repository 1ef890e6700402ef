//! The options of `serve` that say where report files are.

use clap::Args;
use server::settings::{
    AccessKey, Bucket, Builds, Downloads, FileReports, KeepHours, Prefix, PublicUrl, Region, ReportStore,
};
use std::path::PathBuf;

use crate::exit::Failure;

#[derive(Args)]
pub(super) struct Reports {
    /// Where report files are: local (a folder) or s3 (a bucket) [default: local]
    #[arg(long, value_name = "CHOICE", env = "COUNTINGHOUSE_REPORTS_STORE")]
    reports_store: Option<ReportStore>,
    /// Folder in which the files are, below reports [default: the data folder]
    #[arg(long, value_name = "DIR", env = "COUNTINGHOUSE_REPORTS_FOLDER")]
    reports_folder: Option<PathBuf>,
    /// The bucket of an S3-compatible store
    #[arg(long, value_name = "NAME", env = "COUNTINGHOUSE_REPORTS_BUCKET")]
    reports_bucket: Option<Bucket>,
    /// The region that its requests are signed for [default: us-east-1]
    #[arg(long, value_name = "NAME", env = "COUNTINGHOUSE_REPORTS_REGION")]
    reports_region: Option<Region>,
    /// The store's URL [default: the provider's own in that region]
    #[arg(long, value_name = "URL", env = "COUNTINGHOUSE_REPORTS_ENDPOINT")]
    reports_endpoint: Option<PublicUrl>,
    /// What names in the bucket begin with
    #[arg(long, value_name = "PATH", env = "COUNTINGHOUSE_REPORTS_PREFIX")]
    reports_prefix: Option<Prefix>,
    /// Whether that URL may be without TLS: true or false [default: false]
    #[arg(long, value_name = "CHOICE", env = "COUNTINGHOUSE_REPORTS_ALLOW_HTTP")]
    reports_allow_http: Option<bool>,
    /// The name of the store's key
    #[arg(long, value_name = "NAME", env = "COUNTINGHOUSE_REPORTS_ACCESS_KEY")]
    reports_access_key: Option<AccessKey>,
    /// The key; other users of this machine see options, but not the environment
    // A text here: the parser repeats a value that it refuses.
    #[arg(long, value_name = "KEY", env = "COUNTINGHOUSE_REPORTS_SECRET_KEY", hide_env_values = true)]
    reports_secret_key: Option<String>,
    /// How long a finished report can be fetched [default: 24]
    #[arg(long, value_name = "HOURS", env = "COUNTINGHOUSE_REPORTS_KEEP_HOURS")]
    reports_keep_hours: Option<KeepHours>,
    /// Reports built at once [default: 2]
    #[arg(long, value_name = "COUNT", env = "COUNTINGHOUSE_REPORTS_MAX_BUILDS")]
    reports_max_builds: Option<Builds>,
    /// Files downloaded at once; more are told to come back [default: 16]
    #[arg(long, value_name = "COUNT", env = "COUNTINGHOUSE_REPORTS_MAX_DOWNLOADS")]
    reports_max_downloads: Option<Downloads>,
}

impl Reports {
    pub(super) fn into_settings(self) -> Result<FileReports, Failure> {
        let secret_key = self.reports_secret_key.map(TryInto::try_into).transpose();
        let secret_key =
            secret_key.map_err(|expected| Failure::usage(format!("--reports-secret-key: {expected}")))?;
        Ok(FileReports {
            store: self.reports_store,
            folder: self.reports_folder,
            bucket: self.reports_bucket,
            region: self.reports_region,
            endpoint: self.reports_endpoint,
            prefix: self.reports_prefix,
            allow_http: self.reports_allow_http,
            access_key: self.reports_access_key,
            secret_key,
            keep_hours: self.reports_keep_hours,
            max_builds: self.reports_max_builds,
            max_downloads: self.reports_max_downloads,
        })
    }
}
