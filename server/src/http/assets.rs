//! The files of the app under addresses that name their version, so that browsers keep them for good.
//!
//! The version is the hash of all of them. A page names the files that it was rendered for; when another version is
//! deployed, their addresses are other ones, and the old ones are gone: never does a page get files of another version.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use axum::Router;
use http::header::CACHE_CONTROL;
use http::{HeaderValue, Response};
use sha2::{Digest, Sha256};
use tower::ServiceBuilder;
use tower_http::services::ServeDir;

/// A year: the longest that the standard speaks of (RFC 9111).
const FOR_GOOD: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Where the files are: `/assets/` with their version.
pub(super) fn root(site_root: &Path) -> String {
    let version = version(site_root).unwrap_or_else(|error| {
        tracing::warn!(folder = %site_root.display(), %error, "the assets cannot be read; pages will lack styles and scripts");
        "none".to_owned()
    });
    format!("/assets/{version}")
}

/// Serves them there, in whichever form the browser takes.
pub(super) fn router<S: Clone + Send + Sync + 'static>(root: &str, site_root: &Path) -> Router<S> {
    let files = ServeDir::new(site_root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    Router::new().nest_service(root, ServiceBuilder::new().map_response(keep).service(files))
}

/// What is there stays as it is; what is not there may come.
fn keep<B>(mut response: Response<B>) -> Response<B> {
    if response.status().is_success() || response.status() == http::StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(CACHE_CONTROL, FOR_GOOD);
    }
    response
}

/// The first digits of a hash over names and contents.
fn version(site_root: &Path) -> io::Result<String> {
    let mut files = Vec::new();
    list(&site_root.join("pkg"), &mut files)?;
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let content = fs::read(&file)?;
        hash.update(file.file_name().unwrap_or_default().as_encoded_bytes());
        hash.update(content.len().to_le_bytes());
        hash.update(content);
    }
    let first = hash.finalize().iter().take(6).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    Ok(format!("{first:012x}"))
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
