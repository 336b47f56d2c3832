//! The question before an API server is paused or put to use again.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use uuid::Uuid;

use crate::components::action_outcome::on_success;
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::place_inputs::PlaceInputs;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::pages::settings::done::Done;
use crate::server_fns::api_servers::UseApiServer;
use crate::session::use_organization;

/// The dialog, while the address asks for it.
#[component]
pub fn PauseDialog(switch: ServerAction<UseApiServer>) -> impl IntoView {
    let page = format!("/o/{}/settings/servers", use_organization().code);
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let id = |name: &str| query.with(|query| query.get(name)).and_then(|id| Uuid::parse_str(&id).ok());
        id("pause").map(|id| (id, false)).or_else(|| id("resume").map(|id| (id, true)))
    });
    let (toasts, navigate, back) = (use_toasts(), use_navigate(), page.clone());
    on_success(switch, move |in_use| {
        toasts.say(Tone::Ok, if in_use { Done::ServerResumed } else { Done::ServerPaused }.text());
        navigate(&back, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    });
    move || asked.get().map(|(id, in_use)| view! { <Ask id in_use switch page=page.clone() /> })
}

#[component]
fn Ask(id: Uuid, in_use: bool, switch: ServerAction<UseApiServer>, page: String) -> impl IntoView {
    let (title, text, button) = if in_use {
        (
            "Use this API server again?",
            "What waits is sent at once. If PEMS still refuses us, it is paused again.",
            "Resume",
        )
    } else {
        (
            "Pause this API server?",
            "Nothing is sent or read through it until somebody resumes it. What people commit waits.",
            "Pause",
        )
    };
    view! {
        <Dialog title close=page>
            <p>{text}</p>
            <ActionForm action=switch>
                <PlaceInputs back="settings/servers" />
                <input type="hidden" name="server_id" value=id.to_string() />
                <input type="hidden" name="in_use" value=in_use.to_string() />
                <div class="button-row">
                    <CloseDialog />
                    <button class="button button-primary" type="submit" disabled=move || switch.pending().get()>
                        {button}
                    </button>
                </div>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}
