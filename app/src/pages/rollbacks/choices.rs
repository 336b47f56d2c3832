//! The fields that somebody wants restored although they were changed since: as they are chosen, and as a form sends
//! them.

use leptos::prelude::*;
use vanguard_domain::record::Field;

use crate::backend::{BackendError, Overwrites};

/// What is chosen so far. Outlives refetches of the preview.
#[derive(Debug, Clone, Copy)]
pub struct Choices(RwSignal<Overwrites>);

impl Choices {
    #[expect(
        clippy::new_without_default,
        reason = "it makes a signal, which belongs to the component that calls it"
    )]
    pub fn new() -> Self {
        Self(RwSignal::new(Overwrites::new()))
    }

    /// Another target: nothing is chosen.
    pub fn clear(self) {
        self.0.set(Overwrites::new());
    }

    /// All of them. Reactive.
    pub fn get(self) -> Overwrites {
        self.0.get()
    }

    /// Whether the field is chosen. Reactive.
    pub fn holds(self, pfa_id: &str, field: Field) -> bool {
        self.0.with(|chosen| chosen.get(pfa_id).is_some_and(|fields| fields.contains(&field)))
    }

    /// Chooses the field, or leaves it alone again.
    pub fn set(self, pfa_id: &str, field: Field, is_chosen: bool) {
        self.0.update(|chosen| {
            let fields = chosen.entry(pfa_id.to_owned()).or_default();
            if is_chosen {
                fields.insert(field);
            } else {
                fields.remove(&field);
            }
            chosen.retain(|_, fields| !fields.is_empty());
        });
    }
}

/// The value of a field's checkbox.
pub fn written(pfa_id: &str, field: Field) -> String {
    format!("{field} {pfa_id}")
}

/// What checkboxes said.
pub fn read<'v>(values: impl Iterator<Item = &'v String>) -> Result<Overwrites, BackendError> {
    let unknown = || BackendError::field("overwrite", "malformed", "One of the choices names no field.");
    let mut chosen = Overwrites::new();
    for value in values {
        let (field, pfa_id) = value.split_once(' ').ok_or_else(unknown)?;
        let field = field.parse().map_err(|_| unknown())?;
        chosen.entry(pfa_id.to_owned()).or_default().insert(field);
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_checkbox_says_is_read_back_whatever_the_key_is_made_of() {
        let values = [written("A B [1]", Field::Model), written("A B [1]", Field::Contract)];
        let chosen = read(values.iter()).unwrap();
        assert_eq!(chosen, Overwrites::from([("A B [1]".into(), [Field::Model, Field::Contract].into())]));
        assert!(read([String::from("colour RIO-1")].iter()).is_err());
    }
}
