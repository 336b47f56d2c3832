//! The axis above the rows, and its lines behind them.

use leptos::prelude::*;

use super::scale::Scale;
use super::state::{Timeline, use_timeline};
use super::ticks::{Tick, narrow, wide};

/// The two lines of the axis, as far as they are in sight.
#[component]
pub fn Axis() -> impl IntoView {
    let timeline = use_timeline();
    move || {
        let (scale, upper, lower) = ticks(&timeline);
        let labels = |class: &'static str, ticks: Vec<Tick>| {
            ticks
                .into_iter()
                .map(|tick| {
                    let left = scale.x(tick.first);
                    let width = scale.x(tick.next) - left;
                    view! {
                        <span class=class style=format!("left:{left}px;width:{width}px")>
                            <span>{tick.label}</span>
                        </span>
                    }
                })
                .collect_view()
        };
        view! {
            {labels("timeline-tick timeline-tick-wide", upper)}
            {labels("timeline-tick timeline-tick-narrow", lower)}
        }
        .into_any()
    }
}

/// The lines behind the rows.
#[component]
pub fn AxisLines() -> impl IntoView {
    let timeline = use_timeline();
    let today = move || {
        let x = timeline.scale.get().x(timeline.today.get());
        format!("left:calc(var(--timeline-record-width) + {x}px)")
    };
    let lines = move || {
        let (scale, upper, lower) = ticks(&timeline);
        let line = |class: &'static str, tick: &Tick| {
            let x = scale.x(tick.first);
            view! { <i class=class style=format!("left:{x}px")></i> }
        };
        let lower: Vec<_> = lower.iter().map(|tick| line("timeline-line", tick)).collect();
        let upper: Vec<_> = upper.iter().map(|tick| line("timeline-line is-strong", tick)).collect();
        view! {
            {lower}
            {upper}
        }
        .into_any()
    };
    view! {
        <div class="timeline-lines" aria-hidden="true">
            {lines}
        </div>
        <div id="timeline-today" class="timeline-today" style=today aria-hidden="true"></div>
    }
    .into_any()
}

/// What is drawn of the axis: wide stretches, and narrow ones.
fn ticks(timeline: &Timeline) -> (Scale, Vec<Tick>, Vec<Tick>) {
    let (scale, sight) = (timeline.scale.get(), timeline.sight.get());
    let from = scale.day_at(sight.start.into()).max(scale.span.first);
    let to = scale.day_at(sight.end.into()).min(scale.span.end);
    let (upper, lower) = scale.zoom.units();
    let begun_before = |tick: &Tick| tick.first >= scale.span.first;
    let upper = wide(upper, from, to).into_iter().map(|tick| within(tick, scale)).collect();
    // A week begins before its month does.
    let lower = narrow(lower, from, to).into_iter().filter(begun_before).collect();
    (scale, upper, lower)
}

/// The part of a stretch that lies on the ground: the year that it begins in began earlier.
fn within(tick: Tick, scale: Scale) -> Tick {
    Tick { first: tick.first.max(scale.span.first), next: tick.next.min(scale.span.end), ..tick }
}
