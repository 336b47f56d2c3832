//! What one cell shows: its text, where its change stands, and what is wrong with it.

use uuid::Uuid;
use vanguard_domain::cost::{Phase, cost};
use vanguard_domain::delta::applied;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{Field, FieldKind, FieldMap, Value};

use crate::backend::{OpenChange, RecordRow};

use super::cell_text::{amount, shown};
use super::columns::Column;
use super::draft::RecordDraft;

/// Stands for an amount that the user may not see.
pub const HIDDEN: &str = "—";

/// Where the change of a cell stands, the most pressing word first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// The value is not valid, or the server refused it: why.
    Wrong(String),
    /// The server could not be reached; it is being tried again.
    NotSaved,
    /// On its way to the server.
    Saving,
    /// A draft or committed change, as the server says.
    Change(OpenChange),
    /// Confirmed by PEMS a moment ago.
    Synced,
}

/// What a cell's text is, for the way in which it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    Text(String),
    Flag(bool),
    /// An amount that the user may not see.
    Hidden,
}

/// One cell, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub content: Content,
    pub mark: Option<Mark>,
    /// PEMS changed the field since the user's draft was begun.
    pub changed_in_pems: bool,
}

/// Everything that decides what a row shows.
#[derive(Debug, Clone, Copy)]
pub struct RowView<'a> {
    pub row: &'a RecordRow,
    /// What the user changed here and the row does not show yet.
    pub draft: Option<&'a RecordDraft>,
    /// Fields that PEMS confirmed a moment ago.
    pub fresh: &'a [Field],
    pub permissions: &'a [Permission],
}

impl RowView<'_> {
    pub fn cell(&self, column: Column) -> Cell {
        match column {
            Column::Field(field) => self.field_cell(field),
            Column::ForecastCost => plain(self.forecast_cost()),
            Column::Key => plain(Content::Text(self.row.pfa_id.clone())),
            Column::Version => plain(Content::Text(self.row.version.to_string())),
            Column::UpdatedAt => {
                let day = self.row.updated_at.format("%Y-%m-%d");
                plain(Content::Text(format!("{day} {}", self.row.updated_by)))
            }
            Column::Select => plain(Content::Text(String::new())),
            Column::State => Cell {
                mark: self.row_mark(),
                changed_in_pems: !self.row.changed_in_pems.is_empty(),
                ..plain(Content::Text(String::new()))
            },
        }
    }

    /// The value that the cell of `field` shows and that an edit begins with.
    pub fn value(&self, field: Field) -> Value {
        let value = match self.draft {
            Some(draft) => draft.value(field, self.row),
            None => self.row.fields.get(field),
        };
        value.cloned().unwrap_or(Value::Empty)
    }

    fn field_cell(&self, field: Field) -> Cell {
        let rejected = self.draft.and_then(|draft| draft.rejected(field));
        let content = match (rejected, self.value(field)) {
            (Some(rejected), _) => Content::Text(rejected.typed.clone()),
            (None, _) if field.is_money() && !self.sees_money() => Content::Hidden,
            (None, Value::Flag(flag)) if field.spec().kind == FieldKind::Flag => Content::Flag(flag),
            (None, value) => Content::Text(shown(&value)),
        };
        let changed_in_pems = self.row.changed_in_pems.contains(&field);
        Cell { content, mark: self.field_mark(field), changed_in_pems }
    }

    fn field_mark(&self, field: Field) -> Option<Mark> {
        if let Some(draft) = self.draft {
            if let Some(rejected) = draft.rejected(field) {
                return Some(Mark::Wrong(rejected.message.clone()));
            }
            if let Some(reason) = draft.refusal(field) {
                return Some(Mark::Wrong(reason.to_owned()));
            }
            if draft.is_unsaved(field) {
                return Some(if draft.has_failed() { Mark::NotSaved } else { Mark::Saving });
            }
        }
        let changes = self.row.changes.iter().filter(|change| change.fields.contains(&field));
        match changes.max_by_key(|change| urgency(change.state)) {
            Some(change) => Some(Mark::Change(change.clone())),
            // Saved here, and not read again yet.
            None if self.draft.is_some_and(|draft| draft.in_delta(field)) => Some(Mark::Saving),
            None if self.fresh.contains(&field) => Some(Mark::Synced),
            None => None,
        }
    }

    /// Where the row's most pressing change stands.
    fn row_mark(&self) -> Option<Mark> {
        let change = self.row.changes.iter().max_by_key(|change| urgency(change.state));
        match change {
            Some(change) => Some(Mark::Change(change.clone())),
            None if !self.fresh.is_empty() => Some(Mark::Synced),
            None => None,
        }
    }

    fn sees_money(&self) -> bool {
        self.permissions.contains(&Permission::ViewFinancials)
    }

    fn forecast_cost(&self) -> Content {
        if !self.sees_money() {
            return Content::Hidden;
        }
        let with_draft = self.draft.map(|draft| {
            let local: FieldMap = Field::ALL
                .into_iter()
                .filter_map(|field| Some((field, draft.value(field, self.row)?.clone())))
                .collect();
            applied(&self.row.fields, &local)
        });
        let record = with_draft.as_ref().unwrap_or(&self.row.fields);
        Content::Text(cost(record, Phase::Forecast).map(amount).unwrap_or_default())
    }
}

