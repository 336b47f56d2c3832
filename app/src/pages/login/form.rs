//! The login form. Works without scripts; with them the answer comes without a new page.

use leptos::html;
use leptos::prelude::*;

use super::wait::Wait;
use crate::backend::BackendError;
use crate::components::banner::Banner;
use crate::components::tone::Tone;
use crate::fetched::sent_along;
use crate::respond;
use crate::server_fns::session::LogIn;

/// Leads to `next` once logged in.
#[component]
pub fn LoginForm(next: String) -> impl IntoView {
    let log_in = ServerAction::<LogIn>::new();
    let answer = log_in.value();
    let pending = log_in.pending();
    let message = NodeRef::<html::Div>::new();
    let username = sent_along(typed_before);
    // A new page: nothing of what was known about nobody stays.
    Effect::new(move || {
        answer.with(|answer| {
            if let Some(Ok(path)) = answer {
                respond::redirect(path);
            }
        });
    });
    Effect::new(move || {
        if answer.with(|answer| matches!(answer, Some(Err(_))))
            && let Some(message) = message.get()
        {
            // Only an element that is gone cannot be focused.
            let _ = message.focus();
        }
    });
    let error =
        move || answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()));
    let failed = Memo::new(move |_| error().is_some());
    view! {
        <div id="login-error" tabindex="-1" autofocus=failed.get_untracked() node_ref=message>
            {move || error().map(|error| view! { <Refusal error /> })}
        </div>
        <ActionForm action=log_in>
            <div class="login-fields">
                <input type="hidden" name="next" value=next />
                <div class="field">
                    <label for="username">"Username"</label>
                    <input
                        class="input"
                        id="username"
                        name="username"
                        value=username
                        autocomplete="username"
                        autocapitalize="none"
                        spellcheck="false"
                        required
                        autofocus=!failed.get_untracked()
                        aria-describedby="login-error"
                        aria-invalid=move || failed.get().then_some("true")
                    />
                </div>
                <div class="field">
                    <label for="password">"Password"</label>
                    <input
                        class="input"
                        id="password"
                        name="password"
                        type="password"
                        autocomplete="current-password"
                        required
                        aria-describedby="login-error"
                        aria-invalid=move || failed.get().then_some("true")
                    />
                </div>
                <button class="button button-primary" type="submit" disabled=move || pending.get()>
                    {move || if pending.get() { "Logging in …" } else { "Log in" }}
                </button>
            </div>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn Refusal(error: BackendError) -> impl IntoView {
    view! {
        <Banner tone=Tone::Bad role="alert">
            {match error {
                BackendError::TooMany { seconds } => view! { <Wait seconds /> }.into_any(),
                error => view! { <p>{error.to_string()}</p> }.into_any(),
            }}
        </Banner>
    }
    .into_any()
}

/// The name that was typed before a plain form was refused.
#[cfg(feature = "ssr")]
fn typed_before() -> String {
    super::remembered_name::read().unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn typed_before() -> String {
    String::new()
}
