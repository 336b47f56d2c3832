//! A file of records: each row checked, and its values taken over wherever they differ.
//!
//! The first line names the columns, by a field's label ("Forecast end") or name (`forecastEnd`). One column has the
//! records' keys. Columns that an export has and nobody can write (`Version` and the like) are left out of account. A
//! cell that is empty empties its field.

use std::collections::HashSet;

use serde_json::Value as Json;
use sqlx::PgPool;
use vanguard_app::backend::{Access, BackendError, ImportRequest, MOST_PROPOSALS, Proposed};
use vanguard_domain::record::{EditRule, Field, FieldKind, FieldMap};
use vanguard_domain::validation::FieldError;

use super::propose::{Proposal, Wanted, propose};
use crate::records::sheet::{self, Heading};

pub(super) async fn import(
    pool: &PgPool,
    access: &Access,
    request: ImportRequest,
) -> Result<Proposed, BackendError> {
    let proposals = read(&request.csv)?;
    propose(pool, access, proposals, request.dry_run).await
}

/// The rows of a file.
fn read(text: &str) -> Result<Vec<Proposal>, BackendError> {
    let text = text.trim_start_matches('\u{feff}');
    if text.contains(char::REPLACEMENT_CHARACTER) {
        let message =
            "The file is not UTF-8, and some letters would be lost. Save it as \u{201c}CSV UTF-8\u{201d}.";
        return Err(BackendError::field("csv", "notUtf8", message));
    }
    // Of lines that end in two characters, the reader loses count.
    let text = text.replace("\r\n", "\n");
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter(&text)).flexible(true).from_reader(text.as_bytes());
    let headings = reader.headers().map_err(|error| unreadable(&error))?.clone();
    let columns = columns(&headings)?;
    let mut proposals = Vec::new();
    let mut met = HashSet::new();
    for row in reader.records() {
        let row = row.map_err(|error| unreadable(&error))?;
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if proposals.len() == MOST_PROPOSALS {
            let message = format!("A file has at most {MOST_PROPOSALS} rows. Do it in parts.");
            return Err(BackendError::field("csv", "tooMany", message));
        }
        let line = row.position().map(csv::Position::line);
        let pfa_id = row.get(columns.key).unwrap_or_default().trim().to_owned();
        let mut wanted = values(&columns, &row, headings.len());
        if pfa_id.is_empty() {
            wanted = Wanted::Wrong(vec![error("pfaId", "required", "The row names no record.".into())]);
        } else if !met.insert(pfa_id.clone()) {
            let message = "This record stands in the file already. Put its values into one row.".to_owned();
            wanted = Wanted::Wrong(vec![error("pfaId", "twice", message)]);
        }
        proposals.push(Proposal { line, pfa_id: pfa_id.chars().take(60).collect(), wanted });
    }
    if proposals.is_empty() {
        return Err(BackendError::field("csv", "required", "The file has no rows below its headings."));
    }
    Ok(proposals)
}

