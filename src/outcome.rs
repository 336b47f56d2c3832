//! What an interrupted write turned out to be, once the record was read back.
//!
//! PEMS knows no idempotency key. After a lost answer (time-out, reset, unreadable 200, crash) the record itself
//! is the only witness:
//!
//! | the record now | so the write |
//! |---|---|
//! | still at the version that we sent against | was not applied: send again |
//! | the next version, by our `modifiedBy`, with every value that we sent | was applied |
//! | further on, with every value that we sent, and they were not there before | was applied, others came after |
//! | anything else | must be compared three-way, as if it had never been sent |

use crate::record::{FieldMap, PfaRecord};

/// What was sent before the answer got lost.
#[derive(Debug, Clone, Copy)]
pub struct SentWrite<'a> {
    pub version: i64,
    pub changes: &'a FieldMap,
    /// What the changed fields held at `version`.
    pub before: &'a FieldMap,
    pub modified_by: &'a str,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Nothing happened: it may be sent again.
    NotApplied,
    /// It is in PEMS; this version, or an earlier one, is ours.
    Applied,
    /// The record moved on and our values are not all there: the conflict path.
    MovedOn,
}

/// Decides from the record as PEMS has it now.
pub fn settle(sent: SentWrite<'_>, now: &PfaRecord) -> Settled {
    if now.version <= sent.version {
        return Settled::NotApplied;
    }
    let all_there = sent.changes.iter().all(|(field, value)| now.fields.get(field) == Some(value));
    if !all_there {
        return Settled::MovedOn;
    }
    if now.version == sent.version + 1 {
        // The one change in between says who made it.
        return if now.updated_by == sent.modified_by { Settled::Applied } else { Settled::MovedOn };
    }
    // Several changes in between, and the last one hides who made the others. Our values are there and were not
    // before: they are ours.
    let were_there = sent
        .changes
        .iter()
        .all(|(field, value)| sent.before.get(field).is_some_and(|before| before == value));
    if were_there { Settled::MovedOn } else { Settled::Applied }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::record::{Field, Value};

    fn model(name: &str) -> FieldMap {
        FieldMap::from_iter([(Field::Model, Value::Text(name.into()))])
    }

    fn pems(version: i64, by: &str, name: &str) -> PfaRecord {
        PfaRecord {
            pfa_id: "RIO-1".into(),
            organization: "RIO".into(),
            version,
            updated_at: DateTime::UNIX_EPOCH,
            updated_by: by.into(),
            fields: model(name),
        }
    }

    fn settled(now: &PfaRecord) -> Settled {
        let (changes, before) = (model("ours"), model("old"));
        settle(SentWrite { version: 3, changes: &changes, before: &before, modified_by: "manager" }, now)
    }

    #[test]
    fn a_record_at_our_version_was_not_written() {
        assert_eq!(settled(&pems(3, "someone", "old")), Settled::NotApplied);
    }

    #[test]
    fn the_next_version_by_us_with_our_values_is_ours() {
        assert_eq!(settled(&pems(4, "manager", "ours")), Settled::Applied);
    }

    #[test]
    fn the_next_version_by_somebody_else_is_not_ours_even_with_our_values() {
        assert_eq!(settled(&pems(4, "pems.jansen", "ours")), Settled::MovedOn);
    }

    #[test]
    fn ours_is_recognised_under_a_later_change_of_somebody_else() {
        assert_eq!(settled(&pems(5, "pems.jansen", "ours")), Settled::Applied);
    }

    #[test]
    fn other_values_are_the_conflict_path() {
        assert_eq!(settled(&pems(4, "manager", "theirs")), Settled::MovedOn);
        assert_eq!(settled(&pems(5, "pems.jansen", "theirs")), Settled::MovedOn);
    }
}
