//! Which entries are listed: a plain form into the address.

use leptos::prelude::*;
use vanguard_domain::record::MAX_PFA_ID;

use super::address::Address;
use super::event_label;
use crate::server_fns::audit::AuditChoices;
use crate::session::use_organization;

/// The form.
#[component]
pub fn Filter(choices: AuditChoices, address: Address) -> impl IntoView {
    let page = format!("/o/{}/settings/audit", use_organization().code);
    let events = choices
        .event_types
        .into_iter()
        .map(|name| {
            let selected = address.event_type.as_ref() == Some(&name);
            view! {
                <option value=name.clone() selected=selected>
                    {event_label(&name)}
                </option>
            }
        })
        .collect_view();
    let users = choices
        .users
        .into_iter()
        .map(|(id, name)| {
            view! {
                <option value=id.to_string() selected=address.user_id == Some(id)>
                    {name}
                </option>
            }
        })
        .collect_view();
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let (from, to) = (day(address.from), day(address.to));
    let clear = address.is_filtered().then(|| {
        view! {
            <a class="button" href=page.clone()>
                "Clear"
            </a>
        }
    });
    view! {
        <form class="settings-filter" method="get" action=page.clone() aria-label="Filter the log">
            <div class="field">
                <label for="audit-event">"Event"</label>
                <select class="input" id="audit-event" name="event">
                    <option value="">"All"</option>
                    {events}
                </select>
            </div>
            <div class="field">
                <label for="audit-user">"User"</label>
                <select class="input" id="audit-user" name="user">
                    <option value="">"All"</option>
                    {users}
                </select>
            </div>
            <div class="field">
                <label for="audit-record">"Record"</label>
                <input
                    class="input"
                    id="audit-record"
                    name="record"
                    value=address.pfa_id.unwrap_or_default()
                    maxlength=MAX_PFA_ID.to_string()
                    autocomplete="off"
                />
            </div>
            <div class="field">
                <label for="audit-from">"From (UTC day)"</label>
                <input class="input" id="audit-from" name="from" type="date" value=from />
            </div>
            <div class="field">
                <label for="audit-to">"To (UTC day)"</label>
                <input class="input" id="audit-to" name="to" type="date" value=to />
            </div>
            <div class="button-row">
                <button class="button button-primary" type="submit">
                    "Show"
                </button>
                {clear}
            </div>
        </form>
    }
    .into_any()
}
