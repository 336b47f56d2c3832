//! Records as a spreadsheet has them: the headings that an export writes and an import reads.

use std::borrow::Cow;

use chrono::SecondsFormat;
use vanguard_app::backend::RecordRow;
use vanguard_domain::cost::{Phase, cost};
use vanguard_domain::record::{Field, Value};

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Heading {
    /// The record's key.
    Key,
    Field(Field),
    Told(Told),
}

/// What is told about a record, and cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    State,
    ForecastCost,
    Version,
    UpdatedAt,
    UpdatedBy,
}

impl Told {
    const ALL: [Self; 5] = [Self::State, Self::ForecastCost, Self::Version, Self::UpdatedAt, Self::UpdatedBy];

    /// The name in addresses, and the label.
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::State => ("state", "State"),
            Self::ForecastCost => ("forecastCost", "Forecast cost"),
            Self::Version => ("version", "Version"),
            Self::UpdatedAt => ("updatedAt", "Updated in PEMS"),
            Self::UpdatedBy => ("updatedBy", "Updated by"),
        }
    }
}

impl Heading {
    /// Every column, in the order of the grid.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Key, Self::Told(Told::State)];
        all.extend(Field::ALL.map(Self::Field));
        let told = [Told::ForecastCost, Told::Version, Told::UpdatedAt, Told::UpdatedBy];
        all.extend(told.map(Self::Told));
        all
    }

    /// What the first line of a file says.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Key => "Record",
            Self::Field(field) => field.label(),
            Self::Told(told) => told.names().1,
        }
    }

    /// The cell of a record.
    pub fn cell(self, row: &RecordRow) -> String {
        match self {
            Self::Key => row.pfa_id.clone(),
            Self::Field(field) => match row.fields.value(field) {
                // To the second: what is read back must be the same instant.
                Value::Date(date) if date.time() != chrono::NaiveTime::MIN => {
                    date.to_rfc3339_opts(SecondsFormat::AutoSi, true)
                }
                value => value.to_string(),
            },
            Self::Told(Told::State) => row.sync_state.label().to_owned(),
            Self::Told(Told::ForecastCost) => {
                cost(&row.fields, Phase::Forecast).map(|cost| format!("{cost:.2}")).unwrap_or_default()
            }
            Self::Told(Told::Version) => row.version.to_string(),
            Self::Told(Told::UpdatedAt) => row.updated_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            Self::Told(Told::UpdatedBy) => row.updated_by.clone(),
        }
    }
}

/// The column that a heading or a name in an address means.
pub fn heading(text: &str) -> Option<Heading> {
    let is = |name: &str| name.eq_ignore_ascii_case(text);
    if is("Record") || is("pfaId") {
        return Some(Heading::Key);
    }
    let field = Field::ALL.into_iter().find(|field| is(field.label()) || is(field.name()));
    let told = || Told::ALL.into_iter().find(|told| is(told.names().0) || is(told.names().1));
    field.map(Heading::Field).or_else(|| told().map(Heading::Told))
}

/// A text that a spreadsheet does not compute: an apostrophe stands before a sign that would make it a formula.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text of a cell without what [`harmless`] put before it.
pub fn plain(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(text)
}

/// Whether it would be one without the apostrophes that stand before it.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_found_by_what_it_is_called() {
        for known in Heading::all() {
            assert_eq!(heading(known.label()), Some(known));
        }
        assert_eq!(heading("forecastend"), Some(Heading::Field(Field::ForecastEnd)));
        assert_eq!(heading("Colour"), None);
    }

    #[test]
    fn a_formula_is_text_and_comes_back_as_it_was() {
        for text in ["=1+1", "-5", "@x", "'quoted", "'=1", "plain", "'"] {
            assert_eq!(plain(&harmless(text)), text);
        }
    }
}
