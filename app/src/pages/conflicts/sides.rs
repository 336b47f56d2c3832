//! Who changed what, and when, on both sides.

use leptos::prelude::*;

use crate::backend::ConflictView;
use crate::components::relative_time::RelativeTime;

/// Both sides beside each other.
#[component]
pub fn Sides(conflict: ConflictView) -> impl IntoView {
    view! {
        <dl class="sides">
            <div class="side">
                <dt>"Here"</dt>
                <dd>
                    <strong>{conflict.modified_by.username}</strong>
                    {format!(" changed version {}", conflict.local_version)}
                    <span class="muted">
                        " · " <RelativeTime at=conflict.modified_at /> " · conflict found "
                        <RelativeTime at=conflict.created_at />
                    </span>
                </dd>
            </div>
            <div class="side">
                <dt>"PEMS"</dt>
                <dd>
                    <strong>{conflict.pems_updated_by}</strong>
                    {format!(" made version {}", conflict.pems_version)}
                    <span class="muted">" · " <RelativeTime at=conflict.pems_updated_at /></span>
                </dd>
            </div>
        </dl>
    }
    .into_any()
}
