//! Undo and redo of draft edits.

use vanguard_domain::record::{Field, Value};

/// A cell's value, and whether the user's draft holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// The record holds it; the draft says nothing of the field.
    Record(Value),
    Draft(Value),
}

impl Held {
    pub const fn value(&self) -> &Value {
        match self {
            Self::Record(value) | Self::Draft(value) => value,
        }
    }
}

/// One cell that an edit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellChange {
    pub pfa_id: String,
    pub field: Field,
    pub before: Held,
    pub after: Held,
}

impl CellChange {
    fn reversed(&self) -> Self {
        Self {
            pfa_id: self.pfa_id.clone(),
            field: self.field,
            before: self.after.clone(),
            after: self.before.clone(),
        }
    }
}

/// What one act of the user changed: one cell, or all cells of a paste.
pub type Edit = Vec<CellChange>;

/// Edits further back than this cannot be undone.
const DEPTH: usize = 200;

/// The edits that can be taken back, and those that were.
#[derive(Debug, Clone, Default)]
pub struct UndoStack {
    done: Vec<Edit>,
    undone: Vec<Edit>,
}

impl UndoStack {
    /// A new edit. What was undone before it cannot be redone any more.
    pub fn push(&mut self, edit: Edit) {
        if edit.is_empty() {
            return;
        }
        if self.done.len() == DEPTH {
            self.done.remove(0);
        }
        self.done.push(edit);
        self.undone.clear();
    }

    /// The changes that take the last edit back, if there is one.
    pub fn undo(&mut self) -> Option<Edit> {
        let edit = self.done.pop()?;
        let back = edit.iter().rev().map(CellChange::reversed).collect();
        self.undone.push(edit);
        Some(back)
    }

    /// The changes that make the edit undone last again, if there is one.
    pub fn redo(&mut self) -> Option<Edit> {
        let edit = self.undone.pop()?;
        self.done.push(edit.clone());
        Some(edit)
    }

    /// Committed and discarded drafts are beyond undo.
    pub fn clear(&mut self) {
        self.done.clear();
        self.undone.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(before: &str, after: &str) -> Edit {
        vec![CellChange {
            pfa_id: "RIO-000001".into(),
            field: Field::Model,
            before: Held::Record(Value::Text(before.into())),
            after: Held::Draft(Value::Text(after.into())),
        }]
    }

    #[test]
    fn undo_gives_back_what_was_there_and_whose_it_was() {
        let mut stack = UndoStack::default();
        stack.push(edit("A", "B"));
        let back = stack.undo().unwrap();
        assert_eq!(back[0].after, Held::Record(Value::Text("A".into())));
        assert_eq!(stack.undo(), None);
        assert_eq!(stack.redo(), Some(edit("A", "B")));
    }

    #[test]
    fn a_new_edit_ends_redo() {
        let mut stack = UndoStack::default();
        stack.push(edit("A", "B"));
        stack.undo();
        stack.push(edit("A", "C"));
        assert_eq!(stack.redo(), None);
    }

    #[test]
    fn a_paste_is_undone_in_one_step_and_in_reverse_order() {
        let mut stack = UndoStack::default();
        let both: Edit = [edit("A", "B"), edit("B", "C")].concat();
        stack.push(both);
        let back = stack.undo().unwrap();
        assert_eq!(back[0].after.value(), &Value::Text("B".into()));
        assert_eq!(back[1].after.value(), &Value::Text("A".into()));
    }

    #[test]
    fn the_oldest_edits_are_forgotten() {
        let mut stack = UndoStack::default();
        for _ in 0..=DEPTH {
            stack.push(edit("A", "B"));
        }
        assert_eq!(std::iter::from_fn(|| stack.undo()).count(), DEPTH);
    }
}
