//! Why the two sides' changes cannot stand together.

use leptos::prelude::*;
use vanguard_domain::validation::FieldError;

use crate::components::banner::Banner;
use crate::components::tone::Tone;

/// The rules that the merge would break; nothing if there are none.
#[component]
pub fn BrokenRules(errors: Vec<FieldError>) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        view! {
            <Banner tone=Tone::Warn>
                <p>"With both changes the record would break a rule:"</p>
                <ul>{errors.into_iter().map(|error| view! { <li>{error.message}</li> }).collect_view()}</ul>
            </Banner>
        }
    })
}
