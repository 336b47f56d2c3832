//! The requests that were made to PEMS for a change, with its answers.

use leptos::prelude::*;
use uuid::Uuid;

use crate::components::attempts_table::AttemptsTable;
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::loaded::Loaded;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::server_fns::queue::queue_attempts;
use crate::session::use_organization;

/// A dialog with all of them.
#[component]
pub fn Attempts(item: Uuid) -> impl IntoView {
    let organization = use_organization();
    let events = use_events();
    let attempts =
        fetched(move || events.version(EventKind::Queue), move |_| queue_attempts(organization.id, item));
    view! {
        <Dialog title="Attempts" close=format!("/o/{}/sync", organization.code)>
            <Loaded resource=attempts what="the attempts" let:attempts>
                <AttemptsTable attempts />
            </Loaded>
            <div class="button-row">
                <CloseDialog label="Close" />
            </div>
        </Dialog>
    }
    .into_any()
}