/// Spreadsheets of some countries separate by semicolons, or by tabs.
fn delimiter(text: &str) -> u8 {
    let heading = text.lines().next().unwrap_or_default();
    let count = |mark: &u8| heading.bytes().filter(|byte| byte == mark).count();
    // Of equals the last one is taken: a comma.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

/// Where what stands in a row.
struct Columns {
    key: usize,
    fields: Vec<(usize, Field)>,
}

fn columns(headings: &csv::StringRecord) -> Result<Columns, BackendError> {
    let (mut key, mut fields, mut errors) = (None, Vec::new(), Vec::new());
    let mut met = HashSet::new();
    for (index, heading) in headings.iter().enumerate() {
        let heading = heading.trim();
        let shown: String = heading.chars().take(60).collect();
        match sheet::heading(heading) {
            Some(known) if !met.insert(known) => {
                errors.push(error(&shown, "twice", format!("There are two columns {shown:?}. Remove one.")));
            }
            Some(Heading::Key) => key = Some(index),
            Some(Heading::Field(field)) if field.spec().edit != EditRule::ReadOnly => {
                fields.push((index, field));
            }
            Some(Heading::Field(_) | Heading::Told(_)) => {}
            None if heading.is_empty() => {}
            None => errors.push(error(
                &shown,
                "unknownField",
                format!("There is no field {shown:?}. Name it as the grid does, or remove the column."),
            )),
        }
    }
    if key.is_none() {
        let message = "One column has to be called \u{201c}Record\u{201d} and hold the records' keys.";
        errors.push(error("Record", "required", message.into()));
    } else if fields.is_empty() && errors.is_empty() {
        errors.push(error("csv", "nothingToChange", "The file has no column that can be changed.".into()));
    }
    if let (Some(key), true) = (key, errors.is_empty()) {
        return Ok(Columns { key, fields });
    }
    let message = "The headings of the file are not right. Nothing was changed.".to_owned();
    Err(BackendError::Invalid { message, errors })
}

fn values(columns: &Columns, row: &csv::StringRecord, width: usize) -> Wanted {
    if row.len() != width {
        let message = format!("The row has {} cells, the heading has {width}.", row.len());
        return Wanted::Wrong(vec![error("csv", "unevenRow", message)]);
    }
    let (mut values, mut errors) = (FieldMap::new(), Vec::new());
    for (index, field) in &columns.fields {
        let text = sheet::plain(row.get(*index).unwrap_or_default());
        match field.parse(&as_json(*field, text)) {
            Ok(value) => values.set(*field, value),
            Err(wrong) => errors.push(FieldError::value(*field, &wrong)),
        }
    }
    if errors.is_empty() { Wanted::Values(values) } else { Wanted::Wrong(errors) }
}

/// A cell as the field reads it: `Yes` for a flag, thousands without their marks.
fn as_json(field: Field, text: &str) -> Json {
    match field.spec().kind {
        FieldKind::Flag => match text.to_lowercase().as_str() {
            "yes" | "true" | "1" => Json::Bool(true),
            "no" | "false" | "0" | "" => Json::Bool(false),
            _ => Json::String(text.to_owned()),
        },
        FieldKind::Money => Json::String(text.replace([',', ' ', '\u{a0}', '\u{202f}'], "")),
        FieldKind::Text { .. } | FieldKind::Choice(_) | FieldKind::Date => Json::String(text.to_owned()),
    }
}

fn unreadable(wrong: &csv::Error) -> BackendError {
    BackendError::field("csv", "unreadable", format!("This is no CSV file that we can read: {wrong}."))
}

fn error(field: &str, code: &str, message: String) -> FieldError {
    FieldError { field: field.to_owned(), code: code.to_owned(), message }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A row: its line, the record, and its values or what is wrong with them.
    type Row = (u64, String, Result<Json, Vec<String>>);

    fn rows(text: &str) -> Vec<Row> {
        let row = |row: Proposal| {
            let wanted = match row.wanted {
                Wanted::Values(values) => Ok(values.to_json()),
                Wanted::Wrong(errors) => Err(errors.into_iter().map(|error| error.code).collect()),
                Wanted::Edit(_) => unreachable!("a file edits nothing"),
            };
            (row.line.unwrap(), row.pfa_id, wanted)
        };
        read(text).unwrap().into_iter().map(row).collect()
    }

    fn lines_of(rows: &[Row]) -> Vec<u64> {
        rows.iter().map(|(line, ..)| *line).collect()
    }

    fn refused(text: &str) -> Vec<String> {
        match read(text) {
            Err(BackendError::Invalid { errors, .. }) => errors.into_iter().map(|error| error.code).collect(),
            _ => panic!("it was not refused"),
        }
    }

    #[test]
    fn columns_go_by_label_or_name_and_what_nobody_writes_is_left_out() {
        let found = rows(
            "Record,Forecast end,model,Version,Original end\r\nRIO-1,2026-03-31,\"A, B\",7,2026-01-01\r\n",
        );
        let wanted = json!({ "forecastEnd": "2026-03-31T00:00:00Z", "model": "A, B" });
        assert_eq!(found, [(2, "RIO-1".to_owned(), Ok(wanted))]);
    }

    #[test]
    fn a_spreadsheet_of_any_country_is_read() {
        let semicolons = rows("\u{feff}Record;Monthly rate;Actualised\nRIO-1;1 234.50;yes\n\n");
        let wanted = json!({ "monthlyRate": "1234.50", "isActualized": true });
        assert_eq!(semicolons, [(2, "RIO-1".to_owned(), Ok(wanted.clone()))]);
        assert_eq!(
            rows("Record\tMonthly rate\tActualised\nRIO-1\t1,234.50\tTRUE"),
            [(2, "RIO-1".to_owned(), Ok(wanted))]
        );
    }

    #[test]
    fn each_row_is_judged_on_its_own() {
        let text = "Record,Forecast end,Model\nRIO-1,tomorrow,\nRIO-2,,A\n,2026-01-01,A\nRIO-2,,B\nRIO-3,x\n";
        let found = rows(text);
        assert_eq!(lines_of(&rows(&text.replace('\n', "\r\n"))), lines_of(&found));
        let codes: Vec<_> = found.into_iter().map(|(line, _, wanted)| (line, wanted.err())).collect();
        let wrong = |codes: &[&str]| Some(codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            codes,
            [
                (2, wrong(&["notADate"])),
                (3, None),
                (4, wrong(&["required"])),
                (5, wrong(&["twice"])),
                (6, wrong(&["unevenRow"])),
            ]
        );
    }

    #[test]
    fn headings_that_are_wrong_stop_the_whole_file() {
        assert_eq!(refused("Record,Colour\nRIO-1,red\n"), ["unknownField"]);
        assert_eq!(refused("Model\nA\n"), ["required"]);
        assert_eq!(refused("Record,Model,model\nRIO-1,A,B\n"), ["twice"]);
        assert_eq!(refused("Record,Version\nRIO-1,7\n"), ["nothingToChange"]);
        assert_eq!(refused("Record,Model\n"), ["required"]);
        assert_eq!(refused("Record,Model\nRIO-1,Gr\u{fffd}ne\n"), ["notUtf8"]);
    }
}
