//! What of an intent can be done, and why the rest cannot.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Change, Intent};
use crate::delta::{Operation, discontinuation};
use crate::permission::Permission;
use crate::record::{Field, FieldMap, Value};
use crate::validation::{FieldError, check_fields, check_rules};

/// One field that holds something else than it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldPlan {
    pub field: Field,
    /// What it holds now.
    pub current: Value,
    /// What it held; `None` if we do not know.
    pub restored: Option<Value>,
    /// Somebody changed it since: it is left alone unless it is chosen.
    pub changed_since: bool,
    /// Somebody chose to overwrite it, having seen what it holds.
    pub chosen: bool,
    /// Who changed it last; if it was changed since, who did that. `None` if that is not known.
    pub last_change: Option<Change>,
    /// Why it cannot be restored, whoever wants it.
    pub refusal: Option<FieldError>,
}

impl FieldPlan {
    /// Whether the field takes part in the change.
    pub const fn is_included(&self) -> bool {
        self.refusal.is_none() && (!self.changed_since || self.chosen)
    }
}

/// What is to be done with one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordPlan {
    pub pfa_id: String,
    /// The version that the plan was made from.
    pub version: i64,
    /// In the order of the field table.
    pub fields: Vec<FieldPlan>,
    /// The rules that the record would break; then nothing of it is restored.
    pub refusals: Vec<FieldError>,
}

impl RecordPlan {
    /// Plans for a record that holds `now` at `version`; `chosen` are the fields to restore though somebody changed
    /// them since, `permissions` those of whoever asks.
    pub fn new(
        pfa_id: String,
        version: i64,
        now: &FieldMap,
        intent: &Intent,
        chosen: &BTreeSet<Field>,
        permissions: &[Permission],
    ) -> Self {
        let known: FieldMap = intent
            .restore
            .iter()
            .filter_map(|(field, value)| value.clone().map(|value| (*field, value)))
            .collect();
        let errors = check_fields(now, &known, permissions);
        let fields = intent.restore.iter().map(|(field, restored)| {
            let changed_since = intent.changed_since.contains(field);
            FieldPlan {
                field: *field,
                current: now.value(*field).clone(),
                restored: restored.clone(),
                changed_since,
                chosen: changed_since && chosen.contains(field),
                last_change: intent.last_change.get(field).cloned(),
                refusal: match restored {
                    None => Some(FieldError::unknown_value(*field)),
                    Some(_) => errors.iter().find(|error| error.field == field.name()).cloned(),
                },
            }
        });
        let mut plan = Self { pfa_id, version, fields: fields.collect(), refusals: Vec::new() };
        plan.refusals = check_rules(now, plan.operation(), &plan.wanted());
        plan
    }

    /// The change that carries the plan out; empty if nothing can be restored.
    pub fn change(&self) -> FieldMap {
        if self.refusals.is_empty() { self.wanted() } else { FieldMap::new() }
    }

    /// What the fields of the change hold now: what whoever decides has seen.
    pub fn base(&self) -> FieldMap {
        let change = self.change();
        self.fields
            .iter()
            .filter(|plan| change.contains(plan.field))
            .map(|plan| (plan.field, plan.current.clone()))
            .collect()
    }

    /// Restoring nothing but the discontinuation is a delete.
    pub fn operation(&self) -> Operation {
        if self.wanted() == discontinuation() { Operation::Delete } else { Operation::Update }
    }

    fn wanted(&self) -> FieldMap {
        self.fields
            .iter()
            .filter(|plan| plan.is_included())
            .filter_map(|plan| plan.restored.clone().map(|value| (plan.field, value)))
            .collect()
    }
}

