//! Settings of reports: where their files are kept, for how long, and how many at once.

use super::{Bounded, PublicUrl, defaults};
use serde::{Deserialize, de::IntoDeserializer as _};
use std::{
    fmt,
    marker::PhantomData,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};
use zeroize::Zeroizing;

/// Hours for which a finished report can be fetched, up to a year.
pub type KeepHours = Bounded<1, 8_760>;
/// How many reports are built at once.
pub type Builds = Bounded<1, 64>;
/// How many files are downloaded at once.
pub type Downloads = Bounded<1, 10_000>;

/// Settings of reports.
#[derive(Debug, Clone)]
pub struct Reports {
    /// Where the files are.
    pub store: ReportStore,
    /// Instead of the data folder; a local store's files are below `reports` in it.
    pub folder: Option<PathBuf>,
    /// What an S3 store needs.
    pub s3: S3,
    /// How long a finished report's file and link live.
    pub keep: Duration,
    /// How many this server builds at once.
    pub max_builds: usize,
    /// How many downloads this server answers at once; more are told to come back.
    pub max_downloads: usize,
}

/// A bucket of an S3-compatible store, and the right to use it.
#[derive(Debug, Clone, Default)]
pub struct S3 {
    /// The bucket, which must exist.
    pub bucket: Option<Bucket>,
    /// The region that requests are signed for.
    pub region: Option<Region>,
    /// The store, unless it is the provider's own of that region.
    pub endpoint: Option<PublicUrl>,
    /// What every file's name in the bucket begins with.
    pub prefix: Option<Prefix>,
    /// Whether an endpoint may be without TLS.
    pub allow_http: bool,
    /// The name of the key.
    pub access_key: Option<AccessKey>,
    /// The key.
    pub secret_key: Option<SecretKey>,
}

/// Where report files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportStore {
    /// In a folder of this machine.
    Local,
    /// In a bucket of an S3-compatible store.
    S3,
}

/// `[reports]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileReports {
    /// See [`Reports::store`].
    pub store: Option<ReportStore>,
    /// See [`Reports::folder`]. A relative path is relative to the working folder.
    pub folder: Option<PathBuf>,
    /// See [`S3::bucket`].
    pub bucket: Option<Bucket>,
    /// See [`S3::region`].
    pub region: Option<Region>,
    /// See [`S3::endpoint`].
    pub endpoint: Option<PublicUrl>,
    /// See [`S3::prefix`].
    pub prefix: Option<Prefix>,
    /// See [`S3::allow_http`].
    pub allow_http: Option<bool>,
    /// See [`S3::access_key`].
    pub access_key: Option<AccessKey>,
    /// See [`S3::secret_key`].
    pub secret_key: Option<SecretKey>,
    /// See [`Reports::keep`].
    pub keep_hours: Option<KeepHours>,
    /// See [`Reports::max_builds`].
    pub max_builds: Option<Builds>,
    /// See [`Reports::max_downloads`].
    pub max_downloads: Option<Downloads>,
}

impl FileReports {
    pub(super) fn overlay(self, over: Self) -> Self {
        Self {
            store: over.store.or(self.store),
            folder: over.folder.or(self.folder),
            bucket: over.bucket.or(self.bucket),
            region: over.region.or(self.region),
            endpoint: over.endpoint.or(self.endpoint),
            prefix: over.prefix.or(self.prefix),
            allow_http: over.allow_http.or(self.allow_http),
            access_key: over.access_key.or(self.access_key),
            secret_key: over.secret_key.or(self.secret_key),
            keep_hours: over.keep_hours.or(self.keep_hours),
            max_builds: over.max_builds.or(self.max_builds),
            max_downloads: over.max_downloads.or(self.max_downloads),
        }
    }

    pub(super) fn resolve(self) -> Reports {
        let hours = self.keep_hours.map_or(defaults::REPORT_KEEP_HOURS, Bounded::get);
        let count = |number| usize::try_from(number).expect("bounded by ten thousand");
        Reports {
            store: self.store.unwrap_or(defaults::REPORT_STORE),
            folder: self.folder,
            s3: S3 {
                bucket: self.bucket,
                region: self.region,
                endpoint: self.endpoint,
                prefix: self.prefix,
                allow_http: self.allow_http.unwrap_or(false),
                access_key: self.access_key,
                secret_key: self.secret_key,
            },
            keep: Duration::from_secs(hours * 3_600),
            max_builds: count(self.max_builds.map_or(defaults::REPORT_BUILDS, Bounded::get)),
            max_downloads: count(self.max_downloads.map_or(defaults::REPORT_DOWNLOADS, Bounded::get)),
        }
    }
}

