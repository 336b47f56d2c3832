//! What an address shows that names nothing.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::respond;

/// The page for an unknown address; the status is 404.
#[component]
pub fn NotFoundPage(#[prop(default = "page".to_owned(), into)] what: String) -> impl IntoView {
    view! {
        <main class="page-alone">
            <NotFound what />
        </main>
    }
}

/// The same inside of a page: there is no such record, conflict, organisation.
#[component]
pub fn NotFound(#[prop(into)] what: String) -> impl IntoView {
    respond::not_found();
    view! {
        <Title text="Not found" />
        <section class="empty-state">
            <h1>"There is no such " {what}</h1>
            <p>"The address may be mistyped, or what it named is gone."</p>
            <p>
                <a class="button" href="/">
                    "Go to the start page"
                </a>
            </p>
        </section>
    }
}
