//! A dialog that an address opens.
//!
//! Which dialog is open stands in the address, so Back, Forward and reload restore it, and it works without scripts:
//! the link that opens it loads a page with the dialog in it. With scripts it is modal: focus goes in, stays, and
//! returns to what had it before; Esc closes. Whoever wants it closed changes the address.

use leptos::ev::Event;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::focus;

/// The address without the dialog around a component.
#[derive(Debug, Clone)]
struct Outside(String);

/// A dialog. Render it while the address says so; closing goes to `close`. One at a time.
#[component]
pub fn Dialog(
    #[prop(into)] title: String,
    /// The address without the dialog.
    #[prop(into)]
    close: String,
    /// For what stands in columns.
    #[prop(optional)]
    wide: bool,
    /// The children have a heading of their own; `title` is read out only.
    #[prop(optional)]
    own_heading: bool,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    provide_context(Outside(close.clone()));
    Effect::new(move || {
        if let Some(dialog) = node.get() {
            // The server renders it open but not modal; a modal one has to be opened as such.
            dialog.close();
            // Refused only where it is modal already.
            let _ = dialog.show_modal();
        }
    });
    // However it comes to its end: closed while it is still in the document, it gives the focus back to what opened
    // it; one that is just taken away keeps it.
    let back = focus::way_back();
    on_cleanup(move || {
        if let Some(dialog) = node.try_get_untracked().flatten() {
            dialog.close();
            back();
        }
    });
    let navigate = use_navigate();
    let leave = move |_: Event| {
        navigate(&close, NavigateOptions { scroll: false, replace: true, ..Default::default() });
    };
    let label = own_heading.then(|| title.clone());
    view! {
        <dialog
            class=if wide { "dialog dialog-wide" } else { "dialog" }
            node_ref=node
            open=true
            aria-label=label
            aria-labelledby=(!own_heading).then_some("dialog-title")
            on:cancel=leave
        >
            {(!own_heading).then(|| view! { <h2 id="dialog-title">{title}</h2> })}
            <div class="dialog-body">{children()}</div>
        </dialog>
    }
    .into_any()
}

/// The way out of a dialog, beside the button that does something. Only inside of a [`Dialog`].
#[component]
pub fn CloseDialog(#[prop(default = "Cancel".into(), into)] label: Oco<'static, str>) -> impl IntoView {
    let Outside(address) = use_context().expect("a way out of a dialog stands inside of one");
    view! {
        <a class="button" href=address data-noscroll="true">
            {label}
        </a>
    }
}
