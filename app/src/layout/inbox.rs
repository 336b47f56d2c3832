//! The way to the inbox, with the number of what is new there.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::components::icon::{Glyph, Icon};
use crate::events::{EventKind, use_events};
use crate::fetched::{Fetched, fetched};
use crate::server_fns::notifications::count_unread;
use crate::session::use_organization;

/// The resource that [`use_unread`] gives out.
#[derive(Debug, Clone, Copy)]
struct Unread(Fetched<i64>);

/// Puts the count into context; it follows the organisation's events.
pub fn provide_unread() {
    let events = use_events();
    provide_context(Unread(fetched(move || events.version(EventKind::Notification), |_| count_unread())));
}

/// How many notifications are new.
pub fn use_unread() -> Fetched<i64> {
    let Unread(resource) = use_context().expect("the layout of an organisation provides the count");
    resource
}

/// The link in the bar.
#[component]
pub fn InboxLink() -> impl IntoView {
    let href = format!("/o/{}/notifications", use_organization().code);
    let count = use_unread();
    view! {
        <A href=href attr:class="bar-button bar-button-icon inbox-link" attr:title="Notifications">
            <Icon glyph=Glyph::Bell />
            <span class="visually-hidden">"Notifications"</span>
            // A failure is said on the page itself.
            <Transition>
                {move || Suspend::new(async move { count.await.ok().filter(|count| *count > 0).map(badge) })}
            </Transition>
        </A>
    }
    .into_any()
}

fn badge(count: i64) -> impl IntoView {
    let shown = if count > 99 { "99+".to_owned() } else { count.to_string() };
    view! { <span class="nav-badge">{shown} <span class="visually-hidden">" unread"</span></span> }
}
