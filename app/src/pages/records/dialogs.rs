//! The dialog that the address asks for.

use leptos::prelude::*;
use leptos::task::spawn_local;
#[cfg(feature = "ssr")]
use leptos_router::hooks::use_url;
use uuid::Uuid;
use wasm_split_helpers::SplitLoaderError;

use super::address::{Address, Dialog};
use super::bulk_edit::BulkEditSelected;
use super::column_choice::Columns;
use super::discard::{DiscardAll, DiscardSelected};
use super::discontinue::Discontinue;
use super::import::Import;
use super::rebase::Rebase;
use super::review::Review;
use super::steering::{Steering, use_steering};
use super::views::Views;
use super::{load_record_dialogs, record_dialogs};
use crate::pages::conflicts::{ConflictPages, conflicts, detail::Over, load_conflicts};
use crate::parts::{self, DialogNotFetched};

/// Whether the address that the visit begins with opens one of them. Looked at before this part of the app is there.
pub fn is_asked_for() -> bool {
    let query = address_begun_with();
    query.contains("dialog=") && !query.contains("dialog=conflict-")
}

/// The query string of that address.
#[cfg(feature = "ssr")]
fn address_begun_with() -> String {
    use_url().with_untracked(|url| url.search().to_owned())
}

/// The query string of that address.
#[cfg(not(feature = "ssr"))]
fn address_begun_with() -> String {
    window().location().search().unwrap_or_default()
}

/// The dialog over the grid, whichever it is. Its code is another part of the app.
#[component]
pub fn Dialogs() -> impl IntoView {
    let steering = use_steering();
    let address = steering.address;
    let own = Memo::new(move |_| {
        address.with(|address| address.dialog.clone().filter(|dialog| !is_conflict(dialog)))
    });
    // From one conflict to the next the dialog stays. Without scripts a conflict has a page of its own, so the server
    // shows none here.
    let is_conflict =
        Memo::new(move |_| address.with(|address| address.dialog.as_ref().is_some_and(is_conflict)));
    // What the server rendered was waited for before the page was shown.
    let is_here = own.with_untracked(Option::is_some) && parts::is_here(load_record_dialogs());
    let own_part = fetched_for(move || own.with(Option::is_some), is_here, load_record_dialogs);
    let conflicts_part = fetched_for(move || is_conflict.get(), false, load_conflicts);
    view! {
        {move || own.get().and_then(|dialog| out_of(own_part, || record_dialogs(dialog)))}
        {move || is_conflict.get().then(|| out_of(conflicts_part, || conflicts(conflict(steering))))}
    }
    .into_any()
}

const fn is_conflict(dialog: &Dialog) -> bool {
    matches!(dialog, Dialog::Conflict(_))
}

/// One of the records' own dialogs.
#[component]
pub fn OwnDialog(dialog: Dialog) -> impl IntoView {
    match dialog {
        Dialog::Review => view! { <Review /> }.into_any(),
        Dialog::Discontinue => view! { <Discontinue /> }.into_any(),
        Dialog::DiscardSelected => view! { <DiscardSelected /> }.into_any(),
        Dialog::DiscardAll => view! { <DiscardAll /> }.into_any(),
        Dialog::Rebase(pfa_id) => view! { <Rebase pfa_id /> }.into_any(),
        Dialog::Columns => view! { <Columns /> }.into_any(),
        Dialog::Views => view! { <Views /> }.into_any(),
        Dialog::BulkEdit => view! { <BulkEditSelected /> }.into_any(),
        Dialog::Import => view! { <Import /> }.into_any(),
        Dialog::Conflict(_) => ().into_any(),
    }
}

/// Whether the code of dialogs, which is another part of the app, has been fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    NotYet,
    Here,
    /// It could not be.
    Missing,
}

/// Fetches a part once it `is_needed`.
fn fetched_for<F>(
    is_needed: impl Fn() -> bool + 'static,
    is_here: bool,
    load: impl Fn() -> F + Copy + 'static,
) -> RwSignal<Part>
where
    F: Future<Output = Result<(), SplitLoaderError>> + 'static,
{
    let part = RwSignal::new(if is_here { Part::Here } else { Part::NotYet });
    Effect::new(move || {
        if is_needed() && part.get_untracked() != Part::Here {
            spawn_local(async move {
                let found = if load().await.is_ok() { Part::Here } else { Part::Missing };
                // The grid may have been left meanwhile.
                let _ = part.try_set(found);
            });
        }
    });
    part
}

/// A dialog out of a part; nothing until that is there.
fn out_of<F>(part: RwSignal<Part>, dialog: impl FnOnce() -> F) -> Option<AnyView>
where
    F: Future<Output = Result<AnyView, SplitLoaderError>>,
{
    match part.get() {
        Part::NotYet => None,
        Part::Here => parts::at_once(dialog()),
        Part::Missing => {
            let close = use_steering().address.with_untracked(|address| address.with_dialog(None).link());
            Some(view! { <DialogNotFetched close /> }.into_any())
        }
    }
}

fn conflict(steering: Steering) -> ConflictPages {
    let address = steering.address;
    let id = Signal::derive(move || {
        address.with(|address| match address.dialog {
            Some(Dialog::Conflict(id)) => Some(id),
            _ => None,
        })
    });
    let over = Over::new(move |id: Option<Uuid>| {
        address.with_untracked(|address: &Address| address.with_dialog(id.map(Dialog::Conflict)).link())
    });
    ConflictPages::Dialog(id, over)
}
