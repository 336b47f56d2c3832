//! `/o/:org/keys`: what the keyboard does.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::layout::shortcuts::PAGES;

/// Keys that act where one is, and what they do.
const ACTS: [(&str, &str); 9] = [
    ("/", "Search the records"),
    ("j, k", "The next and the previous row of a list"),
    ("x", "Tick the row"),
    ("n", "In a conflict: the next one"),
    ("Esc", "Close a dialog, or leave a cell as it was"),
    ("Enter, F2", "In the grid: edit the cell"),
    ("Ctrl+Z, Ctrl+Y", "In the grid and the timeline: undo and redo"),
    ("Ctrl+D", "In the grid: fill the value into the selected rows, or take it from the cell above"),
    ("?", "This list"),
];

/// Keys of the timeline, and what they do.
const TIMELINE: [(&[&str], &str); 9] = [
    (&["↑", "↓"], "The record above and below"),
    (&["←", "→"], "Move the forecast by a day; with Shift by a week"),
    (&["Alt+←", "Alt+→", "[", "]"], "Move its end by a day"),
    (&["Alt+Shift+←", "Alt+Shift+→", "{", "}"], "Move its start by a day"),
    (&["Enter"], "Save what was moved; else go where the record's state leads"),
    (&["Esc"], "Leave the forecast as it was"),
    (&["Home"], "Show the bars of the record"),
    (&["t"], "Show today"),
    (&["+", "-"], "Zoom in and out"),
];

/// The page.
#[component]
pub fn KeysPage() -> impl IntoView {
    let pages = PAGES
        .into_iter()
        .map(|(letter, name, _)| view! { <Key keys=vec!["g", letter] what=name /> })
        .collect_view();
    let acts = ACTS.into_iter().map(|(key, what)| view! { <Key keys=vec![key] what /> }).collect_view();
    let timeline =
        TIMELINE.into_iter().map(|(keys, what)| view! { <Key keys=keys.to_vec() what /> }).collect_view();
    view! {
        <Title text="Keys" />
        <div class="page">
            <h1>"Keys"</h1>
            <p class="muted">"They rest while you type."</p>
            <h2>"Go to a page"</h2>
            <dl class="keys">{pages}</dl>
            <h2>"Do something"</h2>
            <dl class="keys">{acts}</dl>
            <h2>"In the timeline"</h2>
            <dl class="keys">{timeline}</dl>
        </div>
    }
    .into_any()
}

#[component]
fn Key(keys: Vec<&'static str>, what: &'static str) -> impl IntoView {
    let keys = keys.into_iter().map(|key| view! { <kbd>{key}</kbd> " " }).collect_view();
    view! {
        <div>
            <dt>{keys}</dt>
            <dd>{what}</dd>
        </div>
    }
    .into_any()
}
