//! `/o/:org/settings`: what holds for everybody in the organisation.

use leptos::prelude::*;
use leptos_meta::Title;
use vanguard_domain::permission::Permission;

use super::ownership::Ownership;
use crate::components::empty_state::EmptyState;
use crate::components::icon::Glyph;
use crate::components::notice::NoticeBanner;
use crate::session::{may, use_organization};

/// The page.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let name = use_organization().name;
    let sections = if may(Permission::ManageSettings) {
        view! { <Ownership /> }.into_any()
    } else {
        view! {
            <div class="panel">
                <EmptyState glyph=Glyph::Ban title="Settings are for administrators">
                    <p>"They need the permission ManageSettings. Ask an administrator to change something for you."</p>
                </EmptyState>
            </div>
        }
        .into_any()
    };
    view! {
        <Title text="Settings" />
        <div class="page">
            <div class="page-head">
                <h1>"Settings"</h1>
                <p class="muted">{format!("For everybody in {name}")}</p>
            </div>
            <NoticeBanner />
            {sections}
        </div>
    }
    .into_any()
}
