//! For those who may not.

use leptos::prelude::*;
use leptos_meta::Title;
use vanguard_domain::permission::Permission;

use crate::components::empty_state::EmptyState;
use crate::components::icon::Glyph;

/// What stands in the place of a page that needs `permission`.
#[component]
pub fn Denied(permission: Permission) -> impl IntoView {
    view! {
        <Title text="Settings" />
        <div class="panel">
            <EmptyState glyph=Glyph::Ban title="Settings are for administrators">
                <p>
                    {format!(
                        "They need the permission {permission}. Ask an administrator to change something for you.",
                    )}
                </p>
            </EmptyState>
        </div>
    }
    .into_any()
}
