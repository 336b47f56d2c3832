//! The bars of a record.

use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use vanguard_domain::cost::Phase;

use super::dates::Dates;
use super::proposing::{FORECAST, forecast};
use super::scale::Scale;
use super::words;
use crate::components::grid::cell::RowView;

/// The phases from top to bottom.
pub const PHASES: [Phase; 3] = [Phase::Plan, Phase::Forecast, Phase::Actual];

/// Days that a bar is drawn over whose other end nobody knows.
const OPEN: u64 = 30;

/// CSS pixels that even the shortest bar has.
const LEAST: f64 = 3.0;

/// The dates of a phase as the row shows them.
pub fn dates(view: &RowView<'_>, phase: Phase) -> Dates {
    Dates::of(phase, |field| view.value(field))
}

/// From which day to which the bar of a phase is drawn. What has begun and not ended reaches up to today.
fn drawn(phase: Phase, dates: Dates, today: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    match (dates.start, dates.end) {
        (None, None) => None,
        (Some(start), Some(end)) => Some((start.date_naive(), end.date_naive())),
        (Some(start), None) => {
            let start = start.date_naive();
            let end = start.checked_add_days(Days::new(OPEN)).unwrap_or(start);
            Some((start, if phase == Phase::Actual && start < today { today } else { end }))
        }
        (None, Some(end)) => {
            let end = end.date_naive();
            Some((end.checked_sub_days(Days::new(OPEN)).unwrap_or(end), end))
        }
    }
}

/// Left and right edge of a bar. One that ends before it begins is drawn the other way round.
pub fn extent((start, end): (NaiveDate, NaiveDate), scale: Scale) -> (f64, f64) {
    let (left, right) = (scale.x(start.min(end)), scale.x(start.max(end)));
    (left, right.max(left + LEAST))
}

/// Left and right edge of the forecast's bar, if there is one.
pub fn forecast_extent(view: &RowView<'_>, scale: Scale) -> Option<(f64, f64)> {
    // Only an actual bar depends on today.
    Some(extent(drawn(Phase::Forecast, forecast(view), scale.span.first)?, scale))
}

/// The first and the last day that the row's bars need.
pub fn days_shown(view: &RowView<'_>) -> Option<[NaiveDate; 2]> {
    let days = PHASES.map(|phase| dates(view, phase));
    let days = || {
        days.into_iter().flat_map(|dates| [dates.start, dates.end]).flatten().map(|date| date.date_naive())
    };
    Some([days().min()?, days().max()?])
}

/// All dates of the row in words: what the bars say to those who do not see them.
pub fn summary(view: &RowView<'_>) -> String {
    let plan = dates(view, Phase::Plan);
    // The one that is edited first.
    let phases = [Phase::Forecast, Phase::Plan, Phase::Actual];
    let told: Vec<String> =
        phases.into_iter().filter_map(|phase| words::phase(phase, dates(view, phase), plan)).collect();
    if told.is_empty() { format!("{}: no dates", view.row.pfa_id) } else { told.join(". ") }
}

/// The way to the forecast, or else to the other bars, while they are out of sight: a dot at the edge beyond which they lie. In
/// sight, the bar covers it.
pub fn way(view: &RowView<'_>, scale: Scale, today: NaiveDate) -> Option<AnyView> {
    let phases = [Phase::Forecast, Phase::Plan, Phase::Actual];
    let (phase, days) =
        phases.into_iter().find_map(|phase| Some((phase, drawn(phase, dates(view, phase), today)?)))?;
    let (left, right) = extent(days, scale);
    let class = format!("timeline-way timeline-way-{}", words::name(phase).to_lowercase());
    let middle = f64::midpoint(left, right);
    Some(
        view! {
            <div class="timeline-ways" aria-hidden="true">
                <i class=class style=format!("margin-left:{middle}px")></i>
            </div>
        }
        .into_any(),
    )
}

/// The bars. What they say stands at their cell as a whole.
pub fn bars(view: &RowView<'_>, scale: Scale, today: NaiveDate, is_locked: bool) -> AnyView {
    let plan = dates(view, Phase::Plan);
    PHASES
        .into_iter()
        .filter_map(|phase| {
            let dates = dates(view, phase);
            let (left, right) = extent(drawn(phase, dates, today)?, scale);
            let is_forecast = phase == Phase::Forecast;
            let mut class = format!("timeline-bar timeline-{}", words::name(phase).to_lowercase());
            for (name, applies) in [
                (" is-open-ended", dates.end.is_none()),
                (" is-open-begun", dates.start.is_none()),
                (" is-drafted", is_forecast && is_drafted(view)),
                (" is-locked", is_forecast && is_locked),
            ] {
                if applies {
                    class.push_str(name);
                }
            }
            let handles = (is_forecast && !is_locked).then(|| {
                view! {
                    <span class="timeline-hold timeline-hold-start"></span>
                    <span class="timeline-hold timeline-hold-end"></span>
                }
            });
            Some(view! {
                <div
                    class=class
                    style=format!("left:{left}px;width:{}px", right - left)
                    title=words::phase(phase, dates, plan)
                    aria-hidden="true"
                >
                    {handles}
                </div>
            })
        })
        .collect_view()
        .into_any()
}

/// Whether the forecast is the viewer's own draft.
fn is_drafted(view: &RowView<'_>) -> bool {
    let here = view.draft.is_some_and(|draft| FORECAST.iter().any(|field| draft.in_delta(*field)));
    let there = crate::components::grid::cache::own_draft(view.row)
        .is_some_and(|change| FORECAST.iter().any(|field| change.fields.contains(field)));
    here || (there && view.draft.is_none())
}
