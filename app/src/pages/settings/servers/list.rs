//! `/o/:org/settings/servers`: the API servers and how they fare.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::pause::PauseDialog;
use super::state::ServerState;
use crate::backend::ApiServerView;
use crate::components::action_outcome::ActionError;
use crate::components::empty_state::EmptyState;
use crate::components::icon::Glyph;
use crate::components::loaded::Loaded;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::server_fns::api_servers::{UseApiServer, api_servers};
use crate::session::use_organization;

/// The page. `?pause=` and `?resume=` ask whether to pause or resume a server.
#[component]
pub fn ServersPage() -> impl IntoView {
    let organization = use_organization();
    let id = organization.id;
    let events = use_events();
    let switch = ServerAction::<UseApiServer>::new();
    // The own action counts up as well: it shows its effect even while live updates are paused.
    let servers =
        fetched(move || (events.version(EventKind::Sync), switch.version().get()), move |_| api_servers(id));
    view! {
        <Title text="API servers" />
        <section aria-labelledby="servers-heading">
            <div class="section-head">
                <h2 id="servers-heading">"API servers"</h2>
                <a class="button button-primary" href=format!("/o/{}/settings/servers/new", organization.code)>
                    "Add an API server"
                </a>
            </div>
            <ActionError action=switch />
            <Loaded resource=servers what="the API servers" let:servers>
                <Servers servers />
            </Loaded>
        </section>
        <PauseDialog switch />
    }
    .into_any()
}

#[component]
fn Servers(servers: Vec<ApiServerView>) -> impl IntoView {
    if servers.is_empty() {
        return view! {
            <div class="panel">
                <EmptyState glyph=Glyph::Plug title="No API server yet">
                    <p>"Nothing is read from PEMS or sent to it until one is added."</p>
                </EmptyState>
            </div>
        }
        .into_any();
    }
    let rows = servers.into_iter().map(|server| view! { <Row server /> }).collect_view();
    view! {
        <TableFrame label="API servers">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Server"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Last success"</th>
                        <th scope="col">"Last error"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn Row(server: ApiServerView) -> impl IntoView {
    let page = format!("/o/{}/settings/servers", use_organization().code);
    let edit_page = format!("{page}/{}", server.id);
    let (ask, label) = if server.status == "paused" || server.breaker_until.is_some() {
        (format!("{page}?resume={}", server.id), "Resume")
    } else {
        (format!("{page}?pause={}", server.id), "Pause")
    };
    let edit = if server.is_managed { "Details" } else { "Edit" };
    let (name, shown) = (server.name.clone(), server.clone());
    view! {
        <tr>
            <th scope="row">
                <A href=edit_page.clone()>{server.name}</A>
                <span class="row-note settings-address">{server.base_url}</span>
                <span class="row-note">{format!("{} as {}", server.tenant, server.username)}</span>
                {server.is_managed.then(|| view! { <span class="row-note settings-note">"from the server’s environment"</span> })}
            </th>
            <td>
                <ServerState server=shown />
            </td>
            <td>
                {match server.last_success_at {
                    Some(at) => view! { <RelativeTime at /> }.into_any(),
                    None => view! { <span class="muted">"never"</span> }.into_any(),
                }}
            </td>
            <td>
                {server.last_error.map(|error| view! { <span class="settings-error">{error}</span> })}
                {server
                    .last_error_at
                    .map(|at| {
                        view! {
                            <span class="row-note">
                                <RelativeTime at />
                            </span>
                        }
                    })}
            </td>
            <td>
                <div class="button-row">
                    <a href=edit_page class="button button-small" aria-label=format!("{edit}: {name}")>
                        {edit}
                    </a>
                    <A href=ask scroll=false {..} class="button button-small" aria-label=format!("{label} … {name}")>
                        {label}
                        " …"
                    </A>
                </div>
            </td>
        </tr>
    }
    .into_any()
}
