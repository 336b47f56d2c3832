//! What nobody disputes, on either side: folded away.

use leptos::prelude::*;
use vanguard_domain::conflict::ConflictStatus;

use crate::backend::ConflictView;
use crate::components::change_list::ChangeList;

/// Both sides' other changes; nothing if there are none.
#[component]
pub fn Merged(conflict: ConflictView) -> impl IntoView {
    let open = conflict.status == ConflictStatus::Unresolved;
    let count = conflict.undisputed.len() + conflict.theirs.len();
    let ConflictView { merged_before, undisputed, theirs, .. } = conflict;
    (count > 0).then(|| {
        let title = if count == 1 {
            "1 other change that nobody disputes".to_owned()
        } else {
            format!("{count} other changes that nobody disputes")
        };
        let ours = (!undisputed.is_empty()).then(|| {
            view! {
                <p class="muted">{if open { "Ours: they go to PEMS whatever you decide above." } else { "Ours: they went to PEMS with it." }}</p>
                <ChangeList before=merged_before.clone() after=undisputed />
            }
        });
        let theirs = (!theirs.is_empty()).then(|| {
            view! {
                <p class="muted">{if open { "In PEMS: they stay whatever you decide above." } else { "In PEMS: they stayed." }}</p>
                <ChangeList before=merged_before after=theirs />
            }
        });
        view! {
            <details class="panel folded">
                <summary>{title}</summary>
                {ours}
                {theirs}
            </details>
        }
    })
}
