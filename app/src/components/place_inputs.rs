//! What every form of an organisation's page carries along, unseen.

use leptos::prelude::*;

use crate::session::use_organization;

/// Hidden inputs: the organisation, and the page that a browser without scripts is led back to.
#[component]
pub fn PlaceInputs(
    /// The path within the organisation, with its query: `sync`.
    #[prop(into)]
    back: String,
) -> impl IntoView {
    let organization = use_organization();
    view! {
        <input type="hidden" name="organization_id" value=organization.id.to_string() />
        <input type="hidden" name="back" value=format!("/o/{}/{back}", organization.code) />
    }
}
