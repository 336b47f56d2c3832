//! Keys and mouse in the timeline: from the browser's event to what the timeline does.

use leptos::ev::{FocusEvent, KeyboardEvent, MouseEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::bars::forecast_extent;
use super::dates::{Dates, Grip, grip_at};
use super::keys::{TimelineKey, timeline_key};
use super::proposing::missing;
use super::state::{BARS, Timeline};
use crate::components::grid::cursor::{Cursor, Motion};
use crate::components::grid::pressing::key_press;

/// CSS pixels from a row's upper edge between which its forecast is held; the bar itself is a little thinner.
const FORECAST_HEIGHT: std::ops::Range<f64> = 7.0..25.0;
/// A press that moves less than this is none.
const SLIP: f64 = 3.0;
/// How far the view goes on with each step of a drag beyond its edge.
const STEP: i32 = 24;

/// A forecast that the mouse holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Drag {
    number: u32,
    what: Grip,
    before: Dates,
    /// Where it was taken, on the axis.
    from: f64,
    has_moved: bool,
}

/// A key in the timeline.
pub fn pressed_key(timeline: Timeline, event: &KeyboardEvent) {
    if event.is_composing() || event.default_prevented() {
        return;
    }
    let key = event.key();
    let Some(meaning) = timeline_key(key_press(event, &key)) else { return };
    if act(&timeline, meaning) {
        event.prevent_default();
    }
}

/// Does what the key asks for; false if it is the browser's after all.
fn act(timeline: &Timeline, key: TimelineKey) -> bool {
    let grid = timeline.grid;
    let row = grid.cursor.get_untracked().row();
    match (key, row) {
        (TimelineKey::Row(motion), _) => go(timeline, motion),
        (TimelineKey::Undo, _) => {
            timeline.accept();
            grid.undo_edit();
        }
        (TimelineKey::Redo, _) => grid.redo_edit(),
        (TimelineKey::Shift(what, days), Some(row)) => timeline.shift(row, what, days),
        (TimelineKey::ShowBars, Some(row)) => timeline.show_bars(row),
        (TimelineKey::Cancel, Some(row)) => return timeline.cancel() || timeline.give_up(row),
        (TimelineKey::Take, Some(row)) => {
            if timeline.proposal.with_untracked(Option::is_some) {
                timeline.accept();
            } else {
                // Where the row's state leads: a conflict, or what PEMS has changed.
                match grid.find(&format!("[data-row='{row}'] .grid-way")) {
                    Some(way) => way.click(),
                    None => return false,
                }
            }
        }
        (_, None) => return false,
    }
    true
}

/// Another row becomes the active one. What was moved in the one before becomes a draft.
fn go(timeline: &Timeline, motion: Motion) {
    timeline.accept();
    let grid = timeline.grid;
    let last = grid.total.get_untracked().checked_sub(1);
    let end = match motion {
        Motion::First => Some(0),
        Motion::Last => last,
        _ => None,
    };
    if let Some(row) = end.filter(|_| last.is_some()) {
        grid.go(Cursor::new(row, BARS));
        grid.focus();
        return;
    }
    // Above the first row stand no headings that could be pressed.
    if motion != Motion::Up || grid.cursor.get_untracked().row() != Some(0) {
        grid.move_by(motion);
    }
}

/// The mouse is pressed on a row: that becomes the active one, and its forecast is held if the mouse is on it. A finger
/// scrolls instead; for it there are the fields below the timeline.
pub fn pressed_pointer(timeline: Timeline, event: &PointerEvent) {
    let Some((number, target)) = row_of(event) else { return };
    if event.button() != 0 || target.closest("a").ok().flatten().is_some() {
        return;
    }
    let grid = timeline.grid;
    timeline.accept();
    grid.go(Cursor::new(number, BARS));
    if event.pointer_type() == "touch" {
        return;
    }
    grid.focus();
    let Some((what, before, from)) = taken(&timeline, number, event) else { return };
    let Some((_, _, reason)) = timeline.held(number) else { return };
    if let Some(reason) = reason {
        grid.say(reason);
        return;
    }
    timeline.drag.set_value(Some(Drag { number, what, before, from, has_moved: false }));
    if let Some(scroller) = grid.scroller.get_untracked() {
        // Fails only for a pointer that is gone: then it moves nothing either.
        let _ = scroller.set_pointer_capture(event.pointer_id());
    }
}

