//! What ownership rules would have done to the conflicts of the past, before anybody switches them on.

use serde::{Deserialize, Serialize};

use crate::ownership::{Dispute, OwnershipRules, Ruling, apply};
use crate::record::FieldMap;

/// A conflict as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastConflict {
    /// With the record as PEMS had it then.
    pub dispute: Dispute,
    /// If a person decided: the value that each field got that he was asked about. Rules of that time may have decided others.
    pub by_person: Option<FieldMap>,
}

/// How much the rules would have decided of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Nobody would have been asked.
    Wholly,
    /// A person would have been asked about fewer fields.
    Partly,
    /// None of the fields that rules may decide has one: a person would have been asked as before.
    NotAtAll,
    /// What the rules leave would have broken a rule of validation: a person would have been asked.
    Unsound,
}

/// What the rules would have made of one conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub extent: Extent,
    /// The values that the rules would have given.
    pub by_rule: FieldMap,
    /// Whether the person who decided chose just these; `None` if nobody did, or the rules decide nothing that he was asked.
    pub same: Option<bool>,
}

/// What the rules would have made of a conflict.
pub fn judge(rules: &OwnershipRules, past: &PastConflict) -> Judged {
    let PastConflict { dispute, by_person } = past;
    let ruling = apply(rules, dispute);
    let extent = match &ruling {
        Some(ruling) if ruling.is_whole() => Extent::Wholly,
        Some(_) => Extent::Partly,
        None if dispute.fields.keys().any(|field| dispute.owner(rules, *field).is_some()) => Extent::Unsound,
        None => Extent::NotAtAll,
    };
    let by_rule = ruling.as_ref().map(Ruling::values).unwrap_or_default();
    let same = by_person.as_ref().and_then(|chosen| {
        let both = by_rule.only(chosen.fields());
        (!both.is_empty()).then(|| both == chosen.only(both.fields()))
    });
    Judged { extent, by_rule, same }
}

/// How many conflicts the rules would have decided, and how often as people did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    pub conflicts: u32,
    pub wholly: u32,
    pub partly: u32,
    pub not_at_all: u32,
    pub unsound: u32,
    /// Of those that the rules would have decided at least partly: people chose the same.
    pub same: u32,
    /// People chose something else.
    pub different: u32,
}

impl Tally {
    /// Counts one more conflict.
    pub fn count(&mut self, judged: &Judged) {
        self.conflicts += 1;
        *match judged.extent {
            Extent::Wholly => &mut self.wholly,
            Extent::Partly => &mut self.partly,
            Extent::NotAtAll => &mut self.not_at_all,
            Extent::Unsound => &mut self.unsound,
        } += 1;
        match judged.same {
            Some(true) => self.same += 1,
            Some(false) => self.different += 1,
            None => {}
        }
    }
}

