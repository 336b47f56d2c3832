//! Records as a file for spreadsheets: the list that the grid shows, with its filters, order and columns.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use futures::{TryStreamExt, stream};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use vanguard_app::backend::{Access, Backend, BackendError, RecordsPort};
use vanguard_domain::permission::Permission;

use super::ListParameters;
use crate::http::extract::LoggedIn;
use crate::http::problem::Problem;
use crate::records::sheet::{self, Heading, Told, harmless};

/// Records that are fetched at once.
const CHUNK: usize = 1_000;

/// Every record that matches, as CSV. Needs `Export`.
///
/// `columns`: names with commas between them, in order, behind the record's key; without it every column.
#[utoipa::path(get, path = "/api/pfa-data/export", tag = "records", params(ListParameters, ("columns" = Option<String>, Query)),
    responses((status = 200, content((String = "text/csv")))))]
pub(super) async fn export(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let (columns, rest): (Vec<_>, Vec<_>) =
        query.split('&').partition(|parameter| parameter.starts_with("columns="));
    let parameters = ListParameters::read(&rest.join("&"))?;
    let access = caller.enter(parameters.organization_id)?;
    access.require(Permission::Export)?;
    let headings = headings(columns.first().copied(), &access)?;
    let file = format!("attachment; filename=\"records-{}.csv\"", access.organization().code);
    let query = parameters.into_query()?;
    // The keys are read before the answer begins: a refusal is an answer of its own.
    let keys = backend.records.keys(&access, &query).await?;
    let export = Export { port: Arc::clone(&backend.records), access, headings, keys, done: None };
    let chunks = stream::try_unfold(export, |mut export| async move {
        Ok::<_, BackendError>(export.next().await?.map(|text| (Bytes::from(text), export)))
    });
    // An error in mid-stream cuts the answer off, so that half a list is not taken for the whole.
    let body = Body::from_stream(chunks.map_err(|error| std::io::Error::other(error.to_string())));
    let kind = "text/csv; charset=utf-8".to_owned();
    Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, file)], body).into_response())
}

/// The columns asked for, or all; without amounts for whoever may not see them.
fn headings(parameter: Option<&str>, access: &Access) -> Result<Vec<Heading>, Problem> {
    let names = parameter
        .and_then(|parameter| form_urlencoded::parse(parameter.as_bytes()).next())
        .map(|(_, names)| names.into_owned())
        .filter(|names| !names.is_empty());
    let mut headings = match names {
        None => Heading::all(),
        Some(names) => {
            let mut headings = vec![Heading::Key];
            for name in names.split(',') {
                let heading = sheet::heading(name).ok_or_else(|| {
                    let name: String = name.chars().take(60).collect();
                    Problem::malformed_field("columns", format!("There is no column {name:?}."))
                })?;
                if !headings.contains(&heading) {
                    headings.push(heading);
                }
            }
            headings
        }
    };
    if !access.may(Permission::ViewFinancials) {
        headings.retain(|heading| !is_money(*heading));
    }
    Ok(headings)
}

fn is_money(heading: Heading) -> bool {
    match heading {
        Heading::Field(field) => field.is_money(),
        Heading::Told(told) => told == Told::ForecastCost,
        Heading::Key => false,
    }
}

struct Export {
    port: Arc<dyn RecordsPort>,
    access: Access,
    headings: Vec<Heading>,
    keys: Vec<String>,
    /// How many of the keys are written; none before the headings are.
    done: Option<usize>,
}

impl Export {
    /// The next piece of the file; nothing at its end.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, BackendError> {
        let Some(done) = self.done else {
            self.done = Some(0);
            // Spreadsheets take a file for UTF-8 only with this mark.
            let mut text = "\u{feff}".as_bytes().to_vec();
            text.extend(
                self.lines(&[self.headings.iter().map(|heading| heading.label().to_owned()).collect()]),
            );
            return Ok(Some(text));
        };
        if done >= self.keys.len() {
            return Ok(None);
        }
        let end = (done + CHUNK).min(self.keys.len());
        let rows = self.port.rows(&self.access, &self.keys[done..end]).await?;
        self.done = Some(end);
        let cells: Vec<Vec<String>> =
            rows.iter().map(|row| self.headings.iter().map(|heading| heading.cell(row)).collect()).collect();
        Ok(Some(self.lines(&cells)))
    }

    fn lines(&self, rows: &[Vec<String>]) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::with_capacity(rows.len() * self.headings.len() * 12));
        for row in rows {
            writer
                .write_record(row.iter().map(|cell| harmless(cell).into_owned()))
                .expect("every row has as many cells as there are headings, and memory does not fail");
        }
        writer.into_inner().expect("memory does not fail")
    }
}
