//! Settings of reports that belong together.

use super::{ReportStore, Reports};
use std::path::Path;

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
        let unused = ["bucket", "region", "endpoint", "prefix", "access_key", "secret_key"];
        match unused.iter().find(|key| self.shown(key).is_some()) {
            Some(name) => Err(format!("reports.{name} is set, but reports.store is `local` and not `s3`")),
            None => Ok(()),
        }
    }

    fn check_s3(&self) -> Result<(), String> {
        if self.folder.is_some() {
            return Err("reports.folder is set, but reports.store is `s3` and not `local`".to_owned());
        }
        let needed = ["bucket", "access_key", "secret_key"];
        if let Some(name) = needed.iter().find(|key| self.shown(key).is_none()) {
            return Err(format!("reports.{name} is missing, which reports.store = \"s3\" needs"));
        }
        let plain = self.endpoint.as_ref().is_some_and(|endpoint| endpoint.as_str().starts_with("http://"));
        if plain && !self.allow_http {
            return Err(
                "reports.endpoint is without TLS; use https, or set reports.allow_http = true".to_owned()
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests;

    fn read(text: &str) -> Result<Reports, String> {
        let reports = tests::read(text)?.reports;
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
        assert_eq!(reports.endpoint.as_ref().unwrap().as_str(), "http://127.0.0.1:9000");
        assert_eq!(reports.secret_key.as_ref().unwrap().as_str(), "hush");
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
