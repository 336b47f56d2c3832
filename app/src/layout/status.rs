//! The organisation's sync status: fetched once for top bar and pages alike.

use leptos::prelude::*;
use uuid::Uuid;

use crate::backend::SyncStatus;
use crate::events::{EventKind, use_events};
use crate::fetched::{Fetched, fetched};
use crate::server_fns::sync::current_status;

/// The resource that [`use_status`] gives out.
#[derive(Debug, Clone, Copy)]
struct Status(Fetched<SyncStatus>);

/// Puts the status into context; it follows the organisation's events.
pub fn provide_status(organization_id: Uuid) {
    let events = use_events();
    let versions =
        move || [EventKind::Sync, EventKind::Queue, EventKind::Conflict].map(|kind| events.version(kind));
    provide_context(Status(fetched(versions, move |_| current_status(organization_id))));
}

/// The sync status of the organisation that the page is about.
pub fn use_status() -> Fetched<SyncStatus> {
    let Status(resource) = use_context().expect("the layout of an organisation provides its status");
    resource
}
