//! How much of the rate budget is in use, measured while the page is looked at.

use std::time::Duration;

use leptos::prelude::*;

use crate::backend::RateBudget;
use crate::components::figure::Figure;
use crate::events::{Connection, EventKind, use_events};
use crate::fetched::{Fetched, fetched};
use crate::hydration::use_hydrated;
use crate::server_fns::sync::budget_in_use;
use crate::session::use_organization;

/// Nothing tells that requests have stopped: it is looked at so often. Not while live updates are paused.
const LOOK: Duration = Duration::from_secs(5);

/// The budget, measured again and again for as long as the page is there.
pub fn watch_budget() -> Fetched<Option<RateBudget>> {
    let id = use_organization().id;
    let (events, hydrated) = (use_events(), use_hydrated());
    let looks = RwSignal::new(0_u32);
    Effect::new(move || {
        if !hydrated.get() || events.connection() != Connection::Live {
            return;
        }
        if let Ok(ticking) = set_interval_with_handle(move || looks.update(|looks| *looks += 1), LOOK) {
            on_cleanup(move || ticking.clear());
        }
    });
    let versions = move || [EventKind::Queue, EventKind::Sync].map(|kind| events.version(kind));
    fetched(move || (versions(), looks.get()), move |_| budget_in_use(id))
}

/// The figure, and its bar.
#[component]
pub fn BudgetFigure(#[prop(optional_no_strip)] budget: Option<RateBudget>) -> impl IntoView {
    let Some(budget) = budget else {
        return view! {
            <Figure label="Rate budget in use" hint="no API server is set up">
                <span class="muted">"–"</span>
            </Figure>
        }
        .into_any();
    };
    let used = share(&budget);
    let hint = format!(
        "requests of the last {} s, of all replicas, of {:.0} that the rate of {}/s allows",
        budget.window_seconds,
        budget.allowed(),
        budget.rate_per_second
    );
    let more = format!("{} of {:.0} in {} s", budget.requests, budget.allowed(), budget.window_seconds);
    let slow = (budget.slowdown > 1.0)
        .then(|| format!("PEMS asked us to slow down: a {:.0}th of the pace", budget.slowdown));
    view! {
        <Figure label="Rate budget in use" hint more=Some(more)>
            {percent(used)} <meter class="budget" min="0" max="1" value=format!("{:.3}", used.min(1.0)) aria-label="Rate budget in use">
            </meter> {slow.map(|slow| view! { <span class="figure-more muted">{slow}</span> })}
        </Figure>
    }
    .into_any()
}

#[expect(clippy::cast_precision_loss, reason = "a share to read needs three digits")]
fn share(budget: &RateBudget) -> f64 {
    let allowed = budget.allowed();
    if allowed > 0.0 { budget.requests as f64 / allowed } else { 0.0 }
}

/// Not rounded down to nothing while there is something.
fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.01 { "under 1 %".to_owned() } else { format!("{:.0} %", share * 100.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_request_is_not_nothing() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.001), "under 1 %");
        assert_eq!(percent(0.42), "42 %");
    }
}