impl Reports {
    /// The folder in which a local store has its `reports`; `None` for another store.
    pub fn local_folder<'a>(&'a self, data: &'a Path) -> Option<&'a Path> {
        let folder = self.folder.as_deref().unwrap_or(data);
        (self.store == ReportStore::Local).then_some(folder)
    }

    /// Checks what only all layers together show.
    ///
    /// # Errors
    /// What is missing, or is set and would not be used.
    pub fn check(&self) -> Result<(), String> {
        match self.store {
            ReportStore::Local => self.check_local(),
            ReportStore::S3 => self.check_s3(),
        }
    }

    fn check_local(&self) -> Result<(), String> {
        let S3 { bucket, region, endpoint, prefix, access_key, secret_key, .. } = &self.s3;
        let unused = [
            ("bucket", bucket.is_some()),
            ("region", region.is_some()),
            ("endpoint", endpoint.is_some()),
            ("prefix", prefix.is_some()),
            ("access_key", access_key.is_some()),
            ("secret_key", secret_key.is_some()),
        ];
        match unused.iter().find(|(_, set)| *set) {
            Some((name, _)) => {
                Err(format!("reports.{name} is set, but reports.store is `local` and not `s3`"))
            }
            None => Ok(()),
        }
    }

    fn check_s3(&self) -> Result<(), String> {
        if self.folder.is_some() {
            return Err("reports.folder is set, but reports.store is `s3` and not `local`".to_owned());
        }
        let needed = [
            ("bucket", self.s3.bucket.is_some()),
            ("access_key", self.s3.access_key.is_some()),
            ("secret_key", self.s3.secret_key.is_some()),
        ];
        if let Some((name, _)) = needed.iter().find(|(_, set)| !set) {
            return Err(format!("reports.{name} is missing, which reports.store = \"s3\" needs"));
        }
        let plain =
            self.s3.endpoint.as_ref().is_some_and(|endpoint| endpoint.as_str().starts_with("http://"));
        if plain && !self.s3.allow_http {
            return Err(
                "reports.endpoint is without TLS; use https, or set reports.allow_http = true".to_owned()
            );
        }
        Ok(())
    }
}

/// A text that keeps to a rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String", bound = "R: Rule")]
pub struct Checked<R> {
    text: String,
    #[serde(skip)]
    rule: PhantomData<R>,
}

/// What a text keeps to.
pub trait Rule {
    /// What a refusal says.
    const EXPECTED: &str;

    /// Whether the text does.
    fn fits(text: &str) -> bool;
}

/// A bucket's name, as S3 has them.
pub type Bucket = Checked<BucketRule>;
/// A region's name.
pub type Region = Checked<RegionRule>;
/// The beginning of names in a bucket, without a slash at either end.
pub type Prefix = Checked<PrefixRule>;
/// The name of a key of an S3-compatible store.
pub type AccessKey = Checked<AccessKeyRule>;

/// See [`Bucket`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BucketRule {}
/// See [`Region`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegionRule {}
/// See [`Prefix`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrefixRule {}
/// See [`AccessKey`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessKeyRule {}

/// A key of an S3-compatible store. Its debug form is redacted, and it is wiped from memory.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct SecretKey(Zeroizing<String>);

impl Rule for BucketRule {
    const EXPECTED: &str = "expected a bucket's name, such as my-reports: 3 to 63 characters of a-z 0-9 - .";

    fn fits(text: &str) -> bool {
        let ends = !text.starts_with(['-', '.']) && !text.ends_with(['-', '.']);
        ends && (3..=63).contains(&text.len()) && is_plain(text, b"-.") && !text.contains("..")
    }
}

impl Rule for RegionRule {
    const EXPECTED: &str = "expected a region, such as eu-central-1";

    fn fits(text: &str) -> bool {
        (1..=32).contains(&text.len()) && is_plain(text, b"-")
    }
}

impl Rule for PrefixRule {
    const EXPECTED: &str = "expected a path without a slash at either end, such as countinghouse/prod";

    fn fits(text: &str) -> bool {
        let is_name = |part: &str| {
            let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
            !matches!(part, "" | "." | "..") && part.bytes().all(known)
        };
        text.len() <= 200 && text.split('/').all(is_name)
    }
}

impl Rule for AccessKeyRule {
    const EXPECTED: &str = "expected the name of a key: 1 to 128 printable characters";

