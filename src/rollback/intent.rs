//! What a version, or the time before a write, asks for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::record::{Field, FieldMap, Value};

/// Who changed something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// User name, here or in PEMS.
    pub by: String,
    pub at: DateTime<Utc>,
}

/// A version of a record as we have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub number: i64,
    /// Whether a confirmed write of ours made it; otherwise somebody in PEMS did.
    pub is_ours: bool,
    pub made: Change,
    pub fields: FieldMap,
}

/// A write of ours that PEMS confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// The version that it was made against: it made the next one.
    pub from_version: i64,
    pub made: Change,
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
    /// Who changed a field last; if somebody changed it since, who did that. Not there if it is not known.
    pub(super) last_change: BTreeMap<Field, Change>,
}

impl Intent {
    /// Back to the first of `versions`, which are the one wanted and all that we have after it, oldest first.
    ///
    /// Whatever was changed after that version is what is to be taken back, so "changed since" cannot mean that. It means:
    /// changed by somebody else than the author of the write that is being undone. That write is the first one of ours after
    /// the version wanted; what its author changed through here is taken back with it. What a colleague changed through here,
    /// what anybody changed in PEMS, and what changed in a version that we never saw, was changed since.
    pub fn to_version(now: &FieldMap, versions: &[Version]) -> Self {
        let Some((wanted, later)) = versions.split_first() else { return Self::default() };
        let mut intent = Self::default();
        for field in Field::ALL {
            intent.want(field, now, wanted.fields.get(field));
        }
        let author = later.iter().find(|version| version.is_ours).map(|version| version.made.by.as_str());
        let is_undone = |version: &Version| version.is_ours && Some(version.made.by.as_str()) == author;
        let mut last_of_all = BTreeMap::new();
        for step in steps(versions) {
            last_of_all.insert(step.field, step.made.cloned());
            if !step.made_alone_by(is_undone) {
                intent.changed_since.insert(step.field);
                intent.note(step.field, step.made);
            }
        }
        last_of_all.retain(|field, _| !intent.changed_since.contains(field));
        intent.last_change.extend(last_of_all.into_iter().filter_map(|(field, made)| Some((field, made?))));
        intent
    }

    /// Back to before `writes`, which are those of one batch to one record, in their order. A field was changed since if it
    /// does not hold what the batch wrote last, or did not when the batch wrote it again. Who did that is in `versions`: those
    /// that we have from the first write on, oldest first.
    pub fn before_writes(now: &FieldMap, writes: &[Write], versions: &[Version]) -> Self {
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
                intent.note(field, Some(&write.made));
            }
        }
        for (field, then) in before {
            intent.want(field, now, then);
        }
        let overwritten = last_written.iter().filter(|(field, ours)| now.value(*field) != *ours);
        intent.changed_since.extend(overwritten.map(|(field, _)| field));
        let is_undone = |version: &Version| {
            version.is_ours && writes.iter().any(|write| write.from_version + 1 == version.number)
        };
        for step in steps(versions) {
            if last_written.contains(step.field) && !step.made_alone_by(is_undone) {
                intent.note(step.field, step.made);
            }
        }
        intent
    }

    /// The field was changed last by whoever `made` the change, or by somebody unknown.
    fn note(&mut self, field: Field, made: Option<&Change>) {
        match made {
            Some(made) => self.last_change.insert(field, made.clone()),
            None => self.last_change.remove(&field),
        };
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

/// A field that differs between two versions that follow each other here.
struct Step<'v> {
    field: Field,
    later: &'v Version,
    /// Who changed it; unknown if we never saw a version that lies between the two.
    made: Option<&'v Change>,
}

impl Step<'_> {
    /// Whether nobody took part but who made a version that `is_one`.
    fn made_alone_by(&self, is_one: impl Fn(&Version) -> bool) -> bool {
        self.made.is_some() && is_one(self.later)
    }
}

