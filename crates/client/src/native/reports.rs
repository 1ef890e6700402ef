//! Reports, and their files.

use super::{Native, refusal, segment};
use crate::{Error, transport};
use reqwest::{Method, Response};
use std::time::Duration;
use wire::native::{Page, Report, RequestReport};

/// A download may take long; the caller limits the wait for each piece.
const FILE_TIME: Duration = Duration::from_secs(86_400);

impl Native {
    /// Requests a report.
    pub async fn request_report(&self, report: &RequestReport) -> Result<Report, Error> {
        self.post("/v1/reports", report).await
    }

    /// Lists reports of one holder or of all, the oldest first; `after` is `next` of the previous page.
    pub async fn reports(&self, holder: Option<&str>, after: Option<&str>) -> Result<Page<Report>, Error> {
        let parts = [("holder", holder), ("after", after)];
        let query: Vec<String> = parts
            .into_iter()
            .filter_map(|(name, value)| value.map(|value| format!("{name}={}", segment(value))))
            .collect();
        self.get(&format!("/v1/reports?{}", query.join("&"))).await
    }

    /// Reads a report and its progress.
    pub async fn report(&self, id: &str) -> Result<Report, Error> {
        self.get(&format!("/v1/reports/{}", segment(id))).await
    }

    /// Cancels a report that is not finished.
    pub async fn cancel_report(&self, id: &str) -> Result<Report, Error> {
        self.post(&format!("/v1/reports/{}/cancel", segment(id)), &()).await
    }

    /// Starts the download of a report's file.
    ///
    /// # Errors
    /// See [`Error`]; the file exists only while the report is SUCCESS.
    pub async fn report_file(&self, id: &str) -> Result<Download, Error> {
        let path = format!("/v1/reports/{}/file", segment(id));
        let request = self.authorized(self.transport.request(Method::GET, &path)).timeout(FILE_TIME);
        let response = request.send().await.map_err(Error::transport)?;
        if response.status().is_success() {
            return Ok(Download { response });
        }
        Err(refusal(transport::reply(response).await?))
    }
}

/// A download in progress.
#[derive(Debug)]
pub struct Download {
    response: Response,
}

impl Download {
    /// Its length in bytes, if the server states it.
    pub fn length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// The next piece; `None` at the end. Waits without a limit: a caller who needs one sets it.
    ///
    /// # Errors
    /// The connection failed before the end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let piece = self.response.chunk().await.map_err(Error::transport)?;
        Ok(piece.map(Into::into))
    }
}
