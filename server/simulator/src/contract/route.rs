//! From method and path to what is asked for.

use axum::http::{Method, Uri};
use percent_encoding::percent_decode_str;

use crate::operation::Operation;

#[derive(Debug)]
pub(super) struct Route {
    pub(super) operation: Operation,
    /// The record that the path names.
    pub(super) pfa_id: Option<String>,
}

impl Route {
    pub(super) fn parse(base_path: &str, method: &Method, uri: &Uri) -> Self {
        let path = uri.path().strip_prefix(base_path).and_then(|path| path.strip_prefix('/'));
        let known = path.and_then(|path| match (method.as_str(), path.split_once('/')) {
            ("GET", None) if path == "health" => Some((Operation::Health, None)),
            ("GET", None) if path == "pfa" => Some((Operation::List, None)),
            ("POST", Some(("pfa", "batch"))) => Some((Operation::Batch, None)),
            ("GET", Some(("pfa", id))) => Some((Operation::Get, Some(record(id)?))),
            ("PUT", Some(("pfa", id))) => Some((Operation::Update, Some(record(id)?))),
            ("DELETE", Some(("pfa", id))) => Some((Operation::Delete, Some(record(id)?))),
            _ => None,
        });
        let (operation, pfa_id) = known.unwrap_or((Operation::Unknown, None));
        Self { operation, pfa_id }
    }
}

/// One segment of a path, decoded; `None` if it is empty, more than one, or not UTF-8.
fn record(segment: &str) -> Option<String> {
    let decoded = percent_decode_str(segment).decode_utf8().ok()?;
    (!segment.is_empty() && !segment.contains('/')).then(|| decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(method: Method, path: &str) -> (Operation, Option<String>) {
        let route = Route::parse("/api/pems", &method, &path.parse().unwrap());
        (route.operation, route.pfa_id)
    }

    #[test]
    fn each_request_of_the_contract_is_recognised() {
        assert_eq!(operation(Method::GET, "/api/pems/health"), (Operation::Health, None));
        assert_eq!(operation(Method::GET, "/api/pems/pfa?limit=5"), (Operation::List, None));
        assert_eq!(operation(Method::POST, "/api/pems/pfa/batch"), (Operation::Batch, None));
        let record = Some("RIO/1".to_owned());
        assert_eq!(operation(Method::PUT, "/api/pems/pfa/RIO%2F1"), (Operation::Update, record));
    }

    #[test]
    fn anything_else_is_unknown() {
        for path in ["/api/pems", "/api/pems/pfa/", "/api/pems/pfa/a/b", "/pfa", "/api/pemspfa"] {
            assert_eq!(operation(Method::GET, path), (Operation::Unknown, None), "{path}");
        }
    }
}
