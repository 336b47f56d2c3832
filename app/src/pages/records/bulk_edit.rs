//! One edit of the selected records: dates shifted, an amount changed by a share, one value for all.

use leptos::prelude::*;
use rust_decimal::Decimal;
use vanguard_domain::bulk_edit::BulkEdit;
use vanguard_domain::cost::Phase;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{EditRule, Field};

use super::commit_result::plural;
use super::proposing::{Proposal, Proposing};
use super::steering::use_steering;
use crate::backend::{BackendError, BulkEditRequest};
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::field_input::{FieldInput, json_of};
use crate::components::grid::selection::Selection;
use crate::components::grid::state::use_grid;
use crate::hydration::use_hydrated;
use crate::server_fns::proposals::bulk_edit_records;

/// What can be done with many records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    ShiftForecast,
    ShiftActual,
    Scale(Field),
    Set(Field),
}

impl Act {
    /// All that the field table lets the user do.
    fn all(may: impl Fn(Permission) -> bool) -> Vec<Self> {
        let may_edit = |field: Field| match field.spec().edit {
            EditRule::ReadOnly => false,
            EditRule::Needs(permission) => may(permission),
        };
        let shifts = [(Self::ShiftForecast, Field::ForecastEnd), (Self::ShiftActual, Field::ActualEnd)];
        let mut acts: Vec<Self> =
            shifts.into_iter().filter(|(_, field)| may_edit(*field)).map(|(act, _)| act).collect();
        let editable: Vec<Field> = Field::ALL.into_iter().filter(|field| may_edit(*field)).collect();
        acts.extend(editable.iter().filter(|field| field.is_money()).map(|field| Self::Scale(*field)));
        acts.extend(
            editable.iter().filter(|field| **field != Field::IsDiscontinued).map(|field| Self::Set(*field)),
        );
        acts
    }

    fn label(self) -> String {
        match self {
            Self::ShiftForecast => "Shift the forecast dates".to_owned(),
            Self::ShiftActual => "Shift the actual dates".to_owned(),
            Self::Scale(field) => format!("Change {} by a share", field.label()),
            Self::Set(field) => format!("Set {}", field.label()),
        }
    }
}

/// What the form holds.
#[derive(Debug, Clone, Copy)]
struct Form {
    act: RwSignal<Act>,
    number: RwSignal<String>,
    unit: RwSignal<&'static str>,
    value: RwSignal<String>,
}

impl Form {
    fn edit(self) -> Result<BulkEdit, BackendError> {
        let number = self.number.get_untracked();
        let edit = match self.act.get_untracked() {
            Act::ShiftForecast => BulkEdit::Shift { phase: Phase::Forecast, days: self.days(&number)? },
            Act::ShiftActual => BulkEdit::Shift { phase: Phase::Actual, days: self.days(&number)? },
            Act::Scale(field) => {
                let percent: Decimal = number
                    .trim()
                    .replace(',', ".")
                    .parse()
                    .map_err(|_| not_a_number("percent", "such as 5 or −2.5"))?;
                BulkEdit::Scale { field, percent }
            }
            Act::Set(field) => BulkEdit::Set { field, value: json_of(field, &self.value.get_untracked()) },
        };
        edit.check()
            .map_err(|error| BackendError::Invalid { message: error.message.clone(), errors: vec![error] })?;
        Ok(edit)
    }

    fn days(self, number: &str) -> Result<i32, BackendError> {
        let number: i32 = number.trim().parse().map_err(|_| not_a_number("days", "such as 14 or -7"))?;
        let unit = if self.unit.get_untracked() == "weeks" { 7 } else { 1 };
        // What is beyond all bounds is refused as such.
        Ok(number.saturating_mul(unit))
    }
}

fn not_a_number(field: &str, such_as: &str) -> BackendError {
    BackendError::field(field, "notANumber", format!("Say by how much: a number {such_as}."))
}

