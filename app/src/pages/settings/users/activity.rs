//! The question before a user can no longer log in, or can again.

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
use crate::server_fns::users::ActivateUser;
use crate::session::use_organization;

/// The dialog, while the address asks for it.
#[component]
pub fn ActivityDialog(activate: ServerAction<ActivateUser>) -> impl IntoView {
    let page = format!("/o/{}/settings/users", use_organization().code);
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let id = |name: &str| query.with(|query| query.get(name)).and_then(|id| Uuid::parse_str(&id).ok());
        id("deactivate").map(|id| (id, false)).or_else(|| id("activate").map(|id| (id, true)))
    });
    let (toasts, navigate, back) = (use_toasts(), use_navigate(), page.clone());
    on_success(activate, move |active| {
        toasts.say(Tone::Ok, if active { Done::UserActivated } else { Done::UserDeactivated }.text());
        navigate(&back, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    });
    move || asked.get().map(|(id, active)| view! { <Ask id active activate page=page.clone() /> })
}

#[component]
fn Ask(id: Uuid, active: bool, activate: ServerAction<ActivateUser>, page: String) -> impl IntoView {
    let (title, text, button, class) = if active {
        (
            "Activate this user?",
            "The user can log in again, with the same role and password.",
            "Activate",
            "button button-primary",
        )
    } else {
        (
            "Deactivate this user?",
            "The user is logged out everywhere and can no longer log in, in any organisation. Drafts and everything that was done stay.",
            "Deactivate",
            "button button-danger",
        )
    };
    view! {
        <Dialog title close=page>
            <p>{text}</p>
            <ActionForm action=activate>
                <PlaceInputs back="settings/users" />
                <input type="hidden" name="user_id" value=id.to_string() />
                <input type="hidden" name="active" value=active.to_string() />
                <div class="button-row">
                    <CloseDialog />
                    <button class=class type="submit" disabled=move || activate.pending().get()>
                        {button}
                    </button>
                </div>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}
