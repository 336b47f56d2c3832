//! The dialog that the address asks for. Dialogs are parts of the app of their own: most visits open none.

use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::address::{Address, Dialog};
use super::discard::{DiscardAll, DiscardSelected};
use super::discontinue::Discontinue;
use super::rebase::Rebase;
use super::review::Review;
use super::steering::{Steering, use_steering};
use crate::pages::conflicts::{ConflictPages, conflicts, detail::Over};
use crate::parts;

#[component]
pub fn Dialogs() -> impl IntoView {
    let steering = use_steering();
    let address = steering.address;
    // From one conflict to the next the dialog stays.
    let shown = Memo::new(move |_| {
        address.with(|address| match &address.dialog {
            Some(Dialog::Conflict(_)) => Shown::Conflict,
            Some(other) => Shown::Own(other.clone()),
            None => Shown::None,
        })
    });
    move || {
        let close = || address.with_untracked(|address| address.with_dialog(None).link());
        match shown.get() {
            Shown::None => ().into_any(),
            Shown::Conflict => parts::dialog("conflicts", close(), conflicts(conflict(steering))),
            Shown::Own(dialog) => parts::dialog("dialogs", close(), dialogs(dialog)),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    None,
    Own(Dialog),
    Conflict,
}

/// The conflict of the address, over the grid.
fn conflict(steering: Steering) -> ConflictPages {
    let address = steering.address;
    let id = Signal::derive(move || {
        address.with(|address| match address.dialog {
            Some(Dialog::Conflict(id)) => Some(id),
            _ => None,
        })
    });
    let over = Over::new(move |id: Option<uuid::Uuid>| {
        address.with_untracked(|address: &Address| address.with_dialog(id.map(Dialog::Conflict)).link())
    });
    ConflictPages::Dialog(id, over)
}

#[wasm_split(dialogs, preload(load_dialogs), fallible)]
#[allow(clippy::unnecessary_wraps, reason = "what can fail is fetching it, which the macro adds")]
pub(crate) fn dialogs(dialog: Dialog) -> Result<AnyView, SplitLoaderError> {
    Ok(match dialog {
        Dialog::Review => view! { <Review /> }.into_any(),
        Dialog::Discontinue => view! { <Discontinue /> }.into_any(),
        Dialog::DiscardSelected => view! { <DiscardSelected /> }.into_any(),
        Dialog::DiscardAll => view! { <DiscardAll /> }.into_any(),
        Dialog::Rebase(pfa_id) => view! { <Rebase pfa_id /> }.into_any(),
        // In a part of its own.
        Dialog::Conflict(_) => ().into_any(),
    })
}
