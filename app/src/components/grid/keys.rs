//! What a key does, in the grid and in an open editor.

use super::cursor::Motion;

/// A key as the browser reports it. Ctrl and the Mac's Command are one here.
#[derive(Debug, Clone, Copy)]
pub struct KeyPress<'a> {
    pub key: &'a str,
    pub control: bool,
    pub shift: bool,
    pub alt: bool,
}

/// What a key asks of the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GridKey {
    Move(Motion),
    /// Move, and select the rows passed over.
    Extend(Motion),
    /// Enter or F2: edit the cell as it is, or do what the cell is for (sort, follow, tick).
    Open,
    /// Typing: edit the cell, beginning with this text.
    Type(String),
    Clear,
    Undo,
    Redo,
    /// Ctrl+D: the value goes on into the selected rows, or comes from the cell above.
    Fill,
    /// Esc: give up the selection.
    Escape,
}

/// What a key asks of an open editor. All other keys are its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditorKey {
    Cancel,
    /// Take the value over and go on from there.
    Accept(Motion),
}

/// The meaning of a key in the grid; `None` leaves it to the browser.
pub fn grid_key(press: KeyPress<'_>) -> Option<GridKey> {
    if press.alt {
        return None;
    }
    if press.control {
        return match press.key {
            "Home" => Some(GridKey::Move(Motion::First)),
            "End" => Some(GridKey::Move(Motion::Last)),
            "z" | "Z" if press.shift => Some(GridKey::Redo),
            "z" | "Z" => Some(GridKey::Undo),
            "y" | "Y" => Some(GridKey::Redo),
            "d" | "D" => Some(GridKey::Fill),
            _ => None,
        };
    }
    if let Some(motion) = motion(press.key) {
        let extends = press.shift && matches!(motion, Motion::Up | Motion::Down);
        return Some(if extends { GridKey::Extend(motion) } else { GridKey::Move(motion) });
    }
    match press.key {
        "Enter" | "F2" => Some(GridKey::Open),
        "Delete" | "Backspace" => Some(GridKey::Clear),
        "Escape" => Some(GridKey::Escape),
        // Every key that writes reports the one character that it writes; names of keys are longer.
        key if key.chars().count() == 1 => Some(GridKey::Type(key.to_owned())),
        _ => None,
    }
}

fn motion(key: &str) -> Option<Motion> {
    Some(match key {
        "ArrowUp" => Motion::Up,
        "ArrowDown" => Motion::Down,
        "ArrowLeft" => Motion::Left,
        "ArrowRight" => Motion::Right,
        "Home" => Motion::RowStart,
        "End" => Motion::RowEnd,
        "PageUp" => Motion::PageUp,
        "PageDown" => Motion::PageDown,
        _ => return None,
    })
}

/// The meaning of a key in an open editor; `None` leaves it to the editor.
pub fn editor_key(press: KeyPress<'_>) -> Option<EditorKey> {
    if press.control || press.alt {
        return None;
    }
    Some(match (press.key, press.shift) {
        ("Escape", _) => EditorKey::Cancel,
        ("Enter", false) => EditorKey::Accept(Motion::Down),
        ("Enter", true) => EditorKey::Accept(Motion::Up),
        ("Tab", false) => EditorKey::Accept(Motion::Right),
        ("Tab", true) => EditorKey::Accept(Motion::Left),
        _ => return None,
    })
}

/// What a letter does where it cannot start an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKey {
    Move(Motion),
    Toggle,
}

/// `j`, `k` and `x` as in every list of the product, and Space.
pub fn list_key(typed: &str) -> Option<ListKey> {
    Some(match typed {
        "j" => ListKey::Move(Motion::Down),
        "k" => ListKey::Move(Motion::Up),
        "x" | " " => ListKey::Toggle,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> KeyPress<'_> {
        KeyPress { key, control: false, shift: false, alt: false }
    }

    fn control(key: &str) -> KeyPress<'_> {
        KeyPress { control: true, ..press(key) }
    }

    #[test]
    fn a_character_starts_an_edit_and_the_name_of_a_key_does_not() {
        assert_eq!(grid_key(press("ä")), Some(GridKey::Type("ä".into())));
        assert_eq!(grid_key(press("Shift")), None);
        assert_eq!(grid_key(press("F5")), None);
        assert_eq!(grid_key(press("Tab")), None, "Tab leaves the grid");
    }

    #[test]
    fn the_browsers_own_chords_are_left_alone() {
        for key in ["c", "v", "f", "r", "l"] {
            assert_eq!(grid_key(control(key)), None, "{key}");
        }
        assert_eq!(grid_key(KeyPress { alt: true, ..press("ArrowLeft") }), None);
    }

    #[test]
    fn undo_and_redo_have_their_usual_keys() {
        assert_eq!(grid_key(control("z")), Some(GridKey::Undo));
        assert_eq!(grid_key(control("y")), Some(GridKey::Redo));
        assert_eq!(grid_key(KeyPress { shift: true, ..control("Z") }), Some(GridKey::Redo));
    }

    #[test]
    fn shift_extends_the_selection_by_rows_only() {
        assert_eq!(
            grid_key(KeyPress { shift: true, ..press("ArrowDown") }),
            Some(GridKey::Extend(Motion::Down))
        );
        assert_eq!(
            grid_key(KeyPress { shift: true, ..press("ArrowRight") }),
            Some(GridKey::Move(Motion::Right))
        );
    }

    #[test]
    fn enter_and_tab_take_the_value_over_and_escape_does_not() {
        assert_eq!(editor_key(press("Enter")), Some(EditorKey::Accept(Motion::Down)));
        assert_eq!(
            editor_key(KeyPress { shift: true, ..press("Tab") }),
            Some(EditorKey::Accept(Motion::Left))
        );
        assert_eq!(editor_key(press("Escape")), Some(EditorKey::Cancel));
        assert_eq!(editor_key(press("ArrowDown")), None);
        assert_eq!(editor_key(control("z")), None, "undo of typing is the editor's own");
    }
}