    fn fits(text: &str) -> bool {
        (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    }
}

fn is_plain(text: &str, others: &[u8]) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || others.contains(&byte))
}

impl<R> Checked<R> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl<R: Rule> TryFrom<String> for Checked<R> {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        if R::fits(&text) { Ok(Self { text, rule: PhantomData }) } else { Err(R::EXPECTED) }
    }
}

impl<R: Rule> FromStr for Checked<R> {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

impl SecretKey {
    /// The key: never log it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SecretKey {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = Zeroizing::new(text);
        let good = (1..=256).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if good { Ok(Self(text)) } else { Err("expected a key: 1 to 256 printable characters") }
    }
}

impl FromStr for SecretKey {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.to_owned().try_into()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

impl FromStr for ReportStore {
    type Err = serde::de::value::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::deserialize(text.into_deserializer())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileSettings;

    fn read(text: &str) -> Result<Reports, String> {
        let settings = toml::from_str::<FileSettings>(text).map_err(|error| error.to_string())?;
        let reports = settings.resolve().reports;
        reports.check()?;
        Ok(reports)
    }

    const S3: &str =
        "[reports]\nstore = \"s3\"\nbucket = \"my-reports\"\naccess_key = \"AK\"\nsecret_key = \"hush\"\n";

    #[test]
    fn nothing_set_means_a_folder_below_the_data() {
        let reports = read("").unwrap();
        assert_eq!(reports.local_folder(Path::new("/data")), Some(Path::new("/data")));
        assert_eq!((reports.keep.as_secs(), reports.max_builds, reports.max_downloads), (86_400, 2, 16));
        let reports = read("[reports]\nfolder = \"/mnt/shared\"\nkeep_hours = 1\n").unwrap();
        assert_eq!(reports.local_folder(Path::new("/data")), Some(Path::new("/mnt/shared")));
        assert_eq!(reports.keep.as_secs(), 3_600);
    }

    #[test]
    fn a_bucket_is_read_and_its_key_is_not_shown() {
        let rest = "endpoint = \"http://127.0.0.1:9000/\"\nallow_http = true\nprefix = \"a/b\"\nregion = \"eu-central-1\"\n";
        let reports = read(&format!("{S3}{rest}")).unwrap();
        assert_eq!(reports.local_folder(Path::new("/data")), None);
        assert_eq!(reports.s3.endpoint.as_ref().unwrap().as_str(), "http://127.0.0.1:9000");
        assert_eq!(reports.s3.secret_key.as_ref().unwrap().expose(), "hush");
        let shown = format!("{reports:?}");
        assert!(shown.contains("my-reports") && !shown.contains("hush"), "{shown}");
    }

    #[test]
    fn values_are_refused_by_line_and_choice() {
        for (setting, part) in [
            ("store = \"azure\"", "`local` or `s3`"),
            ("bucket = \"My_Reports\"", "3 to 63"),
            ("bucket = \"a..b\"", "3 to 63"),
            ("region = \"\"", "eu-central-1"),
            ("endpoint = \"minio:9000\"", "https://"),
            ("prefix = \"/a\"", "slash"),
            ("prefix = \"a/../b\"", "slash"),
            ("access_key = \"\"", "printable"),
            ("keep_hours = 0", "from 1 to 8760"),
            ("max_builds = 65", "from 1 to 64"),
            ("max_downloads = 0", "from 1 to 10000"),
            ("allow_http = \"yes\"", "boolean"),
            ("buckets = \"x\"", "`bucket`"),
        ] {
            let error = read(&format!("[reports]\n{setting}\n")).unwrap_err();
            assert!(error.contains("line 2") && error.contains(part), "{setting}: {error}");
        }
    }

    #[test]
    fn what_does_not_go_together_is_named() {
        for (text, part) in [
            ("[reports]\nstore = \"s3\"\n".to_owned(), "reports.bucket is missing"),
            (S3.replace("access_key = \"AK\"\n", ""), "reports.access_key is missing"),
            (S3.replace("secret_key = \"hush\"\n", ""), "reports.secret_key is missing"),
            (S3.replace("store = \"s3\"\n", ""), "reports.bucket is set"),
            (format!("{S3}folder = \"/x\"\n"), "reports.folder is set"),
            (format!("{S3}endpoint = \"http://127.0.0.1:9000\"\n"), "reports.allow_http"),
        ] {
            let error = read(&text).unwrap_err();
            assert!(error.contains(part) && !error.contains("hush"), "{text}: {error}");
        }
    }
}
