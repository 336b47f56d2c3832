//! What came of an action: why it failed, or what to do next.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use crate::backend::BackendError;
use crate::error::ErrorMessage;

/// The failure of the action's last run, or of the plain form that was posted before this page; nothing otherwise.
#[component]
pub fn ActionError<S>(action: ServerAction<S>) -> impl IntoView
where
    S: ServerFn<Error = BackendError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let value = action.value();
    move || {
        let error = value.with(|value| value.as_ref().and_then(|answer| answer.as_ref().err().cloned()));
        error.map(|error| view! { <ErrorMessage error /> })
    }
}

/// Calls `then` with each good answer of `action`.
pub fn on_success<S>(action: ServerAction<S>, then: impl Fn(S::Output) + 'static)
where
    S: ServerFn<Error = BackendError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let value = action.value();
    Effect::new(move || {
        if let Some(Ok(answer)) = value.get() {
            then(answer);
        }
    });
}
