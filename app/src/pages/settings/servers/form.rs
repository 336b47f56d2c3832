//! `/o/:org/settings/servers/new` and `/:id`: an API server, tried out before it is saved.
//!
//! Saving asks PEMS first, whatever was tried before. With scripts it is offered only for exactly what was tried, so
//! that one sees beforehand whether it will go through.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;
use uuid::Uuid;

use super::inputs::Inputs;
use super::managed::ManagedServer;
use crate::backend::ApiServerView;
use crate::components::action_outcome::on_success;
use crate::components::banner::Banner;
use crate::components::form_field::{Refusal, RefusalMessage};
use crate::components::loaded::Loaded;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::fetched::fetched;
use crate::hydration::use_hydrated;
use crate::pages::settings::done::Done;
use crate::pages::settings::typed::{Typed, typed_before};
use crate::server_fns::api_servers::{SetUp, SetUpApiServer, api_server};
use crate::session::use_organization;

/// What was typed before is kept under this name.
pub fn form_name(server_id: Option<Uuid>) -> String {
    server_id.map_or_else(|| "api-server".to_owned(), |id| format!("api-server {id}"))
}

/// The page.
#[component]
pub fn ServerPage(
    /// None: one to be added.
    id: Option<Uuid>,
) -> impl IntoView {
    let organization = use_organization();
    let title = if id.is_some() { "API server" } else { "Add an API server" };
    let typed = typed_before(&form_name(id));
    // Fetched once: what somebody else changes meanwhile must not sweep away what is being typed.
    let server = fetched(
        || (),
        move |()| async move {
            match id {
                Some(id) => api_server(organization.id, id).await.map(Some),
                None => Ok(None),
            }
        },
    );
    view! {
        <Title text=title />
        <section class="settings-section" aria-labelledby="server-heading">
            <div>
                <p>
                    <A href=format!("/o/{}/settings/servers", organization.code)>"← API servers"</A>
                </p>
                <h2 id="server-heading">{title}</h2>
            </div>
            <Loaded resource=server what="the API server" let:server>
                {match server {
                    Some(server) if server.is_managed => view! { <ManagedServer server /> }.into_any(),
                    server => view! { <ServerForm server typed=typed.clone() /> }.into_any(),
                }}
            </Loaded>
        </section>
    }
    .into_any()
}

#[component]
fn ServerForm(server: Option<ApiServerView>, typed: Option<Typed>) -> impl IntoView {
    let organization = use_organization();
    let id = server.as_ref().map(|server| server.id);
    let set_up = ServerAction::<SetUpApiServer>::new();
    let pending = set_up.pending();
    let refusal = Refusal::of(set_up);
    // How often something was typed, and how often it had been when the last test began, and when the last one that
    // went well did.
    let edits = RwSignal::new(0_u32);
    let asked_at = RwSignal::new(0_u32);
    let works_at = RwSignal::new(None::<u32>);
    let is_tested = move || works_at.get() == Some(edits.get());
    let hydrated = use_hydrated();
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let list = format!("/o/{}/settings/servers", organization.code);
    on_success(set_up, move |outcome| match outcome {
        SetUp::Works(_) => works_at.set(Some(asked_at.get_untracked())),
        SetUp::Saved(_) => {
            let done = if id.is_some() { Done::ServerChanged } else { Done::ServerAdded };
            toasts.say(Tone::Ok, done.text());
            navigate(&list, NavigateOptions::default());
        }
    });
    let works = move || {
        let message = set_up.value().with(|value| match value {
            Some(Ok(SetUp::Works(message))) => Some(message.clone()),
            _ => None,
        });
        message.filter(|_| is_tested()).map(|message| {
            view! {
                <Banner tone=Tone::Ok role="status">
                    <p>{message} " Nothing is saved yet."</p>
                </Banner>
            }
        })
    };
    let hint = move || match (hydrated.get(), is_tested()) {
        (true, false) => "Saving is offered once exactly this was tested.",
        (true, true) => "This was tested.",
        (false, _) => "Saving tests the connection too, and saves nothing if PEMS refuses.",
    };
    view! {
        <div on:input=move |_| edits.update(|edits| *edits += 1) on:submit=move |_| asked_at.set(edits.get_untracked())>
            <ActionForm action=set_up>
                <input type="hidden" name="organization_id" value=organization.id.to_string() />
                {id.map(|id| view! { <input type="hidden" name="server_id" value=id.to_string() /> })}
                <div class="panel settings-form">
                    <RefusalMessage refusal />
                    {works}
                    <Inputs server typed refusal />
                    <div class="button-row">
                        <button class="button" type="submit" name="step" value="test" disabled=move || pending.get()>
                            {move || if pending.get() { "Asking PEMS …" } else { "Test connection" }}
                        </button>
                        <button
                            class="button button-primary"
                            type="submit"
                            name="step"
                            value="save"
                            disabled=move || pending.get() || (hydrated.get() && !is_tested())
                        >
                            "Save"
                        </button>
                        <span class="field-hint">{hint}</span>
                    </div>
                </div>
            </ActionForm>
        </div>
    }
    .into_any()
}
