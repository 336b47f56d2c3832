//! Base, local and PEMS compared field by field, and what follows from it.
//!
//! | base → local | base → PEMS | outcome |
//! |---|---|---|
//! | changed | unchanged | ours is sent |
//! | unchanged | changed | theirs stays |
//! | changed | changed to the same | nothing to do |
//! | changed | changed to something else | conflict |
//!
//! A field that is in our change counts as changed by us, even where it is set back to what the base held: somebody
//! asked for that value, and must not learn that it was done when it was not.
//!
//! The merged result is then validated as a whole: two harmless halves can make a forecast end before its start.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::delta::Operation;
use crate::modification::UnknownState;
use crate::record::{Field, FieldMap, Value};
use crate::validation::{FieldError, check_rules};

/// One field as the three sides have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sides {
    pub base: Value,
    pub local: Value,
    pub pems: Value,
}

impl Sides {
    /// A field's sides, out of the maps that hold them; a side that does not hold it saw it as empty.
    pub fn of(field: Field, base: &FieldMap, local: &FieldMap, pems: &FieldMap) -> Self {
        let value = |side: &FieldMap| side.value(field).clone();
        Self { base: value(base), local: value(local), pems: value(pems) }
    }
}

/// The sides of every field in `local`.
pub fn sides_of(base: &FieldMap, local: &FieldMap, pems: &FieldMap) -> BTreeMap<Field, Sides> {
    local.fields().map(|field| (field, Sides::of(field, base, local, pems))).collect()
}

/// The local changes, sorted by what PEMS did to the same fields meanwhile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Changed by us alone: to be sent.
    pub ours: FieldMap,
    /// Changed by both to the same value: nothing left to do.
    pub same: FieldMap,
    /// Changed by both, differently.
    pub conflicts: BTreeMap<Field, Sides>,
}

/// Compares our change with PEMS's current values.
///
/// `base` holds the values that the user saw, of the fields in `local`; a field missing from it was unknown, which
/// the user saw as empty.
pub fn compare(base: &FieldMap, local: &FieldMap, pems: &FieldMap) -> Comparison {
    let mut result = Comparison::default();
    for (field, ours) in local.iter() {
        let theirs = pems.value(field);
        if ours == theirs {
            result.same.set(field, ours.clone());
        } else if base.value(field) == theirs {
            result.ours.set(field, ours.clone());
        } else {
            result.conflicts.insert(field, Sides::of(field, base, local, pems));
        }
    }
    result
}

/// Why a change cannot go on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictCause {
    /// Both sides changed the same field, differently.
    BothChanged,
    /// Each side's change is sound, together they break a rule.
    InvalidTogether,
}

impl ConflictCause {
    /// The name in the database, in addresses and in our API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BothChanged => "both_changed",
            Self::InvalidTogether => "invalid_together",
        }
    }
}

impl std::str::FromStr for ConflictCause {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::BothChanged, Self::InvalidTogether]
            .into_iter()
            .find(|cause| cause.as_str() == name)
            .ok_or_else(|| UnknownState(name.to_owned()))
    }
}

/// What is to be done with a change, given PEMS's current record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// PEMS has every value already: the change is done without a write.
    AlreadyThere,
    /// These fields can be sent against PEMS's current version.
    Send(FieldMap),
    /// A person has to decide.
    Conflict {
        cause: ConflictCause,
        /// The fields to decide, each with its three sides.
        fields: BTreeMap<Field, Sides>,
        /// Our other changes, which nobody disputes.
        undisputed: FieldMap,
        /// The rules that those of our changes would break which PEMS did not touch.
        errors: Vec<FieldError>,
    },
}

/// Compares and validates: the whole decision, as pure as it is.
pub fn judge(operation: Operation, base: &FieldMap, local: &FieldMap, pems: &FieldMap) -> Verdict {
    let Comparison { ours, conflicts, .. } = compare(base, local, pems);
    if conflicts.is_empty() && ours.is_empty() {
        return Verdict::AlreadyThere;
    }
    let cause =
        if conflicts.is_empty() { ConflictCause::InvalidTogether } else { ConflictCause::BothChanged };
    let Dispute { fields, undisputed, errors } = with_unsound(operation, base, ours, pems, conflicts);
    if fields.is_empty() {
        return Verdict::Send(undisputed);
    }
    Verdict::Conflict { cause, fields, undisputed, errors }
}

