//! Whether the organisation's changes are sent to PEMS.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::done::Done;
use crate::components::action_outcome::{ActionError, on_success};
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::icon::Glyph;
use crate::components::loaded::Loaded;
use crate::components::place_inputs::PlaceInputs;
use crate::components::tag::Tag;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::server_fns::organization_settings::{SetWriteSync, read_organization_settings};
use crate::session::use_organization;

/// The section. `?ask=write-sync-on` and `?ask=write-sync-off` ask whether to switch it.
#[component]
pub fn WriteSync() -> impl IntoView {
    let organization = use_organization();
    let (id, page) = (organization.id, format!("/o/{}/settings", organization.code));
    let events = use_events();
    let query = use_query_map();
    let asked = Memo::new(move |_| match query.with(|query| query.get("ask")).as_deref() {
        Some("write-sync-on") => Some(true),
        Some("write-sync-off") => Some(false),
        _ => None,
    });
    let set = ServerAction::<SetWriteSync>::new();
    let settings = fetched(
        move || (events.version(EventKind::Sync), set.version().get()),
        move |_| read_organization_settings(id),
    );
    let (toasts, navigate, back) = (use_toasts(), use_navigate(), page.clone());
    on_success(set, move |enabled| {
        toasts.say(Tone::Ok, if enabled { Done::WriteSyncOn } else { Done::WriteSyncOff }.text());
        navigate(&back, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    });
    view! {
        <section class="settings-section" aria-labelledby="write-sync-heading">
            <div>
                <h2 id="write-sync-heading">"Write sync"</h2>
                <p>
                    "While it is off, people go on working and committing here, and PEMS gets nothing. What they commit waits,
                    and is sent once it is on again. Reading from PEMS goes on either way."
                </p>
            </div>
            <ActionError action=set />
            <Loaded resource=settings what="the settings" let:settings>
                <State enabled=settings.write_sync_enabled />
            </Loaded>
        </section>
        {move || asked.get().map(|enable| view! { <Ask enable set page=page.clone() /> })}
    }
    .into_any()
}

#[component]
fn State(enabled: bool) -> impl IntoView {
    let page = format!("/o/{}/settings", use_organization().code);
    let (tag, href, label) = if enabled {
        let tag = view! { <Tag tone=Tone::Ok glyph=Glyph::Check label="On" /> }.into_any();
        (tag, format!("{page}?ask=write-sync-off"), "Switch off …")
    } else {
        let tag = view! { <Tag tone=Tone::Warn glyph=Glyph::Pause label="Off" /> }.into_any();
        (tag, format!("{page}?ask=write-sync-on"), "Switch on …")
    };
    view! {
        <div class="button-row">
            {tag}
            <A href=href scroll=false {..} class="button" aria-label=format!("{label} Write sync")>
                {label}
            </A>
        </div>
    }
    .into_any()
}

#[component]
fn Ask(enable: bool, set: ServerAction<SetWriteSync>, page: String) -> impl IntoView {
    let name = use_organization().name;
    let (title, text, button, class) = if enable {
        (
            format!("Send the changes of {name} to PEMS again?"),
            "What was committed meanwhile is sent at once.",
            "Switch on",
            "button button-primary",
        )
    } else {
        (
            format!("Send nothing of {name} to PEMS any more?"),
            "What is under way is finished. Everything else waits until somebody switches it on again.",
            "Switch off",
            "button button-danger",
        )
    };
    view! {
        <Dialog title close=page>
            <p>{text}</p>
            <ActionForm action=set>
                <PlaceInputs back="settings" />
                <input type="hidden" name="enabled" value=enable.to_string() />
                <div class="button-row">
                    <CloseDialog />
                    <button class=class type="submit" disabled=move || set.pending().get()>
                        {button}
                    </button>
                </div>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}