/// What the rules would have done to all of them.
pub fn what_if<'p>(rules: &OwnershipRules, past: impl IntoIterator<Item = &'p PastConflict>) -> Tally {
    let mut tally = Tally::default();
    past.into_iter().for_each(|conflict| tally.count(&judge(rules, conflict)));
    tally
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::delta::Operation;
    use crate::ownership::Owner;
    use crate::record::{Field, Value};
    use crate::three_way::sides_of;

    fn map(json: Json) -> FieldMap {
        serde_json::from_value(json).unwrap()
    }

    fn dispute(local: &FieldMap, pems: FieldMap) -> Dispute {
        Dispute {
            operation: Operation::Update,
            fields: sides_of(&FieldMap::new(), local, &pems),
            open_to_rules: local.fields().collect(),
            undisputed: FieldMap::new(),
            pems,
        }
    }

    fn past(local: Json, pems: Json, by_person: Option<Json>) -> PastConflict {
        PastConflict { dispute: dispute(&map(local), map(pems)), by_person: by_person.map(map) }
    }

    #[test]
    fn each_conflict_is_counted_by_how_much_the_rules_decide_and_by_what_people_chose() {
        let rules =
            OwnershipRules::from_iter([(Field::Model, Owner::Pems), (Field::ForecastEnd, Owner::Vanguard)]);
        let (ours, theirs) = (json!({"model": "B"}), json!({"model": "X"}));
        let all = [
            past(ours.clone(), theirs.clone(), Some(theirs.clone())),
            past(ours.clone(), theirs.clone(), Some(ours.clone())),
            past(ours, theirs, None),
            past(json!({"model": "B", "contract": "1"}), json!({"model": "X", "contract": "2"}), None),
            past(json!({"contract": "1"}), json!({"contract": "2"}), Some(json!({"contract": "3"}))),
            past(
                json!({"forecastEnd": "2026-01-01"}),
                json!({"forecastStart": "2026-05-01", "forecastEnd": "2026-06-01"}),
                None,
            ),
        ];
        let tally = what_if(&rules, &all);
        assert_eq!(
            tally,
            Tally { conflicts: 6, wholly: 3, partly: 1, not_at_all: 1, unsound: 1, same: 1, different: 1 }
        );
        let none = what_if(&OwnershipRules::new(), &all);
        assert_eq!(none, Tally { conflicts: 6, not_at_all: 6, ..Tally::default() });
    }

    #[test]
    fn what_rules_would_have_left_to_a_person_then_is_not_counted_as_decided() {
        let rules = OwnershipRules::from_iter([(Field::Model, Owner::Pems), (Field::Contract, Owner::Pems)]);
        let ours = json!({"model": "B", "contract": "1"});
        let mut one =
            past(ours, json!({"model": "X", "contract": "2"}), Some(json!({"model": "B", "contract": "2"})));
        one.dispute.open_to_rules.remove(&Field::Model);
        let judged = judge(&rules, &one);
        assert_eq!(
            (judged.extent, judged.same),
            (Extent::Partly, Some(true)),
            "about the model a person is asked"
        );
        one.dispute.open_to_rules.clear();
        assert_eq!(judge(&rules, &one).extent, Extent::NotAtAll);
    }

    #[test]
    fn a_person_is_compared_with_the_rules_about_what_he_was_asked() {
        let rules = OwnershipRules::from_iter([(Field::Model, Owner::Pems), (Field::Contract, Owner::Pems)]);
        let both = |chosen| {
            past(json!({"model": "B", "contract": "1"}), json!({"model": "X", "contract": "2"}), Some(chosen))
        };
        assert_eq!(
            judge(&rules, &both(json!({"model": "X"}))).same,
            Some(true),
            "another rule decided the contract"
        );
        assert_eq!(judge(&rules, &both(json!({"model": "B"}))).same, Some(false));
        assert_eq!(judge(&rules, &both(json!({}))).same, None);
    }

    fn any_past() -> impl Strategy<Value = PastConflict> {
        let fields = [Field::Model, Field::Contract, Field::Manufacturer];
        (proptest::collection::vec(0_u8..3, fields.len()), prop::option::of(0_u8..2)).prop_map(
            move |(owners, person)| {
                let side = |prefix: &str| -> FieldMap {
                    let held = fields.iter().zip(&owners).filter(|(_, n)| **n > 0);
                    held.map(|(field, n)| (*field, Value::Text(format!("{prefix}{n}")))).collect()
                };
                let (local, pems) = (side("ours"), side("theirs"));
                let by_person = person.map(|side| if side == 0 { local.clone() } else { pems.clone() });
                PastConflict { dispute: dispute(&local, pems), by_person }
            },
        )
    }

    proptest! {
        #[test]
        fn every_conflict_is_counted_once(all in proptest::collection::vec(any_past(), 0..20), pems in any::<bool>()) {
            let owner = if pems { Owner::Pems } else { Owner::Vanguard };
            let rules = OwnershipRules::from_iter([(Field::Model, owner), (Field::Contract, owner)]);
            let tally = what_if(&rules, &all);
            prop_assert_eq!(tally.conflicts as usize, all.len());
            prop_assert_eq!(tally.wholly + tally.partly + tally.not_at_all + tally.unsound, tally.conflicts);
            prop_assert!(tally.same + tally.different <= tally.wholly + tally.partly);
        }
    }
}
