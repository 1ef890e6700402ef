//! Files in memory whose uploads can be made to fail or to wait.

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt as _, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, UploadPart,
    memory::InMemory, path::Path,
};
use std::{fmt, sync::Arc};
use tokio::sync::watch;

/// Files in memory. Clones share them.
#[derive(Debug, Clone)]
pub struct TestFiles {
    files: Arc<InMemory>,
    plan: Arc<watch::Sender<Plan>>,
}

/// The planned effects on uploads.
#[derive(Debug, Clone, Copy, Default)]
struct Plan {
    /// Number of uploads that fail with their first part.
    fail: usize,
    /// Number of uploads that wait with their first part until released.
    hold: usize,
    /// Number of uploads that are waiting now.
    held: usize,
}

impl Default for TestFiles {
    fn default() -> Self {
        Self { files: Arc::new(InMemory::new()), plan: Arc::new(watch::Sender::new(Plan::default())) }
    }
}

impl TestFiles {
    /// Makes the next uploads fail halfway.
    pub fn fail_next(&self, uploads: usize) {
        self.plan.send_modify(|plan| plan.fail = uploads);
    }

    /// Makes the next upload wait halfway, until it is released.
    pub fn hold_next(&self) {
        self.plan.send_modify(|plan| plan.hold = 1);
    }

    /// Waits until an upload waits.
    ///
    /// # Panics
    /// Never: the files outlive the caller.
    pub async fn held(&self) {
        self.plan.subscribe().wait_for(|plan| plan.held > 0).await.expect("the files are there");
    }

    /// Releases every upload.
    pub fn release(&self) {
        self.plan.send_modify(|plan| plan.held = 0);
    }

    /// The text of a file; `None` if it does not exist.
    ///
    /// # Panics
    /// When it is not text.
    pub async fn text(&self, path: &Path) -> Option<String> {
        let bytes = self.files.get(path).await.ok()?.bytes().await.expect("a file in memory");
        Some(String::from_utf8(bytes.to_vec()).expect("text"))
    }

    /// The paths of all files.
    ///
    /// # Panics
    /// Never: a list in memory does not fail.
    pub async fn paths(&self) -> Vec<Path> {
        use futures_util::TryStreamExt as _;
        let metas: Vec<ObjectMeta> = self.files.list(None).try_collect().await.expect("a list in memory");
        metas.into_iter().map(|meta| meta.location).collect()
    }
}

impl fmt::Display for TestFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestFiles")
    }
}

#[async_trait]
impl ObjectStore for TestFiles {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.files.put_opts(path, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let upload = self.files.put_multipart_opts(path, options).await?;
        Ok(Box::new(TestUpload { upload, plan: Arc::clone(&self.plan), is_first: true }))
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        self.files.get_opts(path, options).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.files.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.files.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.files.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.files.copy_opts(from, to, options).await
    }
}

#[derive(Debug)]
struct TestUpload {
    upload: Box<dyn MultipartUpload>,
    plan: Arc<watch::Sender<Plan>>,
    is_first: bool,
}

#[async_trait]
impl MultipartUpload for TestUpload {
    fn put_part(&mut self, payload: PutPayload) -> UploadPart {
        let is_first = std::mem::replace(&mut self.is_first, false);
        let (mut fail, mut hold) = (false, false);
        if is_first {
            self.plan.send_modify(|plan| {
                (fail, hold) = (plan.fail > 0, plan.hold > 0);
                plan.fail -= usize::from(fail);
                plan.hold -= usize::from(hold);
                plan.held += usize::from(hold);
            });
        }
        if fail {
            let failed = Error::Generic { store: "TestFiles", source: "the disk is full".into() };
            return Box::pin(async { Err(failed) });
        }
        let (put, mut plan) = (self.upload.put_part(payload), self.plan.subscribe());
        Box::pin(async move {
            if hold {
                // An error means that the files are gone: then there is nothing to wait for.
                let _ = plan.wait_for(|plan| plan.held == 0).await;
            }
            put.await
        })
    }

    async fn complete(&mut self) -> Result<PutResult> {
        self.upload.complete().await
    }

    async fn abort(&mut self) -> Result<()> {
        self.upload.abort().await
    }
}
