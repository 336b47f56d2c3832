//! Reading records.

mod export;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{RawQuery, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{Backend, Comparison, HistoryEntry, RecordDetail, RecordQuery, RecordRow};
use vanguard_domain::modification::ModificationState;
use vanguard_domain::record::Field;

use super::scope::InOrganization;
use super::{Answer, ApiState, cursor};
use crate::http::extract::{InPath, LoggedIn, NUL, Query};
use crate::http::problem::Problem;

const ROWS_UNASKED: u32 = 100;

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(export::export))
        .routes(routes!(get))
        .routes(routes!(history))
        .routes(routes!(compare))
}

/// The parameters of a list. Every other parameter is a filter: a field's name, bare or as `filter[name]`.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
struct ListParameters {
    organization_id: Uuid,
    /// Words that must all occur in the key or a text field.
    search: Option<String>,
    /// A state of a change; `synced` means: without an open change.
    #[param(value_type = Option<String>)]
    sync_state: Option<ModificationState>,
    /// A field's name, `pfaId`, `version` or `updatedAt`; with a leading `-` for descending.
    sort: Option<String>,
    /// 1 to 1000; default 100.
    limit: Option<u32>,
    /// From the answer before.
    cursor: Option<String>,
    /// Exact values of fields, as in `category=Crane&source=Rental`.
    #[param(value_type = Option<BTreeMap<String, String>>, style = Form, explode)]
    filter: BTreeMap<String, String>,
}

impl ListParameters {
    /// Reads the query string: what is no parameter has to be a field.
    fn read(query: &str) -> Result<Self, Problem> {
        let mut given = BTreeMap::new();
        if query.contains("%00") {
            return Err(Problem::malformed(NUL));
        }
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if given.insert(name.to_string(), value.into_owned()).is_some() {
                let name = shown(&name);
                return Err(Problem::malformed_field(&name, format!("{name} is given twice.")));
            }
        }
        let organization_id = given
            .remove("organizationId")
            .ok_or_else(|| Problem::malformed_field("organizationId", "organizationId is missing."))?
            .parse()
            .map_err(|_| Problem::malformed_field("organizationId", "organizationId is no UUID."))?;
        let limit = given
            .remove("limit")
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| Problem::malformed_field("limit", "limit must be a number from 1 to 1000."))?;
        let sync_state = given
            .remove("syncState")
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| Problem::malformed_field("syncState", "syncState is no state of a change."))?;
        let search = given.remove("search");
        let sort = given.remove("sort");
        let cursor = given.remove("cursor");
        Ok(Self { organization_id, search, sync_state, sort, limit, cursor, filter: filters(given)? })
    }

    fn into_query(self) -> Result<RecordQuery, Problem> {
        Ok(RecordQuery {
            search: self.search,
            filter: self.filter,
            sync_state: self.sync_state,
            sort: self.sort,
            offset: self.cursor.map_or(Ok(0), |text| cursor::read(&text))?,
            limit: self.limit.unwrap_or(ROWS_UNASKED),
        })
    }
}

/// The remaining parameters as filters, or a problem that names each one that is no field.
fn filters(given: BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Problem> {
    let mut filter = BTreeMap::new();
    let mut problem: Option<Problem> = None;
    for (name, value) in given {
        let field = name.strip_prefix("filter[").and_then(|rest| rest.strip_suffix(']')).unwrap_or(&name);
        if field.parse::<Field>().is_ok() {
            filter.insert(field.to_owned(), value);
        } else {
            let message = format!("There is no parameter or field {:?}.", shown(&name));
            problem = Some(
                problem
                    .unwrap_or_else(|| {
                        Problem::malformed("The query names parameters or fields that do not exist.")
                    })
                    .with_error(&shown(&name), "unknownField", message),
            );
        }
    }
    match problem {
        None => Ok(filter),
        Some(problem) => Err(problem),
    }
}

/// What a stranger sent, at a bearable length.
fn shown(name: &str) -> String {
    name.chars().take(60).collect()
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RecordList {
    records: Vec<RecordRow>,
    /// How many match.
    total: i64,
    /// The caller's own drafts, whatever the filter.
    own_drafts: i64,
    /// For the next page; none at the end.
    next_cursor: Option<String>,
}

/// Records as they will be: PEMS's values, overlaid with committed changes and the caller's own drafts.
#[utoipa::path(get, path = "/api/pfa-data", tag = "records", params(ListParameters),
    responses((status = 200, body = RecordList)))]
async fn list(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    RawQuery(query): RawQuery,
) -> Answer<RecordList> {
    let parameters = ListParameters::read(query.as_deref().unwrap_or_default())?;
    let access = caller.enter(parameters.organization_id)?;
    let query = parameters.into_query()?;
    let page = backend.records.list(&access, &query).await?;
    let next_cursor = cursor::next(query.offset, page.records.len(), page.total);
    Ok(Json(RecordList {
        records: page.records,
        total: page.total,
        own_drafts: page.own_drafts,
        next_cursor,
    }))
}

/// One record: merged, as PEMS has it, its open change, and what PEMS changed since that was begun.
#[utoipa::path(get, path = "/api/pfa-data/{pfaId}", tag = "records",
    params(("pfaId" = String, Path), InOrganization), responses((status = 200, body = RecordDetail)))]
async fn get(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(pfa_id): InPath<String>,
    Query(scope): Query<InOrganization>,
) -> Answer<RecordDetail> {
    let access = caller.enter(scope.organization_id)?;
    Ok(Json(backend.records.get(&access, &pfa_id).await?))
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct History {
    /// Newest first.
    versions: Vec<HistoryEntry>,
}

/// The versions of a record that passed through here.
#[utoipa::path(get, path = "/api/pfa-data/{pfaId}/history", tag = "records",
    params(("pfaId" = String, Path), InOrganization), responses((status = 200, body = History)))]
async fn history(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(pfa_id): InPath<String>,
    Query(scope): Query<InOrganization>,
) -> Answer<History> {
    let access = caller.enter(scope.organization_id)?;
    Ok(Json(History { versions: backend.records.history(&access, &pfa_id).await? }))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CompareParameters {
    organization_id: Uuid,
    /// A version of the record.
    from: i64,
    /// Another one.
    to: i64,
}

/// What differs between two versions of a record.
#[utoipa::path(get, path = "/api/pfa-data/{pfaId}/compare", tag = "records",
    params(("pfaId" = String, Path), CompareParameters), responses((status = 200, body = Comparison)))]
async fn compare(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(pfa_id): InPath<String>,
    Query(parameters): Query<CompareParameters>,
) -> Answer<Comparison> {
    let access = caller.enter(parameters.organization_id)?;
    Ok(Json(backend.records.compare(&access, &pfa_id, parameters.from, parameters.to).await?))
}
