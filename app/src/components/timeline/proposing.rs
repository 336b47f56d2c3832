//! A forecast that is being moved, by mouse or keys, and is not a draft yet.

use std::time::Duration;

use leptos::prelude::*;
use vanguard_domain::cost::Phase;
use vanguard_domain::delta::Operation;
use vanguard_domain::record::{Field, Value};
use vanguard_domain::validation::validate;

use super::cost::{forecast_cost, told};
use super::dates::{Dates, Grip};
use super::state::Timeline;
use super::words;
use crate::components::grid::cell::RowView;
use crate::components::grid::columns::Column;
use crate::components::grid::draft::Rejected;
use crate::components::grid::lock::lock;

/// What was moved by keys becomes a draft when none is pressed for this long.
const PAUSE: Duration = Duration::from_millis(2_500);

/// The fields that the timeline edits.
pub const FORECAST: [Field; 2] = [Field::ForecastStart, Field::ForecastEnd];

/// A forecast on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub pfa_id: String,
    /// Its row.
    pub number: u32,
    pub before: Dates,
    pub after: Dates,
    /// What it would cost, told to those who may know.
    pub cost: Option<String>,
    /// Why it cannot become a draft.
    pub fault: Option<String>,
}

impl Proposal {
    /// The dates, and what was done to them.
    pub fn told(&self) -> String {
        let dates = words::dates(self.after).unwrap_or_default();
        let mut text = format!("{dates}, {}", words::change(self.before, self.after));
        if let Some(cost) = &self.cost {
            text.push_str(". ");
            text.push_str(cost);
        }
        text
    }
}

/// The forecast as the row shows it.
pub fn forecast(view: &RowView<'_>) -> Dates {
    Dates::of(Phase::Forecast, |field| view.value(field))
}

/// Why the user may not move the forecast; `None` if he may.
pub fn why_locked(view: &RowView<'_>) -> Option<String> {
    let reason = FORECAST.iter().find_map(|field| lock(Column::Field(*field), view.row, view.permissions));
    reason.map(|reason| reason.to_string())
}

impl Timeline {
    /// Moves the forecast of a row, or one end of it, by whole days. It becomes a draft after a pause, or with
    /// [`Self::accept`].
    pub fn shift(self, number: u32, grip: Grip, days: i64) {
        let Some((pfa_id, now, reason)) = self.held(number) else { return };
        if let Some(reason) = reason {
            self.grid.say(reason);
            return;
        }
        let under_way = self.proposal.get_untracked().filter(|proposal| proposal.pfa_id == pfa_id);
        if under_way.is_none() {
            self.accept();
        }
        let (before, from) = under_way.map_or((now, now), |proposal| (proposal.before, proposal.after));
        if !self.propose(number, before, from.moved(grip, days)) {
            self.grid.say(missing(&pfa_id));
            return;
        }
        if let Some(proposal) = self.proposal.get_untracked() {
            let fault = proposal.fault.as_ref().map(|fault| format!(" {fault}")).unwrap_or_default();
            self.grid.say(format!("{pfa_id}: {}.{fault}", proposal.told()));
        }
        self.accept_after_pause();
    }

    /// Shows what the forecast of a row would become; false if it has no such dates.
    pub(super) fn propose(self, number: u32, before: Dates, after: Option<Dates>) -> bool {
        let Some(after) = after else { return false };
        let proposal = self.grid.read(number, |view| {
            let view = view?;
            let change = after.fields_changed_from(before);
            // What was just changed may not be in the row yet.
            let mut record = view.row.fields.clone();
            for field in FORECAST {
                record.set(field, view.value(field));
            }
            let faults = validate(&record, Operation::Update, &change, view.permissions);
            Some(Proposal {
                pfa_id: view.row.pfa_id.clone(),
                number,
                before,
                after,
                cost: told(forecast_cost(&view, before), forecast_cost(&view, after)),
                fault: faults.into_iter().next().map(|fault| fault.message),
            })
        });
        self.proposal.set(proposal);
        true
    }

