//! What a key does in the timeline.

use super::dates::Grip;
use crate::components::grid::cursor::Motion;
use crate::components::grid::keys::{KeyPress, ListKey, list_key};

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimelineKey {
    /// Another row.
    Row(Motion),
    /// The forecast, or one end of it, by so many days.
    Shift(Grip, i64),
    /// Enter: what was moved becomes a draft; else where the row's state leads.
    Take,
    /// Esc: what was moved goes back.
    Cancel,
    Undo,
    Redo,
    /// Home: scroll to the row's bars.
    ShowBars,
}

/// The meaning of a key; `None` leaves it to the browser.
pub fn timeline_key(press: KeyPress<'_>) -> Option<TimelineKey> {
    // Many keyboards write these with Alt Gr, which counts as Ctrl and Alt.
    match press.key {
        "[" => return Some(TimelineKey::Shift(Grip::End, -1)),
        "]" => return Some(TimelineKey::Shift(Grip::End, 1)),
        "{" => return Some(TimelineKey::Shift(Grip::Start, -1)),
        "}" => return Some(TimelineKey::Shift(Grip::Start, 1)),
        _ => {}
    }
    if press.control {
        return match press.key {
            "Home" => Some(TimelineKey::Row(Motion::First)),
            "End" => Some(TimelineKey::Row(Motion::Last)),
            "z" | "Z" if press.shift => Some(TimelineKey::Redo),
            "z" | "Z" => Some(TimelineKey::Undo),
            "y" | "Y" => Some(TimelineKey::Redo),
            _ => None,
        };
    }
    let sideways = match press.key {
        "ArrowLeft" => Some(-1),
        "ArrowRight" => Some(1),
        _ => None,
    };
    if let Some(days) = sideways {
        return Some(match (press.alt, press.shift) {
            (true, true) => TimelineKey::Shift(Grip::Start, days),
            (true, false) => TimelineKey::Shift(Grip::End, days),
            (false, true) => TimelineKey::Shift(Grip::Whole, 7 * days),
            (false, false) => TimelineKey::Shift(Grip::Whole, days),
        });
    }
    if press.alt {
        return None;
    }
    match press.key {
        "ArrowUp" => Some(TimelineKey::Row(Motion::Up)),
        "ArrowDown" => Some(TimelineKey::Row(Motion::Down)),
        "PageUp" => Some(TimelineKey::Row(Motion::PageUp)),
        "PageDown" => Some(TimelineKey::Row(Motion::PageDown)),
        "Home" => Some(TimelineKey::ShowBars),
        "Enter" => Some(TimelineKey::Take),
        "Escape" => Some(TimelineKey::Cancel),
        key => match list_key(key) {
            Some(ListKey::Move(motion)) => Some(TimelineKey::Row(motion)),
            Some(ListKey::Toggle) | None => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> KeyPress<'_> {
        KeyPress { key, control: false, shift: false, alt: false }
    }

    #[test]
    fn arrows_move_the_forecast_by_a_day_or_a_week_and_its_ends_by_a_day() {
        let left = press("ArrowLeft");
        assert_eq!(timeline_key(left), Some(TimelineKey::Shift(Grip::Whole, -1)));
        assert_eq!(timeline_key(KeyPress { shift: true, ..left }), Some(TimelineKey::Shift(Grip::Whole, -7)));
        assert_eq!(timeline_key(KeyPress { alt: true, ..left }), Some(TimelineKey::Shift(Grip::End, -1)));
        let both = KeyPress { alt: true, shift: true, ..left };
        assert_eq!(timeline_key(both), Some(TimelineKey::Shift(Grip::Start, -1)));
    }

    #[test]
    fn brackets_count_however_the_keyboard_writes_them() {
        let alt_gr = KeyPress { control: true, alt: true, ..press("]") };
        assert_eq!(timeline_key(alt_gr), Some(TimelineKey::Shift(Grip::End, 1)));
        assert_eq!(timeline_key(press("{")), Some(TimelineKey::Shift(Grip::Start, -1)));
    }

    #[test]
    fn the_browsers_own_chords_are_left_alone() {
        for key in ["c", "f", "r", "ArrowLeft"] {
            assert_eq!(timeline_key(KeyPress { control: true, ..press(key) }), None, "{key}");
        }
        assert_eq!(timeline_key(press("Tab")), None, "Tab leaves the timeline");
    }
}
