//! What was chosen so far for the fields in conflict. Outlives refetches of the conflict.

use std::collections::BTreeMap;

use leptos::prelude::*;
use vanguard_domain::record::{Field, FieldMap};
use vanguard_domain::validation::FieldError;

use super::decision::{self, Choice};
use crate::backend::ConflictView;
use crate::components::field_input;

/// What was chosen so far. A handle: copy it around.
#[derive(Debug, Clone, Copy)]
pub struct Picks {
    choices: RwSignal<BTreeMap<Field, Choice>>,
    /// Reference-counted, because the inputs that ask for them first are gone with the next refetch.
    typed: StoredValue<BTreeMap<Field, ArcRwSignal<String>>>,
}

impl Picks {
    #[expect(
        clippy::new_without_default,
        reason = "it makes signals, which belong to the component that calls it"
    )]
    pub fn new() -> Self {
        Self { choices: RwSignal::new(BTreeMap::new()), typed: StoredValue::new(BTreeMap::new()) }
    }

    /// Another conflict: nothing is chosen.
    pub fn clear(self) {
        self.choices.set(BTreeMap::new());
        self.typed.set_value(BTreeMap::new());
    }

    /// The choice for a field. Reactive.
    pub fn choice(self, field: Field) -> Option<Choice> {
        self.choices.with(|choices| choices.get(&field).copied())
    }

    /// Chooses for a field.
    pub fn choose(self, field: Field, choice: Choice) {
        self.choices.update(|choices| {
            choices.insert(field, choice);
        });
    }

    /// The text of a field's own value; it begins as our value.
    pub fn text(self, conflict: &ConflictView, field: Field) -> ArcRwSignal<String> {
        if let Some(text) = self.typed.with_value(|typed| typed.get(&field).cloned()) {
            return text;
        }
        let ours = conflict.local_data.get(field).map(field_input::text_of).unwrap_or_default();
        let text = ArcRwSignal::new(ours);
        self.typed.update_value(|typed| {
            typed.insert(field, text.clone());
        });
        text
    }

    /// What is wrong with the value chosen for a field. Reactive.
    pub fn fault(self, conflict: &ConflictView, field: Field) -> Option<FieldError> {
        let choice = self.choice(field)?;
        let text = self.text(conflict, field).get();
        decision::chosen(conflict, field, choice, &text).err()
    }

    /// The rules that the result breaks; `None` while a field is undecided or has no value. Reactive.
    pub fn faults(self, conflict: &ConflictView) -> Option<Vec<FieldError>> {
        Some(decision::faults(conflict, &self.values(conflict)?))
    }

    /// The value of each field in conflict; `None` while one is undecided or has no value. Reactive.
    pub fn values(self, conflict: &ConflictView) -> Option<FieldMap> {
        let mut values = FieldMap::new();
        for field in &conflict.conflict_fields {
            let choice = self.choice(*field)?;
            let text = self.text(conflict, *field).get();
            values.set(*field, decision::chosen(conflict, *field, choice, &text).ok()?);
        }
        Some(values)
    }
}