/// The dialog.
#[component]
pub fn BulkEditSelected() -> impl IntoView {
    let grid = use_grid();
    let steering = use_steering();
    let hydrated = use_hydrated();
    let close = steering.address.with_untracked(|address| address.with_dialog(None).link());
    let organization_id = grid.input.organization_id;
    let acts = Act::all(|permission| grid.may(permission));
    let form = Form {
        act: RwSignal::new(acts.first().copied().unwrap_or(Act::ShiftForecast)),
        number: RwSignal::new(String::new()),
        unit: RwSignal::new("days"),
        value: RwSignal::new(String::new()),
    };
    let proposing = Proposing::<BulkEditRequest>::begin();
    let number = move || i64::try_from(grid.selection.with(Selection::len)).unwrap_or(i64::MAX);
    let look = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let edit = match form.edit() {
            Ok(edit) => edit,
            Err(error) => {
                proposing.forget();
                proposing.fail(error);
                return;
            }
        };
        // What is typed and not saved yet belongs to what is looked at.
        grid.after_saving(Callback::new(move |()| {
            let pfa_ids = grid.selection.with_untracked(Selection::keys);
            let request = BulkEditRequest { pfa_ids, edit: edit.clone(), dry_run: true };
            proposing.look(request, move |request| bulk_edit_records(organization_id, request));
        }));
    };
    let act = move |request: BulkEditRequest| {
        bulk_edit_records(organization_id, BulkEditRequest { dry_run: false, ..request })
    };
    view! {
        <Dialog title="Edit many records" close wide=true>
            <p>{move || format!("{} selected.", plural(number(), "record"))}</p>
            <form class="bulk-edit" on:submit=look>
                <ActSelect acts form proposing />
                <Amounts form proposing />
                <button
                    type="submit"
                    class="button"
                    disabled=move || {
                        !hydrated.get() || proposing.is_busy() || proposing.is_done() || number() == 0
                    }
                >
                    "Preview"
                </button>
            </form>
            <Proposal proposing act />
            <div class="button-row">
                <CloseDialog label="Close" />
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn ActSelect(acts: Vec<Act>, form: Form, proposing: Proposing<BulkEditRequest>) -> impl IntoView {
    let options = acts
        .iter()
        .enumerate()
        .map(|(index, act)| view! { <option value=index.to_string()>{act.label()}</option> })
        .collect_view();
    let change = move |event| {
        let chosen = event_target_value(&event).parse::<usize>().ok();
        if let Some(act) = chosen.and_then(|index| acts.get(index)) {
            form.act.set(*act);
            form.value.set(String::new());
            proposing.forget();
        }
    };
    view! {
        <div class="field">
            <label for="bulk-act">"What to do"</label>
            <select class="input" id="bulk-act" on:change=change>
                {options}
            </select>
        </div>
    }
    .into_any()
}

/// By how much, or which value.
#[component]
fn Amounts(form: Form, proposing: Proposing<BulkEditRequest>) -> impl IntoView {
    let typed = move |event| {
        form.number.set(event_target_value(&event));
        proposing.forget();
    };
    let touched = Callback::new(move |()| proposing.forget());
    move || {
        match form.act.get() {
        Act::ShiftForecast | Act::ShiftActual => view! {
            <div class="field">
                <label for="bulk-number">"By (− for earlier)"</label>
                <input class="input" id="bulk-number" inputmode="numeric" autocomplete="off" on:input=typed prop:value=move || form.number.get() />
            </div>
            <div class="field">
                <label for="bulk-unit">"Unit"</label>
                <select
                    class="input"
                    id="bulk-unit"
                    on:change=move |event| {
                        form.unit.set(if event_target_value(&event) == "weeks" { "weeks" } else { "days" });
                        proposing.forget();
                    }
                >
                    <option value="days" selected=form.unit.get_untracked() == "days">"days"</option>
                    <option value="weeks" selected=form.unit.get_untracked() == "weeks">"weeks"</option>
                </select>
            </div>
        }
        .into_any(),
        Act::Scale(_) => view! {
            <div class="field">
                <label for="bulk-number">"By percent (− for less)"</label>
                <input class="input" id="bulk-number" inputmode="decimal" autocomplete="off" on:input=typed prop:value=move || form.number.get() />
            </div>
        }
        .into_any(),
        Act::Set(field) => {
            if form.value.get_untracked().is_empty() {
                form.value.set(first_choice(field));
            }
            view! {
                <div class="field">
                    <span class="field-label">{field.label()}</span>
                    <FieldInput
                        field
                        name="value"
                        id="bulk-value"
                        text=form.value
                        label=field.label()
                        described_by=""
                        invalid=Signal::from(false)
                        on_touch=touched
                    />
                </div>
            }
            .into_any()
        }
    }
    }
}

/// What a select shows before anything was chosen.
fn first_choice(field: Field) -> String {
    use vanguard_domain::record::FieldKind;
    match field.spec().kind {
        FieldKind::Choice(choices) => choices.first().map_or_else(String::new, |choice| (*choice).to_owned()),
        FieldKind::Flag => "true".to_owned(),
        FieldKind::Text { .. } | FieldKind::Date | FieldKind::Money => String::new(),
    }
}
