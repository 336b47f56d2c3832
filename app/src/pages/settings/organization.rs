//! `/o/:org/settings`: what holds for everybody in the organisation.

use leptos::prelude::*;
use leptos_meta::Title;

use super::installation::Installation;
use super::ownership::Ownership;
use super::write_sync::WriteSync;

/// The page.
#[component]
pub fn OrganizationPage() -> impl IntoView {
    view! {
        <Title text="Settings" />
        <WriteSync />
        <Ownership />
        <Installation />
    }
    .into_any()
}
