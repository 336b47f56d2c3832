//! One row: the record, where its change stands, and its bars.

use chrono::NaiveDate;
use leptos::prelude::*;
use leptos_router::location::Url;
use vanguard_domain::record::{Field, Value};

use super::bars::{bars, summary, way};
use super::proposing::{FORECAST, why_locked};
use super::scale::Scale;
use super::state::{BARS, Timeline, use_timeline};
use crate::components::grid::cell::{Mark, RowView};
use crate::components::grid::columns::Column;
use crate::components::grid::cursor::Line;
use crate::components::grid::mark::{mark_view, pems_changed_view};
use crate::components::icon::Glyph;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::session::use_organization;

/// The row with this number in the list; a placeholder while it is not there yet.
#[component]
pub fn TimelineRow(number: u32) -> impl IntoView {
    let timeline = use_timeline();
    let slot = timeline.grid.slot(number);
    move || {
        slot.track();
        let (scale, today) = (timeline.scale.get(), timeline.today.get());
        untrack(|| row_view(&timeline, number, scale, today))
    }
}

fn row_view(timeline: &Timeline, number: u32, scale: Scale, today: NaiveDate) -> AnyView {
    let grid = timeline.grid;
    let is_active = grid.cursor.get_untracked().line == Line::Row(number);
    grid.read(number, |view| {
        let class = match (&view, is_active) {
            (None, _) => "timeline-row loading",
            (Some(_), true) => "timeline-row is-active",
            (Some(_), false) => "timeline-row",
        };
        let cells = match view {
            None => placeholder(is_active),
            Some(view) => cells(timeline, &view, is_active, scale, today),
        };
        view! {
            <tr role="row" class=class aria-rowindex=(number + 2).to_string() data-row=number.to_string()>
                {cells}
            </tr>
        }
        .into_any()
    })
}

/// One cell of the timeline can be reached with Tab: the bars of the active row.
const fn tabindex(is_active: bool) -> &'static str {
    if is_active { "0" } else { "-1" }
}

fn placeholder(is_active: bool) -> AnyView {
    view! {
        <td role="gridcell" class="timeline-record" aria-busy="true" data-column="0">
            <span class="grid-skeleton"></span>
        </td>
        <td
            role="gridcell"
            class="timeline-bars"
            aria-busy="true"
            aria-label="Loading"
            tabindex=tabindex(is_active)
            data-column=BARS.to_string()
        ></td>
    }
    .into_any()
}

fn cells(
    timeline: &Timeline,
    view: &RowView<'_>,
    is_active: bool,
    scale: Scale,
    today: NaiveDate,
) -> AnyView {
    let code = use_organization().code;
    let href = format!("/o/{code}/records?focus={}", Url::escape(&view.row.pfa_id));
    let description = view.value(Field::Description).to_string();
    let what = format!("{description} · {}", view.value(Field::CategoryDescription));
    let is_locked = why_locked(view).is_some();
    let fault = fault(view);
    let error = fault
        .clone()
        .map(|message| view! { <span class="timeline-error" aria-hidden="true">{message}</span> });
    let label = match &fault {
        Some(fault) => format!("{}. Not saved: {fault}", summary(view)),
        None => summary(view),
    };
    view! {
        <th role="rowheader" scope="row" class="timeline-record" data-column="0">
            <a class="grid-key" href=href tabindex="-1">
                {view.row.pfa_id.clone()}
            </a>
            <span class="timeline-what" title=what>{description}</span>
            {state(timeline, view)}
        </th>
        <td
            role="gridcell"
            class="timeline-bars"
            tabindex=tabindex(is_active)
            aria-label=label
            aria-readonly=is_locked.then_some("true")
            aria-invalid=fault.is_some().then_some("true")
            data-column=BARS.to_string()
        >
            {way(view, scale, today)}
            {bars(view, scale, today, is_locked)}
            {error}
        </td>
    }
    .into_any()
}

/// Why a forecast is not saved: it is not valid, or the server refused it.
fn fault(view: &RowView<'_>) -> Option<String> {
    let draft = view.draft?;
    FORECAST.iter().find_map(|field| {
        let rejected = draft.rejected(*field).map(|rejected| rejected.message.as_str());
        rejected.or_else(|| draft.refusal(*field)).map(str::to_owned)
    })
}

/// Where the row's change stands, as in the grid: first what is not saved, then what waits for somebody.
fn state(timeline: &Timeline, view: &RowView<'_>) -> AnyView {
    let grid = timeline.grid;
    let unsaved = FORECAST.iter().find_map(|field| {
        let column = Column::Field(*field);
        let mark = view
            .cell(column)
            .mark
            .filter(|mark| matches!(mark, Mark::Wrong(_) | Mark::NotSaved | Mark::Saving));
        Some((mark?, column))
    });
    let of_row = view.cell(Column::State);
    let changed = of_row.changed_in_pems.then(|| {
        let field = FORECAST.iter().find(|field| view.row.changed_in_pems.contains(field));
        let column = field.map_or(Column::State, |field| Column::Field(*field));
        pems_changed_view(&grid, &view.row.pfa_id, column)
    });
    let mark = unsaved.or_else(|| Some((of_row.mark?, Column::State)));
    let mark = mark.map(|(mark, column)| mark_view(&grid, mark, column));
    let discontinued = (view.value(Field::IsDiscontinued) == Value::Flag(true)).then(|| {
        let detail = "This record is discontinued in PEMS, or is to be.";
        view! { <Tag tone=Tone::Neutral glyph=Glyph::Ban label="Discontinued" detail icon_only=true /> }
    });
    view! { <span class="timeline-state">{discontinued} {changed} {mark}</span> }.into_any()
}