fn plain(content: Content) -> Cell {
    Cell { content, mark: None, changed_in_pems: false }
}

/// Which of several changes a cell tells of: what needs a person first, then what moves.
const fn urgency(state: ModificationState) -> u8 {
    match state {
        ModificationState::Conflict => 6,
        ModificationState::SyncError => 5,
        ModificationState::Draft => 4,
        ModificationState::Syncing => 3,
        ModificationState::Queued => 2,
        ModificationState::PendingSync => 1,
        ModificationState::Synced | ModificationState::Discarded => 0,
    }
}

/// The changes that `before` shows as under way and `after` does not have any more: PEMS confirmed them. Changes
/// that waited for a person may as well have been discarded, so nothing is claimed of those.
pub fn confirmed(before: &RecordRow, after: &RecordRow) -> Vec<Field> {
    let ended = |id: Uuid| after.changes.iter().all(|change| change.modification_id != id);
    before
        .changes
        .iter()
        .filter(|change| {
            use ModificationState::{PendingSync, Queued, Syncing};
            matches!(change.state, PendingSync | Queued | Syncing)
        })
        .filter(|change| ended(change.modification_id))
        .flat_map(|change| change.fields.iter().copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use vanguard_domain::permission::Role;

    use super::super::draft::Rejected;
    use super::super::fixture::{change, row, with_change};
    use super::super::undo::Held;
    use super::*;

    const ID: &str = "RIO-000001";

    fn cell(row: &RecordRow, draft: Option<&RecordDraft>, column: Column, role: Role) -> Cell {
        RowView { row, draft, fresh: &[], permissions: &role.permissions() }.cell(column)
    }

    #[test]
    fn amounts_are_hidden_from_those_who_may_not_see_them() {
        let row = row(ID);
        let rate = Column::Field(Field::MonthlyRate);
        assert_eq!(cell(&row, None, rate, Role::Editor).content, Content::Hidden);
        assert_eq!(cell(&row, None, Column::ForecastCost, Role::Editor).content, Content::Hidden);
        let seen = cell(&row, None, rate, Role::PortfolioManager).content;
        assert_eq!(seen, Content::Text("5,500.00".into()));
    }

    #[test]
    fn the_forecast_cost_follows_an_edit_at_once() {
        let row = row(ID);
        let before = cell(&row, None, Column::ForecastCost, Role::PortfolioManager);
        let mut draft = RecordDraft::of(&row);
        let rate = Field::MonthlyRate.parse(&"11000".into()).unwrap();
        draft.set(Field::MonthlyRate, Held::Draft(rate));
        let after = cell(&row, Some(&draft), Column::ForecastCost, Role::PortfolioManager);
        assert_ne!(before, after);
    }

    #[test]
    fn what_was_typed_wrongly_stays_in_its_cell_with_the_reason() {
        let row = row(ID);
        let mut draft = RecordDraft::of(&row);
        let rejected = Rejected { typed: "31.3.".into(), message: "must be a date".into() };
        draft.reject(Field::ForecastEnd, rejected);
        let cell = cell(&row, Some(&draft), Column::Field(Field::ForecastEnd), Role::Editor);
        assert_eq!(cell.content, Content::Text("31.3.".into()));
        assert_eq!(cell.mark, Some(Mark::Wrong("must be a date".into())));
    }

    #[test]
    fn of_several_changes_the_cell_tells_the_one_that_needs_somebody() {
        let model = &[Field::Model];
        let row = with_change(row(ID), change(ModificationState::Queued, model));
        let row = with_change(row, change(ModificationState::Conflict, model));
        let mark = cell(&row, None, Column::Field(Field::Model), Role::Editor).mark;
        assert!(matches!(mark, Some(Mark::Change(change)) if change.state == ModificationState::Conflict));
    }

    #[test]
    fn a_change_that_was_under_way_and_is_gone_was_confirmed() {
        let gone = row(ID);
        let sending = with_change(row(ID), change(ModificationState::Syncing, &[Field::Model]));
        assert_eq!(confirmed(&sending, &gone), [Field::Model]);
        assert!(confirmed(&sending, &sending).is_empty());
        let disputed = with_change(row(ID), change(ModificationState::Conflict, &[Field::Model]));
        assert!(confirmed(&disputed, &gone).is_empty(), "it may have been given up");
    }
}
