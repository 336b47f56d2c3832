//! A record query, checked: every mistake in it is the caller's to mend.

use serde_json::{Map, Value as Json};
use vanguard_app::backend::{Access, BackendError, RecordQuery};
use vanguard_domain::modification::ModificationState;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{Field, FieldKind};
use vanguard_domain::validation::FieldError;

/// The most rows of one answer.
pub(super) const MOST_ROWS: u32 = 1000;

/// How the sort key is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SortKind {
    Text,
    Number,
}

impl SortKind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
        }
    }
}

/// What the store can run.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    /// Lower-case words that must all occur.
    pub(super) words: Vec<String>,
    /// Contained in the merged fields; `None` matches everything.
    pub(super) filter: Option<Json>,
    pub(super) state: Option<ModificationState>,
    pub(super) sort: String,
    pub(super) sort_kind: SortKind,
    pub(super) descending: bool,
    pub(super) offset: i64,
    pub(super) limit: i64,
}

impl Checked {
    /// The same records, all of them.
    pub(super) fn of_all(query: &RecordQuery, access: &Access) -> Result<Self, BackendError> {
        let first = RecordQuery { offset: 0, limit: 1, ..query.clone() };
        Ok(Self { limit: i64::MAX, ..Self::from_request(&first, access)? })
    }

    pub(super) fn from_request(query: &RecordQuery, access: &Access) -> Result<Self, BackendError> {
        let mut errors = Vec::new();
        let mut refuse = |field: &str, code: &str, message: String| {
            errors.push(FieldError { field: field.to_owned(), code: code.to_owned(), message });
        };
        if !(1..=MOST_ROWS).contains(&query.limit) {
            refuse("limit", "outOfRange", format!("limit must be 1 to {MOST_ROWS}, not {}.", query.limit));
        }
        let search = query.search.as_deref().unwrap_or_default();
        if search.chars().count() > 200 {
            refuse("search", "tooLong", "A search has at most 200 characters.".to_owned());
        }
        let mut filter = Map::new();
        for (name, text) in &query.filter {
            match filter_value(name, text, access) {
                Ok(value) => drop(filter.insert(name.clone(), value)),
                Err(error) => refuse(name, error.0, error.1),
            }
        }
        let wanted = query.sort.as_deref().filter(|sort| !sort.is_empty()).unwrap_or("pfaId");
        let (sort, descending) = wanted.strip_prefix('-').map_or((wanted, false), |name| (name, true));
        let sort_kind = sort_kind(sort);
        if sort_kind.is_none() {
            let shown: String = sort.chars().take(60).collect();
            refuse("sort", "unknownField", format!("Records cannot be sorted by {shown:?}."));
        }
        if !errors.is_empty() {
            return Err(BackendError::Invalid { message: "The query is not valid.".to_owned(), errors });
        }
        // An order by amounts would tell them to those who may not see them.
        let secret =
            sort.parse::<Field>().is_ok_and(Field::is_money) && !access.may(Permission::ViewFinancials);
        let sort = if secret { "pfaId" } else { sort };
        Ok(Self {
            words: search.to_lowercase().split_whitespace().map(str::to_owned).collect(),
            filter: (!filter.is_empty()).then_some(Json::Object(filter)),
            state: query.sync_state,
            sort: sort.to_owned(),
            sort_kind: if secret { SortKind::Text } else { sort_kind.unwrap_or(SortKind::Text) },
            descending,
            offset: i64::from(query.offset),
            limit: i64::from(query.limit),
        })
    }
}

fn sort_kind(name: &str) -> Option<SortKind> {
    match name {
        "pfaId" | "updatedAt" | "updatedBy" => Some(SortKind::Text),
        "version" => Some(SortKind::Number),
        name => match name.parse::<Field>().ok()?.spec().kind {
            FieldKind::Money => Some(SortKind::Number),
            _ => Some(SortKind::Text),
        },
    }
}

/// The exact value wanted, in the form in which the database holds it.
fn filter_value(name: &str, text: &str, access: &Access) -> Result<Json, (&'static str, String)> {
    let shown: String = name.chars().take(60).collect();
    let field: Field = name.parse().map_err(|_| ("unknownField", format!("There is no field {shown:?}.")))?;
    if field.is_money() && !access.may(Permission::ViewFinancials) {
        return Err(("forbidden", format!("Filtering by {} needs ViewFinancials.", field.label())));
    }
    let json = match (field.spec().kind, text) {
        (_, "") if field.spec().nullable => Json::Null,
        (FieldKind::Flag, "true") => Json::Bool(true),
        (FieldKind::Flag, "false") => Json::Bool(false),
        (_, text) => Json::String(text.to_owned()),
    };
    let value = field.parse(&json).map_err(|error| (error.code(), format!("{} {error}.", field.label())))?;
    Ok(value.to_json())
}
