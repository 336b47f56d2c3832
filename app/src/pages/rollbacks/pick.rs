//! Which record, and back to which version: for whoever comes without a link.

use leptos::prelude::*;
use leptos_router::components::A;
use vanguard_domain::record::MAX_PFA_ID;

use crate::session::use_organization;

/// A plain form that leads to the preview.
#[component]
pub fn Pick() -> impl IntoView {
    let code = use_organization().code;
    view! {
        <section class="panel" aria-labelledby="pick-heading">
            <h2 id="pick-heading">"What is to be rolled back?"</h2>
            <p>
                "A whole write run: choose “Roll back …” beside it among the " <A href=format!("/o/{code}/sync")>"recent runs"</A>
                ". A single record: give its key, and the version whose values it shall have again."
            </p>
            <form class="rollback-pick" method="get" action=format!("/o/{code}/rollbacks/new")>
                <div class="field">
                    <label for="pick-record">"Record"</label>
                    <input
                        class="input"
                        id="pick-record"
                        name="record"
                        required=true
                        maxlength=MAX_PFA_ID.to_string()
                        autocomplete="off"
                    />
                </div>
                <div class="field">
                    <label for="pick-version">"Version"</label>
                    <input class="input" id="pick-version" name="version" type="number" min="1" required=true />
                </div>
                <button class="button button-primary" type="submit">
                    "Preview"
                </button>
            </form>
        </section>
    }
    .into_any()
}
