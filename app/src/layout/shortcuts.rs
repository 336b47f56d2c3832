//! Keys for every page of an organisation: `g` and a letter goes to a page, `j`, `k` and `x` move in lists and tick,
//! `?` tells them all.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::components::shortcut::{Place, on_shortcut};
use crate::session::use_organization;

/// How long `g` waits for its letter.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// After `g`: the letter, the page's name, and its path within the organisation.
pub const PAGES: [(&str, &str, &str); 8] = [
    ("d", "Command deck", ""),
    ("r", "Records", "/records"),
    ("t", "Timeline", "/timeline"),
    ("c", "Conflicts", "/conflicts"),
    ("m", "Merged changes", "/conflicts/merged"),
    ("s", "Sync", "/sync"),
    ("b", "Rollbacks", "/rollbacks"),
    ("n", "Notifications", "/notifications"),
];

/// Listens.
#[component]
pub fn Shortcuts() -> impl IntoView {
    go_by_letter();
    on_shortcut("j", Place::Page, || step(1));
    on_shortcut("k", Place::Page, || step(-1));
    on_shortcut("x", Place::Page, tick);
    let (navigate, keys) = (use_navigate(), format!("/o/{}/keys", use_organization().code));
    on_shortcut("?", Place::Page, move || {
        navigate(&keys, NavigateOptions::default());
        true
    });
}

fn go_by_letter() {
    let code = use_organization().code;
    let waiting = StoredValue::new(false);
    let presses = StoredValue::new(0_u64);
    on_shortcut("g", Place::Page, move || {
        waiting.set_value(true);
        let mine = presses.try_update_value(|presses| {
            *presses += 1;
            *presses
        });
        let give_up = move || {
            // The page may be another one by then, and another `g` waits for itself.
            if presses.try_get_value() == mine {
                let _ = waiting.try_update_value(|waiting| *waiting = false);
            }
        };
        set_timeout(give_up, PATIENCE);
        true
    });
    for (letter, _, path) in PAGES {
        let (navigate, address) = (use_navigate(), format!("/o/{code}{path}"));
        on_shortcut(letter, Place::Page, move || {
            let goes = waiting.get_value();
            if goes {
                waiting.set_value(false);
                navigate(&address, NavigateOptions::default());
            }
            goes
        });
    }
}

fn rows() -> Vec<Element> {
    let Ok(list) = document().query_selector_all("main tbody tr, main .inbox > li") else {
        return Vec::new();
    };
    (0..list.length()).filter_map(|index| list.item(index)?.dyn_into().ok()).collect()
}

/// The place of the row that the focus is in.
fn place(rows: &[Element]) -> Option<usize> {
    let focus = document().active_element()?;
    rows.iter().position(|row| row.contains(Some(&focus)))
}

/// Moves the focus to the first thing of another row that takes it. Not in a grid, which has keys of its own.
fn step(by: isize) -> bool {
    let rows: Vec<Element> =
        rows().into_iter().filter(|row| row.closest("[role=grid]").ok().flatten().is_none()).collect();
    let next = match place(&rows) {
        Some(place) => place.saturating_add_signed(by),
        None => 0,
    };
    let target =
        rows.get(next).and_then(|row| row.query_selector("a[href], button:not(:disabled)").ok().flatten());
    let Some(target) = target.and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return false };
    target.focus().is_ok()
}

/// Ticks the row that the focus is in, or takes its tick away.
fn tick() -> bool {
    let rows = rows();
    let row = place(&rows).and_then(|place| rows.get(place));
    let check = row.and_then(|row| row.query_selector("input[type=checkbox]:not(:disabled)").ok().flatten());
    let Some(check) = check.and_then(|check| check.dyn_into::<HtmlElement>().ok()) else { return false };
    check.click();
    true
}
