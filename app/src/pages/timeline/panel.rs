//! The active record below the timeline: its dates in words, and fields for its forecast. For fingers, and for whoever
//! knows the date.

use leptos::prelude::*;
use vanguard_domain::cost::Phase;
use vanguard_domain::record::Field;

use crate::components::grid::cell::RowView;
use crate::components::timeline::bars::dates;
use crate::components::timeline::cost::{forecast_cost, told};
use crate::components::timeline::proposing::{forecast, why_locked};
use crate::components::timeline::state::use_timeline;
use crate::components::timeline::words;
use crate::hydration::use_hydrated;

/// The id of the reason why the fields are disabled.
const LOCK_ID: &str = "timeline-lock";

/// What the panel shows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    pfa_id: String,
    description: String,
    /// Plan, forecast and actual in words.
    phases: Vec<String>,
    start: DateField,
    end: DateField,
    cost: Option<String>,
    lock: Option<String>,
}

/// One date of the forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
struct DateField {
    field: Field,
    value: String,
    /// Why what was typed is not saved.
    fault: Option<String>,
}

impl DateField {
    fn of(field: Field, view: &RowView<'_>) -> Self {
        let rejected = view.draft.and_then(|draft| draft.rejected(field));
        let refusal = view.draft.and_then(|draft| draft.refusal(field));
        Self {
            field,
            value: rejected.map_or_else(|| view.value(field).to_string(), |rejected| rejected.typed.clone()),
            fault: rejected.map(|rejected| rejected.message.clone()).or_else(|| refusal.map(str::to_owned)),
        }
    }
}

impl Shown {
    fn of(view: &RowView<'_>) -> Self {
        let plan = dates(view, Phase::Plan);
        let phases = [Phase::Plan, Phase::Forecast, Phase::Actual];
        let cost = forecast_cost(view, forecast(view));
        Self {
            pfa_id: view.row.pfa_id.clone(),
            description: view.value(Field::Description).to_string(),
            phases: phases
                .into_iter()
                .filter_map(|phase| words::phase(phase, dates(view, phase), plan))
                .collect(),
            start: DateField::of(Field::ForecastStart, view),
            end: DateField::of(Field::ForecastEnd, view),
            cost: told(cost, cost),
            lock: why_locked(view),
        }
    }
}

/// The panel; empty while the list is.
#[component]
pub fn ForecastPanel() -> impl IntoView {
    let timeline = use_timeline();
    let grid = timeline.grid;
    let shown = Memo::new(move |_| {
        let number = grid.cursor.get().row()?;
        grid.slot(number).track();
        grid.total.track();
        grid.read(number, |view| view.as_ref().map(Shown::of))
    });
    move || shown.get().map(|shown| view! { <Record shown /> })
}

#[component]
fn Record(shown: Shown) -> impl IntoView {
    let Shown { pfa_id, description, phases, start, end, cost, lock } = shown;
    let (timeline, hydrated) = (use_timeline(), use_hydrated());
    let is_locked = lock.is_some();
    let phases: Vec<_> = phases.into_iter().map(|phase| view! { <li>{phase}</li> }).collect();
    view! {
        <section class="timeline-panel" aria-label=format!("Forecast of {pfa_id}")>
            <div class="timeline-panel-head">
                <strong>{pfa_id.clone()}</strong>
                <span class="muted">{description}</span>
            </div>
            <button
                type="button"
                class="button button-small"
                disabled=move || !hydrated.get()
                on:click=move |_| {
                    if let Some(row) = timeline.grid.cursor.get_untracked().row() {
                        timeline.show_bars(row);
                        timeline.bring_into_sight();
                    }
                }
            >
                "Show its bars"
            </button>
            <ul class="timeline-panel-phases">
                {phases}
                {cost.map(|cost| view! { <li>{cost}</li> })}
            </ul>
            <div class="timeline-panel-fields">
                {date_field(&pfa_id, start, is_locked)}
                {date_field(&pfa_id, end, is_locked)}
            </div>
            {lock.map(|lock| view! { <p class="muted" id=LOCK_ID>{lock}</p> })}
        </section>
    }
    .into_any()
}

fn date_field(pfa_id: &str, date: DateField, is_locked: bool) -> AnyView {
    let timeline = use_timeline();
    let hydrated = use_hydrated();
    let DateField { field, value, fault } = date;
    let id = format!("timeline-{}", field.name());
    let error_id = format!("{id}-error");
    let described =
        if is_locked { Some(LOCK_ID.to_owned()) } else { fault.as_ref().map(|_| error_id.clone()) };
    let pfa_id = pfa_id.to_owned();
    view! {
        <div class="field">
            <label for=id.clone()>{field.label()}</label>
            <input
                class="input"
                type="date"
                id=id
                value=value.clone()
                prop:value=value
                disabled=move || is_locked || !hydrated.get()
                aria-invalid=fault.is_some().then_some("true")
                aria-describedby=described
                on:change=move |event| timeline.set_date(&pfa_id, field, &event_target_value(&event))
            />
            {fault.map(|fault| view! { <p class="field-error" id=error_id>{fault}</p> })}
        </div>
    }
    .into_any()
}
