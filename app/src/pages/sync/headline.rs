//! Health in one word and why, and the figures behind it.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::budget::BudgetFigure;
use crate::backend::{RateBudget, SyncStatus};
use crate::components::duration::milliseconds;
use crate::components::field_value::grouped;
use crate::components::figure::Figure;
use crate::components::health::{Health, panel_class, why};
use crate::components::loaded::Loaded;
use crate::components::relative_time::RelativeTime;
use crate::fetched::Fetched;

/// The panel at the head of the page.
#[component]
pub fn Headline(status: SyncStatus, budget: Fetched<Option<RateBudget>>) -> impl IntoView {
    let class = panel_class(status.health);
    view! {
        <section class=class>
            <div class="sync-health" role="status">
                <Health health=status.health />
                <p>{why(&status)}</p>
            </div>
            <dl class="figures-grid">
                <Figure label="Waiting">{count(status.total_queued)}</Figure>
                <Figure label="In flight">{count(status.processing)}</Figure>
                <Figure label="Completed">{count(status.completed)}</Figure>
                <Figure label="Failed">{count(status.failed)}</Figure>
                <Figure label="Conflicts">{count(status.conflicts)}</Figure>
                <Figure label="Success rate" hint="of the last 1,000 that ended">
                    {known(status.success_rate.map(percent))}
                </Figure>
                <Figure
                    label="Latency, p95"
                    hint="commit to confirmed in PEMS, of the last 1,000"
                    more=status.avg_sync_time.map(|average| format!("average {}", milliseconds(average)))
                >
                    {known(status.p95_sync_time.map(milliseconds))}
                </Figure>
                <Figure label="Oldest waiting">
                    {time(status.oldest_waiting_at)}
                </Figure>
                <Figure label="Last write">
                    {time(status.last_sync_at)}
                </Figure>
                <Figure label="Records mirrored">{count(status.mirrored)}</Figure>
                <Loaded resource=budget what="the rate budget" let:budget>
                    <BudgetFigure budget />
                </Loaded>
            </dl>
        </section>
    }
    .into_any()
}

fn count(number: i64) -> String {
    grouped(&number.to_string())
}

fn percent(share: f64) -> String {
    // Never rounded up to "100 %" while something failed.
    if share < 1.0 { format!("{:.1} %", (share * 1_000.0).floor() / 10.0) } else { "100 %".to_owned() }
}

fn known(text: Option<String>) -> AnyView {
    text.map_or_else(none, IntoAny::into_any)
}

fn time(at: Option<DateTime<Utc>>) -> AnyView {
    at.map_or_else(none, |at| view! { <RelativeTime at /> }.into_any())
}

fn none() -> AnyView {
    view! {
        <span class="muted" title="Not known yet">
            "–"
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_in_a_thousand_is_not_a_hundred_percent() {
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(percent(0.9999), "99.9 %");
        assert_eq!(percent(0.5), "50.0 %");
    }
}