/// Names a preview: the same for the same plan, another one as soon as anything in it differs. SHA-256, in hex.
pub fn fingerprint(records: &[RecordPlan]) -> String {
    let json = serde_json::to_vec(records).expect("a plan always serialises");
    Sha256::digest(json).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a text takes more text");
        hex
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::delta::{applied, difference};
    use crate::permission::Role;
    use crate::rollback::{Version, Write};

    fn map(json: Json) -> FieldMap {
        serde_json::from_value(json).unwrap()
    }

    fn plan(now: &FieldMap, intent: &Intent, chosen: &BTreeSet<Field>) -> RecordPlan {
        let permissions = Role::Administrator.permissions();
        RecordPlan::new("RIO-1".into(), 7, now, intent, chosen, &permissions)
    }

    fn made(by: &str) -> Change {
        Change { by: by.to_owned(), at: DateTime::UNIX_EPOCH }
    }

    fn back_to(then: Json, now: &FieldMap) -> Intent {
        let versions = [
            Version { number: 6, is_ours: false, made: made("pems.silva"), fields: map(then) },
            Version { number: 7, is_ours: true, made: made("anna"), fields: now.clone() },
        ];
        Intent::to_version(now, &versions)
    }

    fn write(before: FieldMap, written: FieldMap) -> Write {
        Write { from_version: 6, made: made("anna"), before, written }
    }

    fn refusals(plan: &RecordPlan) -> Vec<(Field, &str)> {
        plan.fields
            .iter()
            .filter_map(|field| field.refusal.as_ref().map(|why| (field.field, why.code.as_str())))
            .collect()
    }

    #[test]
    fn what_cannot_be_restored_is_listed_with_its_reason_and_the_rest_is_restored() {
        let now = map(json!({
            "originalStart": "2026-01-02", "isDiscontinued": true, "isActualized": true, "source": "Purchase",
            "purchasePrice": "5.00", "actualStart": "2026-01-05", "contract": "C", "model": "B",
        }));
        let then = json!({
            "originalStart": "2026-01-01", "isDiscontinued": false, "isActualized": true, "source": "Rental",
            "purchasePrice": "5.00", "actualStart": "2026-01-06", "model": "A",
        });
        let plan = plan(&now, &back_to(then, &now), &BTreeSet::new());
        assert_eq!(
            refusals(&plan),
            [
                (Field::Source, "actualized"),
                (Field::IsDiscontinued, "discontinued"),
                (Field::OriginalStart, "readOnly"),
                (Field::ActualStart, "actualized"),
                (Field::Contract, "unknownThen"),
            ]
        );
        assert_eq!(plan.change(), map(json!({"model": "A"})));
        assert_eq!(plan.base(), map(json!({"model": "B"})));
    }

    #[test]
    fn a_result_that_breaks_a_rule_restores_nothing_of_the_record() {
        let now = map(json!({"forecastStart": "2026-05-01", "forecastEnd": "2026-06-30", "model": "B"}));
        let writes = [write(
            map(json!({"forecastEnd": "2026-03-31", "model": "A"})),
            map(json!({"forecastEnd": "2026-06-30", "model": "B"})),
        )];
        let plan = plan(&now, &Intent::before_writes(&now, &writes, &[]), &BTreeSet::new());
        assert_eq!(plan.refusals[0].code, "endBeforeStart");
        assert!(plan.change().is_empty() && plan.base().is_empty());
    }

    #[test]
    fn whoever_may_not_edit_a_field_may_not_restore_it() {
        let now = map(json!({"monthlyRate": "2.00", "model": "B", "source": "Rental"}));
        let intent = back_to(json!({"monthlyRate": "1.00", "model": "A", "source": "Rental"}), &now);
        let permissions = Role::Editor.permissions();
        let plan = RecordPlan::new("RIO-1".into(), 7, &now, &intent, &BTreeSet::new(), &permissions);
        assert_eq!(refusals(&plan), [(Field::MonthlyRate, "forbidden")]);
        assert_eq!(plan.change(), map(json!({"model": "A"})));
    }

    #[test]
    fn bringing_a_discontinuation_back_is_a_delete() {
        let now = map(json!({"isDiscontinued": false}));
        let plan = plan(&now, &back_to(json!({"isDiscontinued": true}), &now), &BTreeSet::new());
        assert_eq!(plan.operation(), Operation::Delete);
    }

    /// Fields without rules between them; small alphabets make the interesting coincidences likely.
    const FREE: [Field; 4] = [Field::Model, Field::Contract, Field::Manufacturer, Field::Description];

    fn any_map() -> impl Strategy<Value = FieldMap> {
        proptest::collection::vec(0_u8..3, FREE.len()).prop_map(|values| {
            FREE.iter().zip(values).map(|(field, n)| (*field, Value::Text(n.to_string()))).collect()
        })
    }

    fn any_choice() -> impl Strategy<Value = BTreeSet<Field>> {
        proptest::sample::subsequence(FREE.to_vec(), 0..=FREE.len())
            .prop_map(|fields| fields.into_iter().collect())
    }

    proptest! {
        #[test]
        fn a_field_that_somebody_changed_since_is_written_only_if_it_was_chosen(
            versions in proptest::collection::vec((any_map(), 0_usize..3), 1..6), chosen in any_choice(),
        ) {
            let people = ["pems.silva", "anna", "ben"];
            let versions: Vec<Version> = (1..)
                .zip(versions)
                .map(|(number, (fields, who))| {
                    Version { number, is_ours: who > 0, made: made(people[who]), fields }
                })
                .collect();
            let author = versions[1..].iter().find(|version| version.is_ours).map(|version| &version.made.by);
            let now = &versions.last().unwrap().fields;
            let plan = plan(now, &Intent::to_version(now, &versions), &chosen);
            for field in plan.change().fields() {
                let by_others = versions.windows(2).any(|pair| {
                    Some(&pair[1].made.by) != author && pair[0].fields.get(field) != pair[1].fields.get(field)
                });
                prop_assert!(!by_others || chosen.contains(&field), "{field}");
            }
            // With everything chosen, the record is what it was.
            let all = self::plan(now, &Intent::to_version(now, &versions), &FREE.into());
            prop_assert_eq!(applied(now, &all.change()), versions[0].fields.clone());
        }

        #[test]
        fn a_batch_taken_back_leaves_every_field_alone_that_it_did_not_write(
            before in any_map(), after in any_map(), now in any_map(), chosen in any_choice(),
        ) {
            let written = difference(&before, &after);
            let intent = Intent::before_writes(&now, &[write(before.clone(), written.clone())], &[]);
            let plan = plan(&now, &intent, &chosen);
            let result = applied(&now, &plan.change());
            for field in FREE {
                let is_ours = written.contains(field) && now.get(field) == written.get(field);
                let restored = is_ours || (written.contains(field) && chosen.contains(&field));
                let expected = if restored { before.get(field) } else { now.get(field) };
                prop_assert_eq!(result.get(field), expected);
            }
        }

        #[test]
        fn a_rollback_rolled_back_is_undone(before in any_map(), after in any_map()) {
            let written = difference(&before, &after);
            let first = plan(&after, &Intent::before_writes(&after, &[write(before, written)], &[]), &BTreeSet::new());
            let back = write(after.clone(), first.change());
            let now = applied(&after, &first.change());
            let second = plan(&now, &Intent::before_writes(&now, &[back], &[]), &BTreeSet::new());
            prop_assert_eq!(applied(&now, &second.change()), after);
        }

        #[test]
        fn a_preview_keeps_its_name_until_something_in_it_differs(
            before in any_map(), now in any_map(), other in any_map(), chosen in any_choice(),
        ) {
            let written = difference(&before, &now);
            let make = |now: &FieldMap| {
                let writes = [write(before.clone(), written.clone())];
                vec![plan(now, &Intent::before_writes(now, &writes, &[]), &chosen)]
            };
            let (one, two) = (make(&now), make(&other));
            prop_assert_eq!(fingerprint(&one) == fingerprint(&two), one == two);
        }
    }
}
