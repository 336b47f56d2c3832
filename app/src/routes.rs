//! Which path shows which page.
//!
//! Everything is rendered on the server with its data ([`SsrMode::Async`]): status codes and redirects depend on it,
//! and pages read without scripts.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::clock::provide_clock;
use crate::components::toast::{ToastRegion, provide_toasts};
use crate::events::provide_events;
use crate::focus::provide_focus;
use crate::layout::organization::OrganizationLayout;
use crate::pages::conflicts::ConflictPages;
use crate::pages::deck::DeckPages;
use crate::pages::help::HelpPages;
use crate::pages::history::HistoryPages;
use crate::pages::home::HomePage;
use crate::pages::login::Login;
use crate::pages::not_found::NotFoundPage;
use crate::pages::notifications::NotificationPages;
use crate::pages::records::RecordsPages;
use crate::pages::rollbacks::RollbackPages;
use crate::pages::settings::SettingsPages;
use crate::pages::sync::SyncPages;
use crate::pages::timeline::TimelinePages;
use crate::session::provide_session;

/// The app.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_session();
    provide_clock();
    provide_focus();
    provide_events();
    provide_toasts();
    view! {
        <Title formatter=|page: String| format!("{page} · PFA Vanguard") />
        <Router>
            <Routes fallback=|| view! { <NotFoundPage /> }>
                <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                <Route path=path!("/login") view=Login ssr=SsrMode::Async />
                <ParentRoute path=path!("/o/:org") view=OrganizationLayout ssr=SsrMode::Async>
                    <Route path=path!("") view=DeckPages::Deck ssr=SsrMode::Async />
                    <Route path=path!("/records") view=RecordsPages::Grid ssr=SsrMode::Async />
                    <Route path=path!("/records/:id/history") view=HistoryPages::Record ssr=SsrMode::Async />
                    <ParentRoute path=path!("/timeline") view=TimelinePages::Timeline ssr=SsrMode::Async>
                        <Route path=path!("") view=|| () ssr=SsrMode::Async />
                        <Route path=path!("/:zoom") view=|| () ssr=SsrMode::Async />
                    </ParentRoute>
                    <Route path=path!("/keys") view=HelpPages::Keys ssr=SsrMode::Async />
                    <ParentRoute path=path!("/settings") view=SettingsPages::Area ssr=SsrMode::Async>
                        <Route path=path!("") view=|| () ssr=SsrMode::Async />
                        <Route path=path!("/*page") view=|| () ssr=SsrMode::Async />
                    </ParentRoute>
                    <Route path=path!("/notifications") view=NotificationPages::Inbox ssr=SsrMode::Async />
                    <Route path=path!("/notifications/choices") view=NotificationPages::Choices ssr=SsrMode::Async />
                    <Route path=path!("/sync") view=SyncPages::Dashboard ssr=SsrMode::Async />
                    <Route path=path!("/sync/queue") view=SyncPages::Queue ssr=SsrMode::Async />
                    <Route path=path!("/sync/queue/:id") view=SyncPages::Item ssr=SsrMode::Async />
                    <Route path=path!("/sync/dead-letters") view=SyncPages::DeadLetters ssr=SsrMode::Async />
                    <Route path=path!("/sync/dead-letters/:id") view=SyncPages::DeadLetter ssr=SsrMode::Async />
                    <Route path=path!("/sync/history") view=SyncPages::History ssr=SsrMode::Async />
                    <Route path=path!("/sync/history/:id") view=SyncPages::Run ssr=SsrMode::Async />
                    <Route path=path!("/conflicts/merged") view=ConflictPages::Merged ssr=SsrMode::Async />
                    <ParentRoute path=path!("/conflicts") view=ConflictPages::List ssr=SsrMode::Async>
                        <Route path=path!("") view=|| () ssr=SsrMode::Async />
                        <Route path=path!("/:id") view=ConflictPages::One ssr=SsrMode::Async />
                    </ParentRoute>
                    <Route path=path!("/rollbacks") view=RollbackPages::List ssr=SsrMode::Async />
                    <Route path=path!("/rollbacks/new") view=RollbackPages::New ssr=SsrMode::Async />
                    <Route path=path!("/rollbacks/:id") view=RollbackPages::One ssr=SsrMode::Async />
                </ParentRoute>
            </Routes>
            <ToastRegion />
        </Router>
    }
}
