//! The description of the API, generated from the endpoints, and a page to read it on.

mod page;

use axum::Router;
use axum::response::Html;
use axum::routing::get;
use http::header::CONTENT_SECURITY_POLICY;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ContentBuilder, InfoBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder, SecurityRequirement,
};
use utoipa::{PartialSchema, ToSchema};

use super::problem::{FieldProblem, Problem};
use crate::auth::cookie::SESSION_COOKIE;

const BEARER: &str = "bearer";
const COOKIE: &str = "cookie";

/// What every endpoint has in common is said here, once.
pub(super) fn complete(mut document: OpenApi) -> OpenApi {
    document.info = InfoBuilder::new()
        .title("PFA Vanguard")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Edit PEMS records, see where each change is, decide conflicts. Times are RFC 3339 in UTC; money is a \
             decimal as a string; errors are RFC 9457 problem details.",
        ))
        .build();
    document.security = Some(vec![requirement(BEARER), requirement(COOKIE)]);
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(
        BEARER,
        SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build()),
    );
    components.add_security_scheme(
        COOKIE,
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE))),
    );
    components.schemas.insert(Problem::name().into_owned(), Problem::schema());
    components.schemas.insert(FieldProblem::name().into_owned(), FieldProblem::schema());
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            operation.responses.responses.insert("default".to_owned(), RefOr::T(problem()));
        }
    }
    document
}

fn requirement(scheme: &str) -> SecurityRequirement {
    SecurityRequirement::new(scheme, Vec::<String>::new())
}

fn problem() -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Problem::name()))).build();
    ResponseBuilder::new()
        .description("What is wrong, and what to do about it")
        .content("application/problem+json", content)
        .build()
}

/// `/api/openapi.json` and `/api/docs`.
pub(super) fn router(document: &OpenApi) -> serde_json::Result<Router> {
    let json = serde_json::to_value(document)?;
    let page = page::render(&json);
    Ok(Router::new()
        .route("/api/openapi.json", get(async move || axum::Json(json)))
        .route("/api/docs", get(async move || ([(CONTENT_SECURITY_POLICY, page::POLICY)], Html(page)))))
}
