//! The newest alerts, and what became of each by each channel.

use leptos::prelude::*;

use super::channel_label;
use crate::backend::AlertDelivery;
use crate::components::empty_state::EmptyState;
use crate::components::icon::Glyph;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::components::tag::Tag;
use crate::components::tone::Tone;

/// The table.
#[component]
pub fn Deliveries(deliveries: Vec<AlertDelivery>) -> impl IntoView {
    let list = if deliveries.is_empty() {
        view! {
            <div class="panel">
                <EmptyState title="No alert went out yet">
                    <p>"Nothing went wrong since a channel was set up. Alerts in the inbox are listed there."</p>
                </EmptyState>
            </div>
        }
        .into_any()
    } else {
        let rows = deliveries.into_iter().map(|delivery| view! { <Row delivery /> }).collect_view();
        view! {
            <TableFrame label="The newest alerts">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"Alert"</th>
                            <th scope="col">"Channel"</th>
                            <th scope="col">"State"</th>
                            <th scope="col">"Raised"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableFrame>
        }
        .into_any()
    };
    view! {
        <section aria-labelledby="deliveries-heading">
            <div class="section-head">
                <h2 id="deliveries-heading">"The newest alerts"</h2>
            </div>
            {list}
        </section>
    }
    .into_any()
}

#[component]
fn Row(delivery: AlertDelivery) -> impl IntoView {
    let (tone, glyph, label) = match delivery.state.as_str() {
        "pending" => (Tone::Info, Glyph::Clock, "Waits"),
        "sending" => (Tone::Info, Glyph::ArrowUp, "Being sent"),
        "sent" => (Tone::Ok, Glyph::Check, "Sent"),
        _ => (Tone::Bad, Glyph::Cross, "Given up"),
    };
    let when = match (delivery.ended_at, delivery.state.as_str()) {
        (Some(at), _) => view! { <RelativeTime at /> }.into_any(),
        (None, "pending") => view! {
            "next try "
            <RelativeTime at=delivery.due_at ahead=true />
        }
        .into_any(),
        (None, _) => ().into_any(),
    };
    let tries = (delivery.tries > 1).then(|| format!(", {} tries", delivery.tries));
    let title = if delivery.link.starts_with('/') {
        view! { <a href=delivery.link>{delivery.title}</a> }.into_any()
    } else {
        delivery.title.into_any()
    };
    view! {
        <tr>
            <th scope="row" class="settings-alert">
                {title} <span class="row-note settings-note">{delivery.body}</span>
            </th>
            <td>{channel_label(&delivery.channel).to_owned()}</td>
            <td>
                <Tag tone glyph label />
                <span class="row-note">{when} {tries}</span>
                {delivery
                    .last_error
                    .map(|error| view! { <span class="row-note settings-note">{error}</span> })}
            </td>
            <td>
                <RelativeTime at=delivery.created_at />
            </td>
        </tr>
    }
    .into_any()
}