/// What of a row's forecast the mouse is on.
fn taken(timeline: &Timeline, number: u32, event: &PointerEvent) -> Option<(Grip, Dates, f64)> {
    let grid = timeline.grid;
    let bars = grid.find(&format!("[data-row='{number}'] > [data-column='{BARS}']"))?;
    let y = f64::from(event.client_y()) - bars.get_bounding_client_rect().top();
    if !FORECAST_HEIGHT.contains(&y) {
        return None;
    }
    let x = timeline.on_axis(event.client_x().into())?;
    let scale = timeline.scale.get_untracked();
    let (left, right) =
        grid.read(number, |view| view.as_ref().and_then(|view| forecast_extent(view, scale)))?;
    let what = grip_at(x, left, right)?;
    let (_, before, _) = timeline.held(number)?;
    Some((what, before, x))
}

/// The default of a press is to give the focus to what is under the mouse, and to mark text.
pub fn pressed_mouse(event: &MouseEvent) {
    if let Some((_, target)) = row_of(event)
        && target.closest("a").ok().flatten().is_none()
    {
        event.prevent_default();
    }
}

/// The mouse moves, and what it holds with it.
pub fn moved_pointer(timeline: Timeline, event: &PointerEvent) {
    let Some(drag) = timeline.drag.get_value() else { return };
    let client_x = f64::from(event.client_x());
    let beyond = timeline.beyond(client_x);
    if beyond.abs() > 0.0 {
        timeline.scroll_by(if beyond > 0.0 { STEP } else { -STEP });
    }
    let Some(x) = timeline.on_axis(client_x) else { return };
    if !drag.has_moved && (x - drag.from).abs() < SLIP {
        return;
    }
    let days = timeline.scale.get_untracked().days_in(x - drag.from);
    let after = drag.before.moved(drag.what, days);
    let is_new = timeline.proposal.with_untracked(|now| now.as_ref().map(|now| now.after) != after);
    if is_new && !timeline.propose(drag.number, drag.before, after) {
        if let Some((pfa_id, ..)) = timeline.held(drag.number) {
            timeline.grid.say(missing(&pfa_id));
        }
        timeline.drag.set_value(None);
        return;
    }
    timeline.drag.set_value(Some(Drag { has_moved: true, ..drag }));
}

/// The mouse lets go: what it moved becomes a draft.
pub fn released_pointer(timeline: Timeline) {
    if timeline.drag.try_update_value(Option::take).flatten().is_some() {
        timeline.accept();
    }
}

/// The focus leaves the timeline: what was moved by keys becomes a draft.
pub fn left(timeline: Timeline, event: &FocusEvent) {
    let goes_to = event.related_target().and_then(|target| target.dyn_into::<Element>().ok());
    let scroller = timeline.grid.scroller.try_get_untracked().flatten();
    let stays = scroller.zip(goes_to).is_some_and(|(scroller, goes_to)| scroller.contains(Some(&goes_to)));
    // A row that is drawn anew loses the focus to nothing, and gets it back.
    let is_lost = event.related_target().is_none();
    if !stays && !is_lost && timeline.drag.try_get_value().flatten().is_none() {
        timeline.accept();
    }
}

/// The row that the mouse is on, and what exactly of it.
fn row_of(event: &MouseEvent) -> Option<(u32, HtmlElement)> {
    let target = event.target()?.dyn_into::<HtmlElement>().ok()?;
    let row = target.closest("[data-row]").ok()??;
    Some((row.get_attribute("data-row")?.parse().ok()?, target))
}
