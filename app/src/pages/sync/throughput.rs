//! What ended in the last 24 hours, hour by hour.

use leptos::prelude::*;
use rust_decimal::Decimal;

use crate::backend::HourOfWrites;
use crate::components::chart::columns::{Column, Columns, Series};
use crate::components::field_value::grouped;
use crate::components::loaded::Loaded;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::server_fns::sync::hours_of_writes;
use crate::session::use_organization;

/// The chart; nothing where nothing ended.
#[component]
pub fn Throughput() -> impl IntoView {
    let id = use_organization().id;
    let events = use_events();
    let hours = fetched(move || events.version(EventKind::Queue), move |_| hours_of_writes(id));
    view! {
        <Loaded resource=hours what="the last 24 hours" let:hours>
            <Chart hours />
        </Loaded>
    }
    .into_any()
}

#[component]
fn Chart(hours: Vec<HourOfWrites>) -> impl IntoView {
    let any = hours.iter().any(|hour| hour.completed + hour.failed > 0);
    any.then(|| {
        let columns = hours
            .into_iter()
            .map(|hour| Column {
                name: hour.from.format("%H:%M UTC").to_string(),
                values: vec![Decimal::from(hour.completed), Decimal::from(hour.failed)],
            })
            .collect();
        let series = vec![Series::new("In PEMS", "actual"), Series::new("Failed", "failed")];
        view! {
            <section class="sync-throughput" aria-labelledby="throughput-heading">
                <div class="section-head">
                    <h2 id="throughput-heading">"Throughput and failures"</h2>
                </div>
                <Columns title="Changes in the last 24 hours" first="From" series columns show=whole />
            </section>
        }
    })
}

fn whole(number: Decimal) -> String {
    grouped(&number.trunc().to_string())
}
