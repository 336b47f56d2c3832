//! The dialog that the address asks for.

use leptos::prelude::*;

use super::address::Dialog;
use super::discard::{DiscardAll, DiscardSelected};
use super::discontinue::Discontinue;
use super::review::Review;
use super::steering::use_steering;

#[component]
pub fn Dialogs() -> impl IntoView {
    let address = use_steering().address;
    let dialog = Memo::new(move |_| address.with(|address| address.dialog));
    move || match dialog.get() {
        None => ().into_any(),
        Some(Dialog::Review) => view! { <Review /> }.into_any(),
        Some(Dialog::Discontinue) => view! { <Discontinue /> }.into_any(),
        Some(Dialog::DiscardSelected) => view! { <DiscardSelected /> }.into_any(),
        Some(Dialog::DiscardAll) => view! { <DiscardAll /> }.into_any(),
    }
}
