//! How each API server of PEMS fares.

use leptos::prelude::*;

use crate::backend::ApiServerHealth;
use crate::components::icon::Glyph;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::components::tag::Tag;
use crate::components::tone::Tone;

/// A table of them.
#[component]
pub fn Servers(servers: Vec<ApiServerHealth>) -> impl IntoView {
    (!servers.is_empty()).then(|| {
        view! {
            <section aria-labelledby="servers-heading">
                <div class="section-head">
                    <h2 id="servers-heading">"API servers"</h2>
                </div>
                <TableFrame label="API servers">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col">"Server"</th>
                                <th scope="col">"State"</th>
                                <th scope="col">"Last success"</th>
                                <th scope="col">"Last error"</th>
                            </tr>
                        </thead>
                        <tbody>{servers.into_iter().map(|server| view! { <Server server /> }).collect_view()}</tbody>
                    </table>
                </TableFrame>
            </section>
        }
    })
}

#[component]
fn Server(server: ApiServerHealth) -> impl IntoView {
    let (tone, glyph, label) = match (server.status.as_str(), server.breaker_until) {
        ("paused", _) => (Tone::Warn, Glyph::Pause, "Paused"),
        (_, Some(_)) => (Tone::Bad, Glyph::Cross, "Held back"),
        _ => (Tone::Ok, Glyph::Check, "Active"),
    };
    let reason = match server.pause_reason.as_deref() {
        Some("unauthorized") => Some("PEMS refused our user name or password.".to_owned()),
        Some(reason) => Some(reason.to_owned()),
        None => None,
    };
    view! {
        <tr>
            <th scope="row">{server.name}</th>
            <td>
                <Tag tone glyph label />
                {server.breaker_until.map(|at| view! { " tried again " <RelativeTime at ahead=true /> })}
                {reason.map(|reason| view! { <span class="muted">" " {reason}</span> })}
            </td>
            <td>{server.last_success_at.map(|at| view! { <RelativeTime at /> })}</td>
            <td>
                {server.last_error}
                {server.last_error_at.map(|at| view! { <span class="muted">" " <RelativeTime at /></span> })}
            </td>
        </tr>
    }
    .into_any()
}
