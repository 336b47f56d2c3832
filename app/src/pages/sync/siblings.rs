//! The other writes of the same change: earlier tries, and what came after a decision.

use leptos::prelude::*;
use leptos_router::components::A;

use super::words;
use crate::backend::QueueSibling;
use crate::components::queue_state::QueueState;
use crate::components::relative_time::RelativeTime;
use crate::session::use_organization;

/// The section; nothing for a change that was written once.
#[component]
pub fn Siblings(siblings: Vec<QueueSibling>) -> impl IntoView {
    let page = format!("/o/{}/sync/queue", use_organization().code);
    (!siblings.is_empty()).then(|| {
        let rows = siblings
            .into_iter()
            .map(|one| {
                view! {
                    <li>
                        <A href=format!("{page}/{}", one.id)>{words::trigger(&one.trigger).to_owned()}</A>
                        " "
                        <QueueState status=one.status />
                        " "
                        <RelativeTime at=one.created_at />
                    </li>
                }
            })
            .collect_view();
        view! {
            <section aria-labelledby="siblings-heading">
                <div class="section-head">
                    <h2 id="siblings-heading">"Other writes of this change"</h2>
                </div>
                <ul class="refused">{rows}</ul>
            </section>
        }
    })
}
