//! Lists in pages.

use client::Error;
use wire::native::Page;

/// Joins all pages of a list.
pub(super) async fn all<T>(
    mut page: impl AsyncFnMut(Option<String>) -> Result<Page<T>, Error>,
) -> Result<Page<T>, Error> {
    let mut all = Page { items: Vec::new(), next: None };
    loop {
        let next = page(all.next.take()).await?;
        all.items.extend(next.items);
        all.next = next.next;
        if all.next.is_none() {
            return Ok(all);
        }
    }
}
