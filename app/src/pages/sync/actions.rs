//! The page's heading with the runs that can be asked for.

use leptos::prelude::*;
use vanguard_domain::permission::Permission;

use super::tabs::{Tab, Tabs};
use crate::components::action_outcome::{ActionError, on_success};
use crate::components::icon::{Glyph, Icon};
use crate::components::notice::Notice;
use crate::components::place_inputs::PlaceInputs;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::server_fns::sync::{StartRead, StartWrite};
use crate::session::may;

/// Heading and buttons.
#[component]
pub fn Actions() -> impl IntoView {
    let write = ServerAction::<StartWrite>::new();
    let read = ServerAction::<StartRead>::new();
    let toasts = use_toasts();
    on_success(write, move |started| {
        let text = match started.queued_count {
            0 => "Nothing waits to be sent.".to_owned(),
            1 => "1 change is being sent to PEMS now.".to_owned(),
            count => format!("{count} changes are being sent to PEMS now."),
        };
        toasts.say(Tone::Ok, text);
    });
    on_success(read, move |_| toasts.say(Tone::Ok, Notice::ReadStarted.text()));
    let may_not = !may(Permission::Sync) && !may(Permission::RefreshData);
    view! {
        <div class="page-head">
            <h1>"Sync"</h1>
            <Tabs tab=Tab::Dashboard />
            <div class="button-row">
                {may(Permission::RefreshData).then(|| view! { <ReadButtons read /> })}
                {may(Permission::Sync).then(|| view! { <WriteButton write /> })}
                {may_not
                    .then(|| {
                        view! { <p class="muted">"Starting a run needs the permission Sync or RefreshData."</p> }
                    })}
            </div>
        </div>
        <ActionError action=write />
        <ActionError action=read />
    }
    .into_any()
}

#[component]
fn WriteButton(write: ServerAction<StartWrite>) -> impl IntoView {
    let pending = write.pending();
    view! {
        <ActionForm action=write>
            <PlaceInputs back="sync" />
            <button class="button button-primary" type="submit" disabled=move || pending.get()>
                <Icon glyph=Glyph::ArrowUp />
                {move || if pending.get() { "Starting …" } else { "Sync now" }}
            </button>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn ReadButtons(read: ServerAction<StartRead>) -> impl IntoView {
    let pending = read.pending();
    view! {
        <ActionForm action=read>
            <PlaceInputs back="sync" />
            <input type="hidden" name="full" value="true" />
            <button
                class="button"
                type="submit"
                title="Every record, not only what changed since the last read"
                disabled=move || pending.get()
            >
                "Read everything"
            </button>
        </ActionForm>
        <ActionForm action=read>
            <PlaceInputs back="sync" />
            <button class="button" type="submit" disabled=move || pending.get()>
                <Icon glyph=Glyph::ArrowDown />
                {move || if pending.get() { "Starting …" } else { "Read from PEMS" }}
            </button>
        </ActionForm>
    }
    .into_any()
}
