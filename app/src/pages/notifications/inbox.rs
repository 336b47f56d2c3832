//! `/o/:org/notifications`: the user's inbox, of all his organisations.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::components::A;

use crate::backend::{Inbox, NotificationView};
use crate::components::action_outcome::{ActionError, on_success};
use crate::components::empty_state::EmptyState;
use crate::components::field_value::grouped;
use crate::components::icon::{Glyph, Icon};
use crate::components::loaded::Loaded;
use crate::components::notice::{Notice, NoticeBanner};
use crate::components::place_inputs::PlaceInputs;
use crate::components::relative_time::RelativeTime;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::layout::inbox::use_unread;
use crate::server_fns::notifications::{MarkAllRead, mark_read, newest_notifications};
use crate::session::{use_organization, use_user};

/// The page.
#[component]
pub fn InboxPage() -> impl IntoView {
    let events = use_events();
    let unread = use_unread();
    let read_all = ServerAction::<MarkAllRead>::new();
    let toasts = use_toasts();
    // The own action counts up as well: it shows its effect even while live updates are paused.
    let versions = move || (events.version(EventKind::Notification), read_all.version().get());
    let list = fetched(versions, move |_| newest_notifications());
    on_success(read_all, move |()| {
        unread.refetch();
        toasts.say(Tone::Ok, Notice::AllRead.text());
    });
    view! {
        <Title text="Notifications" />
        <div class="page">
            <NoticeBanner />
            <ActionError action=read_all />
            <Loaded resource=list what="your notifications" let:inbox>
                <Listed inbox read_all />
            </Loaded>
        </div>
    }
    .into_any()
}

#[component]
fn Listed(inbox: Inbox, read_all: ServerAction<MarkAllRead>) -> impl IntoView {
    let Inbox { notifications, unread } = inbox;
    let heading = match unread {
        0 => "Nothing new".to_owned(),
        count => format!("{} unread", grouped(&count.to_string())),
    };
    let all = (unread > 0).then(|| {
        view! {
            <ActionForm action=read_all>
                <PlaceInputs back="notifications" />
                <button class="button" type="submit" disabled=move || read_all.pending().get()>
                    <Icon glyph=Glyph::Check />
                    "Mark all as read"
                </button>
            </ActionForm>
        }
    });
    let list = if notifications.is_empty() {
        view! {
            <div class="panel">
                <EmptyState title="Nobody had to tell you anything yet">
                    <p>
                        "Conflicts about your changes, changes that PEMS refused, rollbacks that wait for you and stopped
                        servers are told here."
                    </p>
                </EmptyState>
            </div>
        }
        .into_any()
    } else {
        let rows = notifications.into_iter().map(|one| view! { <Row one /> }).collect_view();
        view! { <ul class="inbox" aria-label="Notifications">{rows}</ul> }.into_any()
    };
    view! {
        <div class="page-head">
            <div>
                <h1>"Notifications"</h1>
                <p class="muted">{heading}</p>
            </div>
            <div class="button-row">
                <A href=format!("/o/{}/notifications/choices", use_organization().code) attr:class="button">"What you are told"</A>
                {all}
            </div>
        </div>
        {list}
    }
    .into_any()
}

#[component]
fn Row(one: NotificationView) -> impl IntoView {
    let is_new = one.read_at.is_none();
    let id = one.id;
    let (unread, toasts) = (use_unread(), use_toasts());
    // Whoever opens what it leads to has read it. Not an action of this page, which is being left.
    let opened = move |_| {
        if is_new {
            spawn_local(async move {
                match mark_read(id).await {
                    Ok(()) => unread.refetch(),
                    Err(error) => toasts.say(Tone::Bad, format!("It is not marked as read: {error}")),
                }
            });
        }
    };
    let glyph = match one.kind.as_str() {
        "conflict" => Glyph::Collision,
        "paused" => Glyph::Pause,
        _ => Glyph::Warning,
    };
    let title = if one.link.is_empty() {
        view! { <strong>{one.title}</strong> }.into_any()
    } else {
        view! {
            <A href=one.link on:click=opened>
                {one.title}
            </A>
        }
        .into_any()
    };
    view! {
        <li class="inbox-row" data-new=is_new.then_some("true")>
            <Icon glyph />
            <div class="inbox-text">
                <p>{title} {is_new.then(|| view! { " " <span class="inbox-new">"New"</span> })}</p>
                <p class="muted">{one.body}</p>
            </div>
            <div class="inbox-end muted">
                <Elsewhere organization_id=one.organization_id />
                <RelativeTime at=one.created_at />
            </div>
        </li>
    }
    .into_any()
}

/// The organisation, where it is another one than the page's.
#[component]
fn Elsewhere(organization_id: uuid::Uuid) -> impl IntoView {
    let here = use_organization().id == organization_id;
    let all = use_user().map(|user| user.organizations).unwrap_or_default();
    all.into_iter()
        .find(|one| !here && one.id == organization_id)
        .map(|one| view! { <span title=one.name>{one.code} " · "</span> })
}
