//! Whose value each field shall have that a draft and PEMS both changed, as far as that was chosen. Outlives refetches of
//! the drafts.

use std::collections::BTreeMap;

use leptos::prelude::*;
use vanguard_domain::record::{Field, Value};

use crate::backend::DraftSide;
use crate::server_fns::drafts::ReviewedDraft;

/// A field that both changed, differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossing {
    pub field: Field,
    pub before: Option<Value>,
    pub mine: Option<Value>,
    pub pems: Option<Value>,
}

/// The fields that a draft and PEMS changed, differently.
pub fn crossings(draft: &ReviewedDraft) -> Vec<Crossing> {
    let crossed = draft.changed_in_pems.iter().filter_map(|theirs| {
        let mine = draft.changes.iter().find(|mine| mine.field == theirs.field)?;
        let value = |json| theirs.field.parse(json).ok();
        Some(Crossing {
            field: theirs.field,
            before: value(&theirs.before),
            mine: value(&mine.after),
            pems: value(&theirs.after),
        })
    });
    crossed.filter(|crossing| crossing.mine != crossing.pems).collect()
}

/// What was chosen: the side, and the value of PEMS that it was chosen against.
type Chosen = (DraftSide, Option<Value>);

/// What was chosen so far, by record and field. A handle: copy it around.
#[derive(Debug, Clone, Copy)]
pub struct Choices(RwSignal<BTreeMap<(String, Field), Chosen>>);

impl Choices {
    #[expect(
        clippy::new_without_default,
        reason = "it makes a signal, which belongs to the component that calls it"
    )]
    pub fn new() -> Self {
        Self(RwSignal::new(BTreeMap::new()))
    }

    pub fn choose(self, pfa_id: &str, crossing: &Crossing, side: DraftSide) {
        self.0.update(|chosen| {
            chosen.insert((pfa_id.to_owned(), crossing.field), (side, crossing.pems.clone()));
        });
    }

    /// The side chosen for a field, unless PEMS has changed it once more since. Reactive.
    pub fn of(self, pfa_id: &str, crossing: &Crossing) -> Option<DraftSide> {
        self.0.with(|chosen| {
            let (side, against) = chosen.get(&(pfa_id.to_owned(), crossing.field))?;
            (*against == crossing.pems).then_some(*side)
        })
    }

    /// The side of each of these fields; `None` while one is open. Reactive.
    pub fn of_all(self, pfa_id: &str, crossings: &[Crossing]) -> Option<BTreeMap<Field, DraftSide>> {
        let mut sides = BTreeMap::new();
        for crossing in crossings {
            sides.insert(crossing.field, self.of(pfa_id, crossing)?);
        }
        Some(sides)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn draft(mine: &str, pems: &str) -> ReviewedDraft {
        let change =
            |before: &str, after: &str| json!({ "field": "model", "before": before, "after": after });
        serde_json::from_value(json!({
            "pfaId": "RIO-1", "modificationId": uuid::Uuid::nil(), "operation": "UPDATE",
            "since": "2026-11-21T08:00:00Z", "version": 5,
            "changes": [change("A", mine)],
            "changedInPems": [change("A", pems), { "field": "contract", "before": "A", "after": "B" }],
        }))
        .unwrap()
    }

    #[test]
    fn the_same_change_on_both_sides_is_no_choice() {
        let crossed = crossings(&draft("B", "X"));
        assert_eq!(crossed.iter().map(|crossing| crossing.field).collect::<Vec<_>>(), [Field::Model]);
        assert_eq!(crossings(&draft("X", "X")), []);
    }

    #[test]
    fn a_choice_holds_for_its_record_and_for_the_value_that_it_was_made_against() {
        Owner::new().with(|| {
            let choices = Choices::new();
            let [crossing] = &crossings(&draft("B", "X"))[..] else { panic!("one field is crossed") };
            assert_eq!(
                choices.of_all("RIO-1", std::slice::from_ref(crossing)),
                None,
                "nothing is preselected"
            );
            choices.choose("RIO-1", crossing, DraftSide::Pems);
            assert_eq!(choices.of("RIO-1", crossing), Some(DraftSide::Pems));
            assert_eq!(choices.of("RIO-2", crossing), None);
            let [again] = &crossings(&draft("B", "Y"))[..] else { panic!("one field is crossed") };
            assert_eq!(choices.of("RIO-1", again), None);
        });
    }
}
