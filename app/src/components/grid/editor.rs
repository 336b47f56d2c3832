//! The editor of a cell. It stands above the grid, not in it: a row that is fetched anew, or scrolled away, leaves
//! what is being typed alone.

use leptos::prelude::*;
use leptos::{ev, html};
use vanguard_domain::record::FieldKind;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

use super::editing::{Editing, choices};
use super::keys::{EditorKey, editor_key};
use super::pressing::key_press;
use super::state::{Grid, use_grid};

const ERROR_ID: &str = "grid-editor-error";

/// What an error may need, in CSS pixels; `.grid-editor-error` in `grid.css` is no wider.
const ERROR_WIDTH: f64 = 360.0;
const ERROR_HEIGHT: f64 = 72.0;

#[component]
pub fn CellEditor(editing: Editing) -> impl IntoView {
    let grid = use_grid();
    let frame = NodeRef::<html::Div>::new();
    let text = RwSignal::new(editing.text.clone());
    let error = RwSignal::new(editing.error.clone());
    place(frame, &editing);
    let label = format!("{} of {}", editing.field.label(), editing.row.pfa_id);
    let input = input_view(&editing, label, text, error);
    view! {
        <div
            class="grid-editor"
            node_ref=frame
            on:keydown=move |event| pressed(&grid, &event, text, error)
            on:mousedown=|event| event.stop_propagation()
            on:click=|event| event.stop_propagation()
            on:dblclick=|event| event.stop_propagation()
            on:focusout=move |_| {
                // Taking the editor away takes its focus as well; there is nothing to take over then.
                if let Some(text) = text.try_get_untracked() {
                    grid.leave(&text);
                }
            }
        >
            {input}
            {move || error.get().map(|message| view! {
                <p class="grid-editor-error" id=ERROR_ID role="alert">{message}</p>
            })}
        </div>
    }
    .into_any()
}

/// Keys stay in the editor, but for those that end it.
fn pressed(grid: &Grid, event: &KeyboardEvent, text: RwSignal<String>, error: RwSignal<Option<String>>) {
    event.stop_propagation();
    if event.is_composing() {
        return;
    }
    let key = event.key();
    match editor_key(key_press(event, &key)) {
        None => {}
        Some(EditorKey::Cancel) => {
            event.prevent_default();
            grid.cancel();
        }
        Some(EditorKey::Accept(motion)) => {
            event.prevent_default();
            let text = text.get_untracked();
            if let Err(refused) = grid.accept(&text, motion) {
                error.set(Some(refused.message));
            }
        }
    }
}

fn input_view(
    editing: &Editing,
    label: String,
    text: RwSignal<String>,
    error: RwSignal<Option<String>>,
) -> AnyView {
    let invalid = move || error.with(Option::is_some).then_some("true");
    let described = move || error.with(Option::is_some).then_some(ERROR_ID);
    let changed = move |event: ev::Event| text.set(event_target_value(&event));
    if let Some(choices) = choices(editing.field) {
        let now = editing.text.clone();
        let unknown = (!choices.contains(&now)).then(|| view! { <option value="" selected=true></option> });
        let options: Vec<_> = choices
            .into_iter()
            .map(|choice| view! { <option value=choice.clone() selected={choice == now}>{choice.clone()}</option> })
            .collect();
        return view! {
            <select aria-label=label aria-invalid=invalid aria-describedby=described on:change=changed>
                {unknown}
                {options}
            </select>
        }
        .into_any();
    }
    let (kind, mode) = input_kind(editing);
    view! {
        <input
            type=kind
            inputmode=mode
            placeholder=matches!(editing.field.spec().kind, FieldKind::Date).then_some("YYYY-MM-DD")
            autocomplete="off"
            value=editing.text.clone()
            aria-label=label
            aria-invalid=invalid
            aria-describedby=described
            on:input=changed
        />
    }
    .into_any()
}

/// Type and keyboard of the input. A date that is begun by typing, or that was not valid, is edited as text: the
/// browser's own date field takes neither.
fn input_kind(editing: &Editing) -> (&'static str, Option<&'static str>) {
    match editing.field.spec().kind {
        FieldKind::Date if editing.is_typed || editing.error.is_some() => ("text", Some("numeric")),
        FieldKind::Date => ("date", None),
        FieldKind::Money => ("text", Some("decimal")),
        FieldKind::Text { .. } | FieldKind::Choice(_) | FieldKind::Flag => ("text", None),
    }
}

/// Lays the editor over its cell, and gives it the focus.
fn place(frame: NodeRef<html::Div>, editing: &Editing) {
    let grid = use_grid();
    let selector = format!("[data-row='{}'] > [data-column='{}']", editing.number, editing.column);
    let is_typed = editing.is_typed;
    Effect::new(move || {
        let (Some(frame), Some(scroller)) = (frame.get(), grid.scroller.get_untracked()) else { return };
        if let Some(cell) = grid.find(&selector) {
            let (cell, view) = (cell.get_bounding_client_rect(), scroller.get_bounding_client_rect());
            // What is wrong is said where there is room for it: the view cuts off what stands out.
            for (class, is_short) in [
                ("is-at-end", view.right() - cell.left() < ERROR_WIDTH),
                ("is-at-bottom", view.bottom() - cell.bottom() < ERROR_HEIGHT),
            ] {
                // Fails only for a class that is none.
                let _ = frame.class_list().toggle_with_force(class, is_short);
            }
            let style = HtmlElement::style(&frame);
            for (property, pixels) in [
                ("left", cell.left() - view.left() + f64::from(scroller.scroll_left())),
                ("top", cell.top() - view.top() + f64::from(scroller.scroll_top())),
                ("min-width", cell.width()),
                ("height", cell.height()),
            ] {
                // Fails only for a property that does not exist.
                let _ = style.set_property(property, &format!("{pixels}px"));
            }
        }
        let input = frame.query_selector("input, select").ok().flatten();
        if let Some(input) = input.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
            begin(&input, is_typed);
        }
    });
}

/// What was typed goes on behind its first character; a value that is edited as it is, is marked as a whole.
fn begin(input: &HtmlElement, is_typed: bool) {
    // Fails only for elements that cannot have the focus.
    let _ = input.focus();
    // The browser's own date field has no caret; a date that is typed is edited as text.
    if let Some(input) = input.dyn_ref::<HtmlInputElement>().filter(|input| input.type_() == "text") {
        if is_typed {
            let end = u32::try_from(input.value().encode_utf16().count()).unwrap_or(u32::MAX);
            // Fails only for kinds of input that have no caret.
            let _ = input.set_selection_range(end, end);
        } else {
            input.select();
        }
    }
}
