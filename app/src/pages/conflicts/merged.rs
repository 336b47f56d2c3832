//! What nobody disputes, on either side: folded away.

use leptos::prelude::*;

use crate::backend::ConflictView;
use crate::components::change_list::ChangeList;

/// Both sides' other changes; nothing if there are none.
#[component]
pub fn Merged(conflict: ConflictView) -> impl IntoView {
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
                <p class="muted">"Ours: they go to PEMS whatever you decide above."</p>
                <ChangeList before=merged_before.clone() after=undisputed />
            }
        });
        let theirs = (!theirs.is_empty()).then(|| {
            view! {
                <p class="muted">"In PEMS: they stay whatever you decide above."</p>
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