/// What changed from version to version, oldest first.
fn steps(versions: &[Version]) -> impl Iterator<Item = Step<'_>> {
    versions.windows(2).flat_map(|pair| {
        let (earlier, later) = (&pair[0], &pair[1]);
        let made = (later.number == earlier.number + 1).then_some(&later.made);
        let differing =
            Field::ALL.into_iter().filter(|field| earlier.fields.value(*field) != later.fields.value(*field));
        differing.map(move |field| Step { field, later, made })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn map(json: Json) -> FieldMap {
        serde_json::from_value(json).unwrap()
    }

    fn made(by: &str) -> Change {
        Change { by: by.to_owned(), at: DateTime::UNIX_EPOCH }
    }

    /// `by` is a user in PEMS if his name says so.
    fn version(number: i64, by: &str, json: Json) -> Version {
        Version { number, is_ours: !by.starts_with("pems."), made: made(by), fields: map(json) }
    }

    fn write(from_version: i64, before: Json, written: Json) -> Write {
        Write { from_version, made: made("anna"), before: map(before), written: map(written) }
    }

    fn fields(of: &BTreeSet<Field>) -> Vec<Field> {
        of.iter().copied().collect()
    }

    fn changed_by(intent: &Intent, field: Field) -> Option<&str> {
        intent.last_change.get(&field).map(|change| change.by.as_str())
    }

    #[test]
    fn what_pems_changed_after_the_version_counts_as_changed_since() {
        let versions = [
            version(3, "pems.silva", json!({"model": "A", "contract": "1", "description": "x"})),
            version(4, "anna", json!({"model": "B", "contract": "1", "description": "x"})),
            version(5, "pems.jansen", json!({"model": "B", "contract": "2", "description": "x"})),
        ];
        let intent = Intent::to_version(&versions[2].fields, &versions);
        assert_eq!(intent.restore.keys().collect::<Vec<_>>(), [&Field::Model, &Field::Contract]);
        assert_eq!(fields(&intent.changed_since), [Field::Contract]);
        assert_eq!(changed_by(&intent, Field::Contract), Some("pems.jansen"));
        assert_eq!(
            changed_by(&intent, Field::Model),
            Some("anna"),
            "whose change is taken back is told as well"
        );
    }

    #[test]
    fn what_a_colleague_changed_after_the_write_that_is_undone_counts_as_changed_since() {
        let versions = [
            version(3, "pems.silva", json!({"model": "A", "contract": "1", "description": "x"})),
            version(4, "anna", json!({"model": "B", "contract": "1", "description": "x"})),
            version(5, "ben", json!({"model": "C", "contract": "2", "description": "x"})),
            version(6, "anna", json!({"model": "D", "contract": "2", "description": "y"})),
        ];
        let intent = Intent::to_version(&versions[3].fields, &versions);
        assert_eq!(fields(&intent.changed_since), [Field::Model, Field::Contract]);
        assert_eq!(
            changed_by(&intent, Field::Model),
            Some("ben"),
            "whose change it is that would be lost with it"
        );
        assert_eq!(changed_by(&intent, Field::Description), Some("anna"));
        let later = Intent::to_version(&versions[3].fields, &versions[1..]);
        assert_eq!(
            fields(&later.changed_since),
            [Field::Description, Field::Model],
            "there it is Ben's that is undone"
        );
    }

    #[test]
    fn a_version_that_we_never_saw_is_not_ours() {
        let versions =
            [version(3, "pems.silva", json!({"model": "A"})), version(6, "anna", json!({"model": "B"}))];
        let intent = Intent::to_version(&versions[1].fields, &versions);
        assert_eq!(fields(&intent.changed_since), [Field::Model]);
        assert_eq!(changed_by(&intent, Field::Model), None, "it is not known who changed it");
    }

    #[test]
    fn a_value_that_was_unknown_then_is_wanted_without_a_value() {
        let versions =
            [version(1, "pems.silva", json!({})), version(2, "pems.silva", json!({"contract": "C"}))];
        let intent = Intent::to_version(&versions[1].fields, &versions);
        assert_eq!(intent.restore, BTreeMap::from([(Field::Contract, None)]));
    }

    #[test]
    fn two_writes_of_a_batch_are_taken_back_together() {
        let writes = [
            write(3, json!({"model": "A"}), json!({"model": "B"})),
            write(4, json!({"model": "B"}), json!({"model": "C"})),
        ];
        let intent = Intent::before_writes(&map(json!({"model": "C"})), &writes, &[]);
        assert_eq!(intent.restore, BTreeMap::from([(Field::Model, Some(Value::Text("A".into())))]));
        assert!(intent.changed_since.is_empty());
        assert_eq!(changed_by(&intent, Field::Model), Some("anna"));
    }

    #[test]
    fn whoever_came_between_two_writes_of_a_batch_changed_it_since() {
        let writes = [
            write(3, json!({"model": "A"}), json!({"model": "B"})),
            write(5, json!({"model": "X"}), json!({"model": "C"})),
        ];
        let versions = [
            version(3, "pems.silva", json!({"model": "A"})),
            version(4, "anna", json!({"model": "B"})),
            version(5, "pems.jansen", json!({"model": "X"})),
            version(6, "anna", json!({"model": "C"})),
        ];
        let intent = Intent::before_writes(&map(json!({"model": "C"})), &writes, &versions);
        assert_eq!(fields(&intent.changed_since), [Field::Model]);
        assert_eq!(changed_by(&intent, Field::Model), Some("pems.jansen"));
    }

    #[test]
    fn who_changed_a_field_after_the_batch_is_told() {
        let writes =
            [write(3, json!({"model": "A", "contract": "1"}), json!({"model": "B", "contract": "2"}))];
        let versions = [
            version(4, "anna", json!({"model": "B", "contract": "2"})),
            version(5, "ben", json!({"model": "C", "contract": "2"})),
            version(6, "ben", json!({"model": "C", "contract": "2", "description": "x"})),
        ];
        let intent = Intent::before_writes(&versions[2].fields, &writes, &versions);
        assert_eq!(fields(&intent.changed_since), [Field::Model]);
        assert_eq!(changed_by(&intent, Field::Model), Some("ben"));
        assert_eq!(changed_by(&intent, Field::Contract), Some("anna"));
        assert_eq!(changed_by(&intent, Field::Description), None, "the batch did not write it");
    }

    #[test]
    fn what_holds_its_earlier_value_again_asks_for_nothing() {
        let writes = [write(3, json!({"model": "A"}), json!({"model": "B"}))];
        assert!(Intent::before_writes(&map(json!({"model": "A"})), &writes, &[]).restore.is_empty());
    }
}
