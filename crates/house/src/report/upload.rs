//! Upload of a report's file to the file storage. The file is visible there only once it is complete.

use crate::{Failure, House, statement::Sink};
use bytes::Bytes;
use object_store::{MultipartUpload, ObjectStoreExt as _, PutPayload, path::Path};
use sha2::{Digest as _, Sha256};
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::task::spawn_blocking;

/// Bytes of a part: the minimum of S3, since a whole part is in memory. Only one is: during its upload,
/// little is read ahead.
const PART: usize = 5 << 20;

/// An upload in progress.
pub(super) struct Upload<'b> {
    upload: Box<dyn MultipartUpload>,
    /// The incomplete part, and its length.
    part: Vec<Bytes>,
    filled: usize,
    digest: Sha256,
    bytes: i64,
    /// Postings written so far, for the progress.
    rows: &'b AtomicI64,
}

/// A complete file.
pub(super) struct Uploaded {
    pub(super) bytes: i64,
    /// SHA-256 in lower-case hexadecimal digits.
    pub(super) digest: String,
}

/// The failure for an error of the file storage, for the log.
pub(super) fn failed(error: object_store::Error) -> Failure {
    Failure::storage(format!("files: {error}"))
}

impl<'b> Upload<'b> {
    pub(super) async fn begin(house: &House, path: &Path, rows: &'b AtomicI64) -> Result<Self, Failure> {
        let upload = house.files().put_multipart(path).await.map_err(failed)?;
        Ok(Self { upload, part: Vec::new(), filled: 0, digest: Sha256::new(), bytes: 0, rows })
    }

    /// Makes the file visible, on disk and complete.
    pub(super) async fn complete(&mut self) -> Result<Uploaded, Failure> {
        if self.filled > 0 {
            self.send_part().await?;
        }
        self.upload.complete().await.map_err(failed)?;
        let digest = hex::encode(std::mem::take(&mut self.digest).finalize());
        Ok(Uploaded { bytes: self.bytes, digest })
    }

    /// Removes the uploaded parts.
    pub(super) async fn abort(mut self) {
        if let Err(error) = self.upload.abort().await {
            tracing::warn!(%error, "an unfinished report file could not be removed");
        }
    }

    async fn send_part(&mut self) -> Result<(), Failure> {
        let payload: PutPayload = std::mem::take(&mut self.part).into_iter().collect();
        self.filled = 0;
        self.upload.put_part(payload).await.map_err(failed)
    }
}

impl Sink for Upload<'_> {
    async fn put(&mut self, mut bytes: Bytes, rows: i64) -> Result<(), Failure> {
        let (mut digest, hashed) = (std::mem::take(&mut self.digest), bytes.clone());
        let hash = move || {
            digest.update(&hashed);
            digest
        };
        self.digest = spawn_blocking(hash).await.map_err(Failure::invariant)?;
        self.bytes += i64::try_from(bytes.len()).map_err(Failure::invariant)?;
        // Some stores require that all parts but the last have the same length.
        while self.filled + bytes.len() >= PART {
            self.part.push(bytes.split_to(PART - self.filled));
            self.send_part().await?;
        }
        if !bytes.is_empty() {
            self.filled += bytes.len();
            self.part.push(bytes);
        }
        self.rows.fetch_add(rows, Ordering::Relaxed);
        Ok(())
    }
}