    /// What is proposed becomes a draft; if it is not valid, it stays at its row with the reason.
    pub fn accept(self) {
        let Some(proposal) = self.proposal.try_update(Option::take).flatten() else { return };
        let Some(row) = self.grid.row_of_record(&proposal.pfa_id) else {
            self.grid.say(format!("{} is not at hand any more; nothing was changed.", proposal.pfa_id));
            return;
        };
        let changes = proposal.after.changes_from(proposal.before);
        if changes.is_empty() {
            self.grid.say("");
            return;
        }
        match self.grid.set_values(&row, &changes) {
            Ok(()) => self.grid.say(format!("Forecast of {}: {}.", proposal.pfa_id, proposal.told())),
            Err(error) => {
                let field = error.field.parse::<Field>().ok().filter(|field| FORECAST.contains(field));
                let field = field.unwrap_or(Field::ForecastEnd);
                let typed = changes.iter().find(|(other, _)| *other == field);
                let typed = typed.map(|(_, value)| value.to_string()).unwrap_or_default();
                self.grid.say(format!("{}: {} Nothing was saved.", proposal.pfa_id, error.message));
                self.grid.reject(&row, field, Rejected { typed, message: error.message });
            }
        }
    }

    /// Takes a value of the forecast that somebody typed; says at the row what is wrong with it.
    pub fn set_date(self, pfa_id: &str, field: Field, text: &str) {
        self.cancel();
        let Some(row) = self.grid.row_of_record(pfa_id) else { return };
        let read = crate::components::grid::cell_text::read(field, text);
        let done = read.and_then(|value: Value| self.grid.set_values(&row, &[(field, value)]));
        match done {
            Ok(()) => self.grid.say(format!("{} of {pfa_id}: {}.", field.label(), told_or_none(text))),
            Err(error) => {
                self.grid.say(format!("{pfa_id}: {} Nothing was saved.", error.message));
                self.grid.reject(&row, field, Rejected { typed: text.to_owned(), message: error.message });
            }
        }
    }

    /// Gives up what is proposed; whether there was anything.
    pub fn cancel(self) -> bool {
        self.drag.set_value(None);
        let proposal = self.proposal.try_update(Option::take).flatten();
        if let Some(proposal) = &proposal {
            self.grid.say(format!("The forecast of {} is as it was.", proposal.pfa_id));
        }
        proposal.is_some()
    }

    /// Gives up what was refused at a row; whether there was anything.
    pub(super) fn give_up(self, number: u32) -> bool {
        let refused = self.grid.read(number, |view| {
            let view = view?;
            let draft = view.draft?;
            let is_any = FORECAST.iter().any(|field| draft.rejected(*field).is_some());
            is_any.then(|| view.row.pfa_id.clone())
        });
        if let Some(pfa_id) = &refused {
            self.grid.give_up(pfa_id, &FORECAST);
            self.grid.say(format!("The forecast of {pfa_id} is as it was."));
        }
        refused.is_some()
    }

    /// A row's record, its forecast, and why that cannot be moved.
    pub(super) fn held(self, number: u32) -> Option<(String, Dates, Option<String>)> {
        self.grid.read(number, |view| {
            let view = view?;
            Some((view.row.pfa_id.clone(), forecast(&view), why_locked(&view)))
        })
    }

    fn accept_after_pause(self) {
        let mine = self.presses.try_update_value(|presses| {
            *presses += 1;
            *presses
        });
        set_timeout(
            move || {
                // Only the last of them, and not while the mouse holds something.
                if self.presses.try_get_value() == mine && self.drag.get_value().is_none() {
                    self.accept();
                }
            },
            PAUSE,
        );
    }
}

/// What is said of a forecast that lacks the date that is to be moved.
pub(super) fn missing(pfa_id: &str) -> String {
    format!("{pfa_id} has no such forecast date yet. Set it below the timeline.")
}

fn told_or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}
