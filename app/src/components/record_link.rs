//! The way to a record.

use leptos::prelude::*;
use leptos_router::location::Url;

use crate::session::use_organization;

/// The record's key, leading to its row in the grid.
#[component]
pub fn RecordLink(#[prop(into)] pfa_id: String) -> impl IntoView {
    let href = format!("/o/{}/records?focus={}", use_organization().code, Url::escape(&pfa_id));
    view! {
        <a class="record-link" href=href>
            {pfa_id}
        </a>
    }
}
