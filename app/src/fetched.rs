//! Data of the server that pages show: fetched on the server while it renders the page, and anew in the browser
//! whenever what it depends on changes.
//!
//! Leptos' own resources read the data that came with the page as text, and server functions read their answers as
//! bytes. `serde` makes each type's code anew for each way of reading, and the browser would load both; so here everything
//! is read as bytes.

use leptos::prelude::*;
use leptos::server::codee::{Decoder, Encoder};
use leptos::task::spawn_local;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::backend::BackendError;

/// Fetched data, or why there is none.
pub type Fetched<T> = Resource<Result<T, BackendError>, Json>;

/// Data that depends on `source`.
pub fn fetched<S, T, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> F + Send + Sync + 'static,
) -> Fetched<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, BackendError>> + Send + 'static,
{
    // Every page is rendered whole before it is sent, so that no data needs to be waited for particularly.
    Resource::new_with_options(source, fetch, false)
}

/// Counts up when `source` changes and what the server has is something else than what is `shown` by then. For what is
/// in somebody's hands: most events are about other records, and what is drawn anew disturbs whoever is choosing.
pub fn outdated<S, T, F>(
    source: impl Fn() -> S + 'static,
    shown: StoredValue<Option<T>>,
    fetch: impl Fn() -> F + 'static,
) -> RwSignal<u32>
where
    S: PartialEq + 'static,
    T: PartialEq + Send + Sync + 'static,
    F: Future<Output = Result<T, BackendError>> + 'static,
{
    let version = RwSignal::new(0);
    Effect::new(move |before: Option<S>| {
        let now = source();
        if before.is_some_and(|before| before != now) {
            let fetched = fetch();
            spawn_local(async move {
                let found = match fetched.await {
                    Ok(found) => Some(found),
                    Err(BackendError::NotFound { .. }) => None,
                    // It is said by whatever is done next; what is shown stays.
                    Err(_) => return,
                };
                let is_new = shown.try_update_value(|shown| {
                    let is_new = *shown != found;
                    *shown = found;
                    is_new
                });
                // What showed it may be closed by now.
                if is_new == Some(true) {
                    let _ = version.try_update(|version| *version += 1);
                }
            });
        }
        now
    });
    version
}

/// A value that the server finds out while it renders the page, and sends along with it.
pub fn sent_along<T>(find: impl FnOnce() -> T) -> T
where
    T: Serialize + DeserializeOwned,
{
    SharedValue::<T, Json>::new_with_encoding(find).into_inner()
}

/// JSON, read as bytes.
#[derive(Debug)]
pub struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}
