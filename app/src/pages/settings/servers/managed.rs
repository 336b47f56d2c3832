//! An API server that comes from the server's environment: to be read only.

use leptos::prelude::*;

use super::state::ServerState;
use crate::backend::ApiServerView;
use crate::components::banner::Banner;
use crate::components::tone::Tone;

/// What is known about it.
#[component]
pub fn ManagedServer(server: ApiServerView) -> impl IntoView {
    let rows = [
        ("Name", server.name.clone()),
        ("Address", server.base_url.clone()),
        ("Tenant", server.tenant.clone()),
        ("User name", server.username.clone()),
        ("Batches", if server.supports_batch { "yes" } else { "no" }.to_owned()),
    ];
    let rows = rows
        .into_iter()
        .map(|(label, value)| {
            view! {
                <div>
                    <dt>{label}</dt>
                    <dd>{value}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <Banner tone=Tone::Info>
            <p>
                "This API server comes from the settings " <code>"PEMS_WRITE_*"</code>
                " of whoever runs Vanguard, and cannot be changed here. Add an API server of your own instead: it is used from
                then on."
            </p>
        </Banner>
        <dl class="panel settings-values">
            {rows} <div>
                <dt>"State"</dt>
                <dd>
                    <ServerState server />
                </dd>
            </div>
        </dl>
    }
    .into_any()
}