/// What a person has to decide about a change, and what goes with any decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// The fields to decide, each with its three sides.
    pub fields: BTreeMap<Field, Sides>,
    /// Our other changes.
    pub undisputed: FieldMap,
    /// The rules that our other changes would break.
    pub errors: Vec<FieldError>,
}

/// A dispute as it is by now: `pems` may have moved on since it was found.
///
/// What was disputed stays so until somebody has decided, with the value that PEMS holds now. What was undisputed is
/// compared once more; `before` holds what PEMS had there when nobody disputed it. So whatever is decided can be carried
/// out: at least PEMS's side.
pub fn afresh(
    operation: Operation,
    base: &FieldMap,
    disputed: &FieldMap,
    undisputed: &FieldMap,
    before: &FieldMap,
    pems: &FieldMap,
) -> Dispute {
    let Comparison { ours, mut conflicts, .. } = compare(before, undisputed, pems);
    conflicts.extend(sides_of(base, disputed, pems));
    with_unsound(operation, before, ours, pems, conflicts)
}

/// `ours` that would break a rule as PEMS is now are disputed as well.
fn with_unsound(
    operation: Operation,
    base: &FieldMap,
    ours: FieldMap,
    pems: &FieldMap,
    mut fields: BTreeMap<Field, Sides>,
) -> Dispute {
    let errors = if ours.is_empty() { Vec::new() } else { check_rules(pems, operation, &ours) };
    if errors.is_empty() {
        return Dispute { fields, undisputed: ours, errors };
    }
    let (unsound, undisputed) = split_by_errors(base, &ours, pems, &errors);
    fields.extend(unsound);
    Dispute { fields, undisputed, errors }
}

/// The fields of ours that take part in a broken rule, and the rest. A rule about two fields names one of them;
/// its partner, if we changed it too, is part of the same decision.
fn split_by_errors(
    base: &FieldMap,
    ours: &FieldMap,
    pems: &FieldMap,
    errors: &[FieldError],
) -> (BTreeMap<Field, Sides>, FieldMap) {
    let mut fields = BTreeMap::new();
    let mut undisputed = FieldMap::new();
    let involved: Vec<Field> =
        errors.iter().filter_map(|error| error.field.parse().ok()).flat_map(rule_partners).collect();
    // A rule may name a field that only PEMS changed: then all of ours is part of the decision.
    let all = !ours.fields().any(|field| involved.contains(&field));
    for (field, value) in ours.iter() {
        if all || involved.contains(&field) {
            fields.insert(field, Sides::of(field, base, ours, pems));
        } else {
            undisputed.set(field, value.clone());
        }
    }
    (fields, undisputed)
}

