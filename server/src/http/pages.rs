//! The pages, their server functions, and the browser's files.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::{fs, io};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY};
use http::{HeaderValue, Method, StatusCode};
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list, render_app_async_with_context};
use sha2::{Digest, Sha256};
use tower::ServiceExt;
use tower_http::services::ServeDir;
use vanguard_app::backend::Backend;
use vanguard_app::parts::PartFiles;
use vanguard_app::routes::App;
use vanguard_app::shell::{FIRST_SCRIPT, shell};

use super::assets;

#[derive(Debug, Clone)]
struct Pages {
    options: LeptosOptions,
    backend: Backend,
    parts: PartFiles,
    /// Where the files of this version are.
    assets: Arc<str>,
}

impl axum::extract::FromRef<Pages> for LeptosOptions {
    fn from_ref(pages: &Pages) -> Self {
        pages.options.clone()
    }
}

/// Every page and server function; whatever else is asked for is a file, or "not found" as a page.
pub(super) fn router(backend: Backend, site_root: &Path) -> Router {
    let options = LeptosOptions::builder()
        .output_name("vanguard")
        .site_root(site_root.to_string_lossy().into_owned())
        .build();
    let assets: Arc<str> = assets::root(site_root).into();
    let parts = part_files(site_root, &assets);
    let pages = Pages {
        options: options.clone(),
        backend: backend.clone(),
        parts: parts.clone(),
        assets: Arc::clone(&assets),
    };
    let files = assets::router(&assets, site_root);
    Router::new()
        .leptos_routes_with_context(
            &pages,
            generate_route_list(App),
            move || provide(&backend, &parts),
            move || shell(options.clone(), &assets),
        )
        .merge(files)
        .fallback(file_or_not_found)
        .with_state(pages)
}

/// Where the files of the app's parts are, by the list that the build put beside them.
fn part_files(site_root: &Path, assets: &str) -> PartFiles {
    let list = site_root.join("pkg/__wasm_split_manifest.json");
    let read =
        || -> io::Result<BTreeMap<String, Vec<String>>> { Ok(serde_json::from_slice(&fs::read(&list)?)?) };
    let mut files = read().unwrap_or_else(|error| {
        tracing::warn!(list = %list.display(), %error, "pages cannot name their parts, which come a little later");
        BTreeMap::new()
    });
    for file in files.values_mut().flatten() {
        *file = format!("{assets}/pkg/{file}");
    }
    PartFiles(Arc::new(files))
}

/// What every page and server function finds in its context.
fn provide(backend: &Backend, parts: &PartFiles) {
    provide_context(backend.clone());
    provide_context(parts.clone());
    if let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce())
        && let Ok(policy) = HeaderValue::from_str(&policy(&nonce))
    {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

/// Only our own files, and only the scripts that this very page was rendered with. Styles in attributes are allowed:
/// the grid places its rows by them.
fn policy(nonce: &str) -> String {
    static THEME_HASH: LazyLock<String> =
        LazyLock::new(|| STANDARD.encode(Sha256::digest(FIRST_SCRIPT.as_bytes())));
    format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'sha256-{}' 'wasm-unsafe-eval'; style-src 'self'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'",
        *THEME_HASH
    )
}

async fn file_or_not_found(State(pages): State<Pages>, request: Request) -> Response {
    if let Some(address) = without_last_slash(request.uri()) {
        return Redirect::permanent(&address).into_response();
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let (parts, body) = request.into_parts();
        let file = Request::from_parts(parts.clone(), axum::body::Body::empty());
        // Names of files do not change with their content: ask each time, and be told "not modified".
        let files = ServeDir::new(&*pages.options.site_root)
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip();
        if let Ok(mut found) = files.oneshot(file).await
            && found.status() != StatusCode::NOT_FOUND
        {
            found.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
            return found.map(axum::body::Body::new);
        }
        return not_found(pages, Request::from_parts(parts, body)).await;
    }
    not_found(pages, request).await
}

/// Somebody typed a slash too many: `/o/RIO/`.
fn without_last_slash(uri: &http::Uri) -> Option<String> {
    let path = uri.path().strip_suffix('/')?.trim_end_matches('/');
    // Two slashes at the beginning would be the address of somebody else.
    if path.is_empty() || path.starts_with("//") {
        return None;
    }
    Some(uri.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
}

async fn not_found(pages: Pages, request: Request) -> Response {
    let Pages { options, backend, parts, assets } = pages;
    let render = render_app_async_with_context(
        move || provide(&backend, &parts),
        move || shell(options.clone(), &assets),
    );
    let mut response = render(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
