//! `/o/:org/settings/alerts`.

use leptos::prelude::*;
use leptos_meta::Title;

use super::channel_label;
use super::deliveries::Deliveries;
use crate::backend::{AlertChannel, AlertOverview};
use crate::components::action_outcome::{ActionError, on_success};
use crate::components::icon::Glyph;
use crate::components::loaded::Loaded;
use crate::components::place_inputs::PlaceInputs;
use crate::components::tag::Tag;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::pages::settings::done::Done;
use crate::server_fns::alerts::{TestAlerts, alerts};
use crate::session::use_organization;

/// The page.
#[component]
pub fn AlertsPage() -> impl IntoView {
    let id = use_organization().id;
    let events = use_events();
    let test = ServerAction::<TestAlerts>::new();
    let overview =
        fetched(move || (events.version(EventKind::Notification), test.version().get()), move |_| alerts(id));
    let toasts = use_toasts();
    on_success(test, move |_| toasts.say(Tone::Ok, Done::TestAlertSent.text()));
    view! {
        <Title text="Alerts" />
        <section class="settings-section" aria-labelledby="alerts-heading">
            <div>
                <h2 id="alerts-heading">"Alerts"</h2>
                <p>
                    "What administrators have to know even while nobody looks: PEMS refuses us or does not answer, failed
                    changes pile up, reading fails, the audit log is broken. Each goes to the inbox of every administrator, and
                    out by the channels that whoever runs the server has set up."
                </p>
            </div>
            <ActionError action=test />
            <Loaded resource=overview what="the alerts" let:overview>
                <Overview overview test />
            </Loaded>
        </section>
    }
    .into_any()
}

#[component]
fn Overview(overview: AlertOverview, test: ServerAction<TestAlerts>) -> impl IntoView {
    let AlertOverview { channels, deliveries } = overview;
    let can_test = channels.iter().any(|channel| channel.is_configured);
    let rows = channels.into_iter().map(|channel| view! { <Channel channel /> }).collect_view();
    let send = can_test.then(|| {
        view! {
            <ActionForm action=test>
                <PlaceInputs back="settings/alerts" />
                <button class="button" type="submit" disabled=move || test.pending().get()>
                    {move || if test.pending().get() { "Sending …" } else { "Send a test" }}
                </button>
            </ActionForm>
        }
    });
    view! {
        <dl class="panel settings-values">{rows}</dl>
        {send}
        <Deliveries deliveries />
    }
    .into_any()
}

#[component]
fn Channel(channel: AlertChannel) -> impl IntoView {
    let setting = match channel.name.as_str() {
        "slack" => "SLACK_WEBHOOK_URL",
        _ => "SMTP_URL, ALERT_EMAIL_TO",
    };
    let state = if channel.is_configured {
        view! { <Tag tone=Tone::Ok glyph=Glyph::Check label="Set up" /> }.into_any()
    } else {
        view! {
            <Tag tone=Tone::Neutral glyph=Glyph::Ban label="Not set up" />
            <span class="row-note settings-note">
                "Whoever runs the server sets " <code>{setting}</code> "."
            </span>
        }
        .into_any()
    };
    let to = (!channel.recipients.is_empty())
        .then(|| view! { <span class="row-note settings-note">{format!("to {}", channel.recipients.join(", "))}</span> });
    view! {
        <div>
            <dt>{channel_label(&channel.name).to_owned()}</dt>
            <dd>{state} {to}</dd>
        </div>
    }
    .into_any()
}
