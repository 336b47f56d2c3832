//! `/o/:org/settings/users/new` and `/:id`: a user to be added or changed.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;
use uuid::Uuid;
use vanguard_domain::permission::Role;

use super::inputs::Inputs;
use crate::backend::{BackendError, ManagedUser};
use crate::components::action_outcome::on_success;
use crate::components::form_field::{Refusal, RefusalMessage};
use crate::components::loaded::Loaded;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::fetched::fetched;
use crate::pages::settings::done::Done;
use crate::pages::settings::typed::{Typed, typed_before};
use crate::server_fns::users::{AddUser, ChangeUser, user};
use crate::session::use_organization;

/// What was typed before is kept under this name.
fn form_name(user_id: Option<Uuid>) -> String {
    user_id.map_or_else(|| "user".to_owned(), |id| format!("user {id}"))
}

/// What was typed, but for the password.
pub fn typed_user(
    user_id: Option<Uuid>,
    username: &str,
    email: &str,
    role: Role,
    member_of: &BTreeMap<String, Uuid>,
) -> Typed {
    let typed = Typed::new(form_name(user_id));
    let typed = typed.with("username", username).with("email", email).with("role", role.as_str());
    member_of.keys().fold(typed, |typed, code| typed.with(&format!("member of {code}"), "true"))
}

/// The page.
#[component]
pub fn UserPage(
    /// None: one to be added.
    id: Option<Uuid>,
) -> impl IntoView {
    let organization = use_organization();
    let title = if id.is_some() { "User" } else { "Add a user" };
    let typed = typed_before(&form_name(id));
    // Fetched once: what somebody else changes meanwhile must not sweep away what is being typed.
    let stored = fetched(
        || (),
        move |()| async move {
            match id {
                Some(id) => user(organization.id, id).await.map(Some),
                None => Ok(None),
            }
        },
    );
    view! {
        <Title text=title />
        <section class="settings-section" aria-labelledby="user-heading">
            <div>
                <p>
                    <A href=format!("/o/{}/settings/users", organization.code)>"← Users"</A>
                </p>
                <h2 id="user-heading">{title}</h2>
            </div>
            <Loaded resource=stored what="the user" let:stored>
                {match stored {
                    Some(user) => view! { <Change user typed=typed.clone() /> }.into_any(),
                    None => view! { <Add typed=typed.clone() /> }.into_any(),
                }}
            </Loaded>
        </section>
    }
    .into_any()
}

#[component]
fn Add(typed: Option<Typed>) -> impl IntoView {
    let add = ServerAction::<AddUser>::new();
    let refusal = Refusal::of(add);
    then_list(add, Done::UserAdded);
    view! {
        <ActionForm action=add>
            <input type="hidden" name="organization_id" value=use_organization().id.to_string() />
            <div class="panel settings-form">
                <RefusalMessage refusal />
                <Inputs user=None typed refusal />
                <div class="button-row">
                    <button class="button button-primary" type="submit" disabled=move || add.pending().get()>
                        "Add the user"
                    </button>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn Change(user: ManagedUser, typed: Option<Typed>) -> impl IntoView {
    let change = ServerAction::<ChangeUser>::new();
    let refusal = Refusal::of(change);
    then_list(change, Done::UserChanged);
    let id = user.id;
    view! {
        <ActionForm action=change>
            <input type="hidden" name="organization_id" value=use_organization().id.to_string() />
            <input type="hidden" name="user_id" value=id.to_string() />
            <div class="panel settings-form">
                <RefusalMessage refusal />
                <Inputs user=Some(user) typed refusal />
                <div class="button-row">
                    <button class="button button-primary" type="submit" disabled=move || change.pending().get()>
                        "Save"
                    </button>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// Goes back to the list once it is done.
fn then_list<S>(action: ServerAction<S>, done: Done)
where
    S: ServerFn<Error = BackendError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let list = format!("/o/{}/settings/users", use_organization().code);
    on_success(action, move |_| {
        toasts.say(Tone::Ok, done.text());
        navigate(&list, NavigateOptions::default());
    });
}
