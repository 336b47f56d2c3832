//! What whoever runs the server has set, for all organisations: to be read here, changed there.

use std::time::Duration;

use leptos::prelude::*;

use crate::backend::InstallationSettings;
use crate::components::loaded::Loaded;
use crate::fetched::fetched;
use crate::server_fns::organization_settings::read_installation_settings;
use crate::session::use_organization;

/// The section.
#[component]
pub fn Installation() -> impl IntoView {
    let id = use_organization().id;
    let settings = fetched(|| (), move |()| read_installation_settings(id));
    view! {
        <section class="settings-section" aria-labelledby="installation-heading">
            <div>
                <h2 id="installation-heading">"Set for all organisations"</h2>
                <p>"Whoever runs the server sets these in its environment. They cannot be changed here."</p>
            </div>
            <Loaded resource=settings what="the server’s settings" let:settings>
                <Values settings />
            </Loaded>
        </section>
    }
    .into_any()
}

#[component]
fn Values(settings: InstallationSettings) -> impl IntoView {
    let schedule = |cron: Option<String>| cron.unwrap_or_else(|| "not by schedule".to_owned());
    let first = Duration::from_millis(settings.retry_delay).as_secs_f64();
    let retries = match settings.max_retries {
        0 => "none".to_owned(),
        most => format!("{most} at most, the first after {first} s, then each time twice as long"),
    };
    let rows = [
        ("Writes to PEMS", if settings.writes { "yes" } else { "no" }.to_owned(), "ENABLE_PEMS_WRITE_SYNC"),
        ("Write schedule (UTC)", schedule(settings.write_schedule), "PEMS_WRITE_SYNC_SCHEDULE"),
        ("Read schedule (UTC)", schedule(settings.read_schedule), "PEMS_READ_SYNC_SCHEDULE"),
        ("Changes in a batch", settings.batch_size.to_string(), "PEMS_WRITE_SYNC_BATCH_SIZE"),
        ("Retries", retries, "WRITE_SYNC_MAX_RETRIES, WRITE_SYNC_RETRY_DELAY"),
        ("Requests per second and PEMS user", settings.rate_limit.to_string(), "PEMS_API_RATE_LIMIT"),
    ];
    let rows = rows
        .into_iter()
        .map(|(label, value, setting)| {
            view! {
                <div>
                    <dt>{label}</dt>
                    <dd>
                        {value} " " <code class="muted">{setting}</code>
                    </dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="panel settings-values">{rows}</dl> }.into_any()
}
