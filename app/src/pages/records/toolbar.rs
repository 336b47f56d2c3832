//! Heading, count, search and filters. One plain form: without scripts it is submitted, with them every change is
//! shown at once.

use std::time::Duration;

use leptos::{html, prelude::*};

use crate::components::grid::cell_text::count;
use crate::components::grid::list::{COLUMNS, GROUP, ListView, SEARCH, SORT, Sort, names};
use crate::components::grid::state::use_grid;
use crate::components::shortcut::{Place, on_shortcut};

use super::filters::{FilterFields, read_form};
use super::steering::{Steering, use_steering};

/// Typing is shown when it pauses for this long.
const PAUSE: Duration = Duration::from_millis(250);

#[component]
pub fn Toolbar(
    title: &'static str,
    /// The way to the other view of the same list.
    children: Children,
) -> impl IntoView {
    let grid = use_grid();
    let steering = use_steering();
    let search = NodeRef::<html::Input>::new();
    let list = grid.input.list;
    let counted = move || {
        let (total, everything) = (grid.total.get().into(), grid.everything.get().into());
        if list.with(ListView::is_everything) {
            format!("{} records", count(total))
        } else {
            format!("{} of {}", count(total), count(everything))
        }
    };
    // What a search without scripts keeps.
    let hidden = move || {
        list.with(|list| {
            let columns = (!list.columns.is_empty()).then(|| names(&list.columns));
            let group = list.group.map(|field| field.name().to_owned());
            [(COLUMNS, columns), (GROUP, group)]
                .into_iter()
                .filter_map(|(name, value)| Some(view! { <input type="hidden" name=name value=value? /> }))
                .collect_view()
        })
    };
    let sort = move || list.with(|list| list.sort.as_ref().map(Sort::text));
    focus_on_slash(search);
    let typing = StoredValue::new(Typing::default());
    follow_address(search, list, typing);
    view! {
        <header class="records-head">
            <h1>{title}</h1>
            <p class="records-count" role="status">{counted}</p>
            {children()}
            <form
                class="records-search"
                role="search"
                method="get"
                on:submit=move |event| {
                    event.prevent_default();
                    let form = event_target::<web_sys::HtmlFormElement>(&event);
                    let shown = list.get_untracked();
                    steering.show(read_form(&form, &shown));
                }
            >
                <label class="visually-hidden" for="records-search">"Search records"</label>
                <input
                    id="records-search"
                    class="input"
                    type="search"
                    name=SEARCH
                    placeholder="Search ( / )"
                    autocomplete="off"
                    node_ref=search
                    value=list.with_untracked(|list| list.search.clone())
                    on:input=search_while_typing(steering, list, typing)
                />
                {move || sort().map(|sort| view! { <input type="hidden" name=SORT value=sort /> })}
                {move || hidden()}
                <FilterFields />
            </form>
        </header>
    }
    .into_any()
}

/// Searches when the typing pauses. The first search of a bout of typing is a step of the history, those after it
/// take its place: Back leaves the search, not its last letter.
fn search_while_typing(
    steering: Steering,
    list: Signal<ListView>,
    typing: StoredValue<Typing>,
) -> impl FnMut(leptos::ev::Event) + Clone + 'static {
    move |event| {
        let text = event_target_value(&event);
        let mine = typing.try_update_value(Typing::begin);
        set_timeout(
            move || {
                if !typing.try_update_value(|typing| typing.end(mine)).unwrap_or(false) {
                    return;
                }
                let before = list.get_untracked();
                let now = ListView { search: text, ..before.clone() };
                if before.search.is_empty() {
                    steering.show(now);
                } else if before != now {
                    steering.show_instead(now);
                }
            },
            PAUSE,
        );
    }
}

/// Whether somebody is typing, and has not paused yet.
#[derive(Debug, Default)]
struct Typing {
    letters: u64,
    is_under_way: bool,
}

impl Typing {
    fn begin(&mut self) -> u64 {
        self.letters += 1;
        self.is_under_way = true;
        self.letters
    }

    /// The pause after a letter; whether it was the last one.
    fn end(&mut self, letter: Option<u64>) -> bool {
        let is_last = letter == Some(self.letters);
        if is_last {
            self.is_under_way = false;
        }
        is_last
    }
}

/// Back and Forward, chips and links change the search; what somebody is just typing is left alone.
fn follow_address(search: NodeRef<html::Input>, list: Signal<ListView>, typing: StoredValue<Typing>) {
    Effect::new(move |before: Option<String>| {
        let now = list.with(|list| list.search.clone());
        if let Some(input) = search.get_untracked()
            && before.is_some_and(|before| before != now)
            && !typing.with_value(|typing| typing.is_under_way)
            && input.value() != now
        {
            input.set_value(&now);
        }
        now
    });
}

/// `/` leads to the search from everywhere on the page.
fn focus_on_slash(search: NodeRef<html::Input>) {
    on_shortcut("/", Place::Page, move || {
        let Some(input) = search.get_untracked() else { return false };
        // Only an element that is gone cannot be focused.
        let _ = input.focus();
        input.select();
        true
    });
}
