//! How a failure is shown: what happened, and what to do about it.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use vanguard_domain::record::Field;
use vanguard_domain::validation::FieldError;

use crate::backend::BackendError;
use crate::components::banner::Banner;
use crate::components::tone::Tone;
use crate::paths;

/// A failure in a box, with what to do. It is read out at once when it appears.
#[component]
pub fn ErrorMessage(error: BackendError) -> impl IntoView {
    let text = error.to_string();
    let advice = match error {
        BackendError::NotLoggedIn => view! { <LogInAgain /> }.into_any(),
        BackendError::Invalid { errors, message } => view! { <FieldErrors errors message /> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        <Banner tone=Tone::Bad role="alert">
            <p>{text}</p>
            {advice}
        </Banner>
    }
}

/// The session has ended while the page was open.
#[component]
fn LogInAgain() -> impl IntoView {
    let location = use_location();
    let href = move || paths::login(&paths::with_query(&location.pathname.read(), &location.search.read()));
    view! {
        <p>
            <a href=href rel="external">
                "Log in and come back here"
            </a>
        </p>
    }
}

/// Each fault of a request, unless the message says it already.
#[component]
fn FieldErrors(errors: Vec<FieldError>, message: String) -> impl IntoView {
    let items: Vec<_> = errors
        .into_iter()
        .filter(|error| error.message != message)
        .map(|error| {
            let label =
                error.field.parse::<Field>().map_or(error.field.clone(), |field| field.label().to_owned());
            let text = if error.message.contains(&label) {
                error.message
            } else {
                format!("{label}: {}", error.message)
            };
            view! { <li>{text}</li> }
        })
        .collect();
    (!items.is_empty()).then(|| view! { <ul>{items}</ul> })
}
