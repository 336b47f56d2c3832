//! The timeline as it is drawn: the axis, the rows in sight, and the ground above and below them.

use leptos::html;
use leptos::prelude::*;

use super::axis::{Axis, AxisLines};
use super::ghost::Ghost;
use super::pressing::{left, moved_pointer, pressed_key, pressed_mouse, pressed_pointer, released_pointer};
use super::row::TimelineRow;
use super::state::use_timeline;
use crate::components::grid::live::follow;
use crate::components::grid::loading::Loading;
use crate::components::grid::table::{follow_browser, keep_heights};
use crate::hydration::use_hydrated;

/// The id of what tells the keys.
pub const KEYS_ID: &str = "timeline-keys";

/// The timeline. Expects its [`Timeline`](super::state::Timeline) and its grid in context.
#[component]
pub fn TimelineTable() -> impl IntoView {
    let timeline = use_timeline();
    let grid = timeline.grid;
    let hydrated = use_hydrated();
    let above = NodeRef::<html::Tbody>::new();
    let below = NodeRef::<html::Tbody>::new();
    keep_heights(above, below);
    follow_browser();
    grid.follow_list();
    follow(grid);
    Effect::new(move || {
        let resized = window_event_listener_untyped("resize", move |_| timeline.look());
        on_cleanup(move || resized.remove());
    });
    let width =
        move || format!("width:calc(var(--timeline-record-width) + {}px)", timeline.scale.get().width());
    view! {
        <div
            class="timeline-scroll"
            node_ref=grid.scroller
            role="group"
            aria-label="Timeline"
            // The keyboard reaches the view itself while the active row is out of sight.
            tabindex=move || {
                let is_out = grid.cursor.get().row().is_none_or(|row| !grid.window.get().contains(&row));
                if hydrated.get() && !is_out { "-1" } else { "0" }
            }
            on:scroll=move |_| {
                grid.measure();
                timeline.look();
            }
            on:keydown=move |event| pressed_key(timeline, &event)
            on:pointerdown=move |event| pressed_pointer(timeline, &event)
            on:mousedown=|event| pressed_mouse(&event)
            on:pointermove=move |event| moved_pointer(timeline, &event)
            on:pointerup=move |_| released_pointer(timeline)
            on:pointercancel=move |_| _ = timeline.cancel()
            on:focusout=move |event| left(timeline, &event)
        >
            <div class="timeline-canvas" style=width>
                <AxisLines />
                <table
                    class="timeline"
                    role="grid"
                    aria-label="Timeline"
                    aria-describedby=KEYS_ID
                    aria-rowcount=move || (grid.total.get() + 1).to_string()
                    aria-colcount="2"
                    aria-busy=move || (grid.loading.get() == Loading::AnotherList).then_some("true")
                >
                    <thead role="rowgroup">
                        <tr role="row" aria-rowindex="1">
                            <th role="columnheader" scope="col" class="timeline-record-head">"Record"</th>
                            <th role="columnheader" scope="col" class="timeline-axis" aria-label="Dates">
                                <Axis />
                            </th>
                        </tr>
                    </thead>
                    <tbody class="grid-ground" aria-hidden="true" node_ref=above></tbody>
                    <tbody role="rowgroup">
                        <For each=move || grid.window.get() key=|number| *number children=|number| view! { <TimelineRow number /> } />
                    </tbody>
                    <tbody class="grid-ground" aria-hidden="true" node_ref=below></tbody>
                </table>
                <Ghost />
            </div>
        </div>
    }
    .into_any()
}
