//! Zoom, today, what the bars mean, and what the keys do.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use vanguard_domain::record::Field;

use super::place::zoom_link;
use crate::components::grid::list::{ListView, Sort};
use crate::components::shortcut::{Place, on_shortcut};
use crate::components::timeline::state::use_timeline;
use crate::components::timeline::table::KEYS_ID;
use crate::components::timeline::zoom::Zoom;
use crate::pages::records::steering::use_steering;
use crate::session::use_organization;

/// The orders that make a plan readable; the grid's headings offer the others.
const ORDERS: [(Option<Field>, &str); 3] =
    [(None, "By record"), (Some(Field::ForecastStart), "By start"), (Some(Field::ForecastEnd), "By end")];

/// The same records in the order of a field, or of their keys.
fn ordered(list: &ListView, field: Option<Field>) -> ListView {
    let sort = field.map(|field| Sort { by: field.name().to_owned(), descending: false });
    ListView { sort, ..list.clone() }
}

/// The line above the timeline.
#[component]
pub fn Tools(zoom: Memo<Zoom>) -> impl IntoView {
    let timeline = use_timeline();
    let address = use_steering().address;
    let code = StoredValue::new(use_organization().code);
    let link =
        move |zoom: Zoom| code.with_value(|code| address.with(|address| zoom_link(code, zoom, address)));
    let tabs = Zoom::ALL
        .into_iter()
        .map(|choice| {
            view! {
                <a
                    href=move || link(choice)
                    data-noscroll="true"
                    aria-current=move || (zoom.get() == choice).then_some("true")
                >
                    {choice.label()}
                </a>
            }
        })
        .collect_view();
    let orders = ORDERS
        .into_iter()
        .map(|(field, label)| {
            let ordered = move || address.with(|address| ordered(&address.list, field));
            view! {
                <a
                    href=move || ordered().link()
                    data-noscroll="true"
                    aria-current=move || {
                        address.with(|address| address.list == ordered()).then_some("true")
                    }
                >
                    {label}
                </a>
            }
        })
        .collect_view();
    zoom_by_keys(zoom, move |zoom| untrack(|| link(zoom)));
    on_shortcut("t", Place::Page, move || {
        timeline.show_today();
        true
    });
    view! {
        <div class="timeline-tools">
            <nav class="filter-tabs" aria-label="Zoom">
                {tabs}
            </nav>
            <nav class="filter-tabs" aria-label="Order">
                {orders}
            </nav>
            <a
                class="button button-small"
                href="#timeline-today"
                rel="external"
                on:click=move |event| {
                    event.prevent_default();
                    timeline.show_today();
                }
            >
                "Today"
            </a>
            <ul class="timeline-legend" aria-label="What the bars mean">
                <li><span class="timeline-swatch timeline-plan" aria-hidden="true"></span>"Plan (above)"</li>
                <li><span class="timeline-swatch timeline-forecast" aria-hidden="true"></span>"Forecast (middle)"</li>
                <li><span class="timeline-swatch timeline-actual" aria-hidden="true"></span>"Actual (below)"</li>
                <li><span class="timeline-swatch timeline-swatch-today" aria-hidden="true"></span>"Today"</li>
            </ul>
        </div>
    }
    .into_any()
}

/// From one zoom to the next, if there is one.
type Step = fn(Zoom) -> Option<Zoom>;

/// `+` and `-` zoom, as steps of the history.
fn zoom_by_keys(zoom: Memo<Zoom>, link: impl Fn(Zoom) -> String + Copy + 'static) {
    let steps: [(_, Step); 3] = [("+", Zoom::nearer), ("=", Zoom::nearer), ("-", Zoom::farther)];
    for (key, step) in steps {
        let navigate = use_navigate();
        on_shortcut(key, Place::Page, move || {
            let Some(zoom) = step(zoom.get_untracked()) else { return false };
            navigate(&link(zoom), NavigateOptions { scroll: false, ..NavigateOptions::default() });
            true
        });
    }
}

/// The keys, folded away; read out to whoever comes to the timeline by keyboard.
#[component]
pub fn Keys() -> impl IntoView {
    view! {
        <details class="folded timeline-help">
            <summary>"Keys and mouse"</summary>
            <p id=KEYS_ID>
                "Up and Down go from record to record. Left and Right move the forecast by a day, with Shift by a week. \
                 Alt with Left and Right, or [ and ], move its end; Alt and Shift, or { and }, its start. \
                 Enter saves at once, a pause saves too; Esc leaves it as it was. Ctrl+Z and Ctrl+Y undo and redo. \
                 Home shows the bars of the record, t today, plus and minus zoom."
            </p>
            <p>
                "With the mouse, drag the forecast to move it, or one of its ends to stretch it. \
                 Every date can be typed below the timeline as well."
            </p>
        </details>
    }
    .into_any()
}
