//! What a version, or the time before a write, asks for.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::{Field, FieldMap, Value};

/// A version of a record as we have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub number: i64,
    /// Whether a confirmed write of ours made it; otherwise somebody in PEMS did.
    pub is_ours: bool,
    pub fields: FieldMap,
}

/// A write of ours that PEMS confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// The record just before it, or at least the fields that it changed.
    pub before: FieldMap,
    pub written: FieldMap,
}

/// What a record's fields shall hold again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intent {
    /// Only fields that hold something else now. `None`: we do not know what it held then.
    pub(super) restore: BTreeMap<Field, Option<Value>>,
    /// Fields that somebody changed since, whatever they hold now.
    pub(super) changed_since: BTreeSet<Field>,
}

impl Intent {
    /// Back to the first of `versions`, which are the one wanted and all that we have after it, oldest first.
    pub fn to_version(now: &FieldMap, versions: &[Version]) -> Self {
        let Some(wanted) = versions.first() else { return Self::default() };
        let mut intent = Self::default();
        for field in Field::ALL {
            intent.want(field, now, wanted.fields.get(field));
        }
        for pair in versions.windows(2) {
            let [earlier, later] = pair else { continue };
            // A version that we never saw lies between them: whose change it was is not known, so it was not ours.
            let is_ours = later.is_ours && later.number == earlier.number + 1;
            if !is_ours {
                intent.changed_since.extend(
                    Field::ALL
                        .into_iter()
                        .filter(|field| earlier.fields.value(*field) != later.fields.value(*field)),
                );
            }
        }
        intent
    }

    /// Back to before `writes`, which are those of one batch to one record, in their order.
    pub fn before_writes(now: &FieldMap, writes: &[Write]) -> Self {
        let mut intent = Self::default();
        let mut last_written = FieldMap::new();
        let mut before: BTreeMap<Field, Option<&Value>> = BTreeMap::new();
        for write in writes {
            for (field, value) in write.written.iter() {
                before.entry(field).or_insert_with(|| write.before.get(field));
                // Somebody came in between two writes of the batch.
                if last_written.get(field).is_some_and(|ours| ours != write.before.value(field)) {
                    intent.changed_since.insert(field);
                }
                last_written.set(field, value.clone());
            }
        }
        for (field, then) in before {
            intent.want(field, now, then);
        }
        let overwritten = last_written.iter().filter(|(field, ours)| now.value(*field) != *ours);
        intent.changed_since.extend(overwritten.map(|(field, _)| field));
        intent
    }

    /// The field shall hold what it held `then`, unless it does.
    fn want(&mut self, field: Field, now: &FieldMap, then: Option<&Value>) {
        match then {
            Some(value) if value != now.value(field) => {
                self.restore.insert(field, Some(value.clone()));
            }
            None if *now.value(field) != Value::Empty => {
                self.restore.insert(field, None);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn map(json: Json) -> FieldMap {
        serde_json::from_value(json).unwrap()
    }

    fn version(number: i64, is_ours: bool, json: Json) -> Version {
        Version { number, is_ours, fields: map(json) }
    }

    fn fields(of: &BTreeSet<Field>) -> Vec<Field> {
        of.iter().copied().collect()
    }

    #[test]
    fn only_what_pems_changed_after_the_version_counts_as_changed_since() {
        let versions = [
            version(3, false, json!({"model": "A", "contract": "1", "description": "x"})),
            version(4, true, json!({"model": "B", "contract": "1", "description": "x"})),
            version(5, false, json!({"model": "B", "contract": "2", "description": "x"})),
        ];
        let intent = Intent::to_version(&versions[2].fields, &versions);
        assert_eq!(intent.restore.keys().collect::<Vec<_>>(), [&Field::Model, &Field::Contract]);
        assert_eq!(fields(&intent.changed_since), [Field::Contract]);
    }

    #[test]
    fn a_version_that_we_never_saw_is_not_ours() {
        let versions = [version(3, false, json!({"model": "A"})), version(6, true, json!({"model": "B"}))];
        let intent = Intent::to_version(&versions[1].fields, &versions);
        assert_eq!(fields(&intent.changed_since), [Field::Model]);
    }

    #[test]
    fn a_value_that_was_unknown_then_is_wanted_without_a_value() {
        let versions = [version(1, false, json!({})), version(2, false, json!({"contract": "C"}))];
        let intent = Intent::to_version(&versions[1].fields, &versions);
        assert_eq!(intent.restore, BTreeMap::from([(Field::Contract, None)]));
    }

    #[test]
    fn two_writes_of_a_batch_are_taken_back_together() {
        let writes = [
            Write { before: map(json!({"model": "A"})), written: map(json!({"model": "B"})) },
            Write { before: map(json!({"model": "B"})), written: map(json!({"model": "C"})) },
        ];
        let intent = Intent::before_writes(&map(json!({"model": "C"})), &writes);
        assert_eq!(intent.restore, BTreeMap::from([(Field::Model, Some(Value::Text("A".into())))]));
        assert!(intent.changed_since.is_empty());
    }

    #[test]
    fn whoever_came_between_two_writes_of_a_batch_changed_it_since() {
        let writes = [
            Write { before: map(json!({"model": "A"})), written: map(json!({"model": "B"})) },
            Write { before: map(json!({"model": "X"})), written: map(json!({"model": "C"})) },
        ];
        let intent = Intent::before_writes(&map(json!({"model": "C"})), &writes);
        assert_eq!(fields(&intent.changed_since), [Field::Model]);
    }

    #[test]
    fn what_holds_its_earlier_value_again_asks_for_nothing() {
        let writes = [Write { before: map(json!({"model": "A"})), written: map(json!({"model": "B"})) }];
        assert!(Intent::before_writes(&map(json!({"model": "A"})), &writes).restore.is_empty());
    }
}