fn rule_partners(field: Field) -> Vec<Field> {
    use Field::{ActualEnd, ActualStart, ForecastEnd, ForecastStart, MonthlyRate, PurchasePrice, Source};
    match field {
        ForecastStart | ForecastEnd => vec![ForecastStart, ForecastEnd],
        ActualStart | ActualEnd => vec![ActualStart, ActualEnd],
        Source | MonthlyRate | PurchasePrice => vec![Source, MonthlyRate, PurchasePrice],
        other => vec![other],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::delta::{applied, difference};

    fn map(json: Json) -> FieldMap {
        serde_json::from_value(json).unwrap()
    }

    fn judge_update(base: Json, local: Json, pems: Json) -> Verdict {
        judge(Operation::Update, &map(base), &map(local), &map(pems))
    }

    #[test]
    fn changes_of_different_fields_are_merged() {
        let verdict = judge_update(
            json!({"model": "A"}),
            json!({"model": "B"}),
            json!({"model": "A", "contract": "changed in PEMS"}),
        );
        assert_eq!(verdict, Verdict::Send(map(json!({"model": "B"}))));
    }

    #[test]
    fn the_same_change_on_both_sides_is_done() {
        let verdict = judge_update(json!({"model": "A"}), json!({"model": "B"}), json!({"model": "B"}));
        assert_eq!(verdict, Verdict::AlreadyThere);
    }

    #[test]
    fn different_changes_of_one_field_are_a_conflict_about_exactly_that_field() {
        let verdict = judge_update(
            json!({"model": "A", "contract": null}),
            json!({"model": "B", "contract": "C-1"}),
            json!({"model": "X", "contract": null}),
        );
        let Verdict::Conflict { cause, fields, undisputed, .. } = verdict else { panic!("{verdict:?}") };
        assert_eq!(cause, ConflictCause::BothChanged);
        assert_eq!(fields.keys().collect::<Vec<_>>(), [&Field::Model]);
        assert_eq!(undisputed, map(json!({"contract": "C-1"})));
    }

    #[test]
    fn two_harmless_halves_that_break_a_rule_together_are_a_conflict() {
        let base = json!({"forecastStart": "2026-01-01", "forecastEnd": "2026-06-30"});
        let verdict = judge_update(
            base,
            json!({"forecastEnd": "2026-03-31"}),
            json!({"forecastStart": "2026-05-01", "forecastEnd": "2026-06-30"}),
        );
        let Verdict::Conflict { cause, fields, errors, .. } = verdict else { panic!("{verdict:?}") };
        assert_eq!(cause, ConflictCause::InvalidTogether);
        assert_eq!(fields.keys().collect::<Vec<_>>(), [&Field::ForecastEnd]);
        assert_eq!(errors[0].code, "endBeforeStart");
    }

    #[test]
    fn what_is_unsound_without_a_disputed_field_is_disputed_with_it() {
        let verdict = judge_update(
            json!({"model": "A", "forecastStart": "2026-01-01", "forecastEnd": "2026-06-30"}),
            json!({"model": "B", "forecastEnd": "2026-03-31"}),
            json!({"model": "C", "forecastStart": "2026-05-01", "forecastEnd": "2026-06-30"}),
        );
        let Verdict::Conflict { cause, fields, undisputed, errors } = verdict else { panic!("{verdict:?}") };
        assert_eq!(cause, ConflictCause::BothChanged);
        assert_eq!(fields.keys().collect::<Vec<_>>(), [&Field::ForecastEnd, &Field::Model]);
        assert_eq!((undisputed, errors[0].code.as_str()), (FieldMap::new(), "endBeforeStart"));
    }

    #[test]
    fn a_dispute_follows_pems() {
        let dispute = |pems: Json| {
            let (disputed, undisputed) = (map(json!({"model": "B"})), map(json!({"contract": "C-1"})));
            let before = map(json!({"model": "C", "contract": null}));
            let base = map(json!({"model": "A"}));
            afresh(Operation::Update, &base, &disputed, &undisputed, &before, &map(pems))
        };
        let moved = dispute(json!({"model": "D", "contract": null}));
        assert_eq!(moved.fields[&Field::Model].pems, Value::Text("D".into()), "PEMS's newest value");
        assert_eq!(moved.undisputed, map(json!({"contract": "C-1"})));
        let crossed = dispute(json!({"model": "C", "contract": "C-9"}));
        assert_eq!(crossed.fields[&Field::Contract].pems, Value::Text("C-9".into()), "disputed by now");
        assert!(crossed.undisputed.is_empty());
        let agreed = dispute(json!({"model": "B", "contract": "C-1"}));
        assert!(agreed.fields.contains_key(&Field::Model), "a person still has the last word");
        assert!(!agreed.fields.contains_key(&Field::Contract) && agreed.undisputed.is_empty());
    }

    #[test]
    fn a_value_that_was_unknown_is_not_overwritten_unseen() {
        let verdict = judge_update(json!({}), json!({"contract": "C"}), json!({"contract": "P"}));
        assert!(matches!(verdict, Verdict::Conflict { .. }), "{verdict:?}");
        let verdict = judge_update(json!({}), json!({"contract": "C"}), json!({}));
        assert_eq!(verdict, Verdict::Send(map(json!({"contract": "C"}))));
    }

    #[test]
    fn setting_a_field_back_to_what_it_was_is_a_change_like_any_other() {
        let verdict = judge_update(json!({"model": "A"}), json!({"model": "A"}), json!({"model": "X"}));
        let Verdict::Conflict { fields, .. } = verdict else { panic!("{verdict:?}") };
        assert_eq!(fields.keys().collect::<Vec<_>>(), [&Field::Model]);
    }

    /// Small alphabets make the interesting coincidences likely.
    fn any_map() -> impl Strategy<Value = FieldMap> {
        let fields = [Field::Model, Field::Contract, Field::Manufacturer, Field::Description];
        proptest::collection::vec(0_u8..3, fields.len()).prop_map(move |values| {
            fields.iter().zip(values).map(|(field, n)| (*field, Value::Text(n.to_string()))).collect()
        })
    }

    fn any_dates() -> impl Strategy<Value = FieldMap> {
        (any_map(), 1_u32..5, 1_u32..5).prop_map(|(mut map, start, end)| {
            for (field, month) in [(Field::ForecastStart, start), (Field::ForecastEnd, end)] {
                map.set(field, field.parse(&json!(format!("2026-0{month}-01"))).unwrap());
            }
            map
        })
    }

    proptest! {
        #[test]
        fn whatever_happened_pems_side_can_always_be_taken(
            base in any_dates(), mine in any_dates(), then in any_dates(), now in any_dates(),
        ) {
            prop_assume!(check_rules(&now, Operation::Update, &now).is_empty());
            let local = difference(&base, &mine);
            if let Verdict::Conflict { fields, undisputed, .. } = judge(Operation::Update, &base, &local, &then) {
                let disputed = local.only(fields.keys().copied());
                let dispute = afresh(Operation::Update, &base, &disputed, &undisputed, &then, &now);
                prop_assert!(disputed.fields().all(|field| dispute.fields.contains_key(&field)));
                prop_assert!(check_rules(&now, Operation::Update, &dispute.undisputed).is_empty());
            }
        }

        #[test]
        fn a_merge_never_loses_a_one_sided_change_and_never_invents_a_value(
            base in any_map(), mine in any_map(), pems in any_map(),
        ) {
            let local = difference(&base, &mine);
            let Comparison { ours, same, conflicts } = compare(&base, &local, &pems);
            let merged = applied(&pems, &ours);
            for field in base.fields() {
                let (b, l, p) = (base.get(field), mine.get(field), pems.get(field));
                let expected = if l == b || l == p { p } else if p == b { l } else { p };
                prop_assert_eq!(merged.get(field), expected);
                prop_assert_eq!(conflicts.contains_key(&field), l != b && p != b && l != p);
                prop_assert_eq!(same.contains(field), l != b && l == p);
            }
        }

        #[test]
        fn without_conflict_it_does_not_matter_who_came_first(
            base in any_map(), mine in any_map(), theirs in any_map(),
        ) {
            let (local, remote) = (difference(&base, &mine), difference(&base, &theirs));
            let one = compare(&base, &local, &theirs);
            let other = compare(&base, &remote, &mine);
            prop_assert_eq!(one.conflicts.is_empty(), other.conflicts.is_empty());
            if one.conflicts.is_empty() {
                prop_assert_eq!(applied(&theirs, &one.ours), applied(&mine, &other.ours));
            }
        }

        #[test]
        fn what_was_merged_needs_no_second_merge(base in any_map(), mine in any_map(), pems in any_map()) {
            let local = difference(&base, &mine);
            let first = compare(&base, &local, &pems);
            let merged = applied(&pems, &first.ours);
            let again = compare(&pems, &first.ours, &merged);
            prop_assert!(again.ours.is_empty() && again.conflicts.is_empty());
        }
    }
}
