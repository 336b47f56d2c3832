//! What an interrupted write turned out to be, once the record was read back.
//!
//! PEMS knows no idempotency key. After a lost answer (time-out, reset, unreadable 200, crash) the record itself
//! is the only witness:
//!
//! | the record now | so the write |
//! |---|---|
//! | still at the version that we sent against | was not applied: send again |
//! | the next version, by our `modifiedBy`, with every value that we sent | was applied |
//! | the next version, otherwise | was not applied: compare three-way |
//! | further on, and we know the next version | as the next version says |
//! | further on, with every value that we sent, and they were not there before | was applied, others came after |
//! | further on, without them | in doubt: it was applied and taken back, or never applied. A person decides |
//!
//! A write is compare-and-set, so ours can only have made the version after the one that it was sent against.

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

/// The version right after the one that we sent against.
#[derive(Debug, Clone, Copy)]
pub struct NextVersion<'a> {
    pub updated_by: &'a str,
    pub fields: &'a FieldMap,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Nothing happened: it may be sent again.
    NotApplied,
    /// It is in PEMS; this version, or an earlier one, is ours.
    Applied,
    /// Somebody else's change came first: the conflict path.
    MovedOn,
    /// Several changes came, and ours may have been the first, and taken back since: a person decides.
    InDoubt,
}

/// Decides from the record as PEMS has it now, and from the version after ours, if it passed through here.
pub fn settle(sent: SentWrite<'_>, now: &PfaRecord, next: Option<NextVersion<'_>>) -> Settled {
    if now.version <= sent.version {
        return Settled::NotApplied;
    }
    let is_next = now.version == sent.version + 1;
    let next =
        if is_next { Some(NextVersion { updated_by: &now.updated_by, fields: &now.fields }) } else { next };
    if let Some(next) = next {
        let ours = next.updated_by == sent.modified_by && holds(next.fields, sent.changes);
        return if ours { Settled::Applied } else { Settled::MovedOn };
    }
    if !holds(&now.fields, sent.changes) {
        return Settled::InDoubt;
    }
    // Our values are there. If they were not there before, they are ours.
    if holds(sent.before, sent.changes) { Settled::MovedOn } else { Settled::Applied }
}

fn holds(fields: &FieldMap, values: &FieldMap) -> bool {
    values.iter().all(|(field, value)| fields.value(field) == value)
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

    fn settled_knowing(now: &PfaRecord, next: Option<&PfaRecord>) -> Settled {
        let (changes, before) = (model("ours"), model("old"));
        let sent = SentWrite { version: 3, changes: &changes, before: &before, modified_by: "manager" };
        let next = next.map(|record| NextVersion { updated_by: &record.updated_by, fields: &record.fields });
        settle(sent, now, next)
    }

    fn settled(now: &PfaRecord) -> Settled {
        settled_knowing(now, None)
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
    }

    #[test]
    fn ours_may_have_been_applied_and_taken_back() {
        assert_eq!(settled(&pems(5, "pems.jansen", "old")), Settled::InDoubt);
        assert_eq!(settled(&pems(5, "pems.jansen", "theirs")), Settled::InDoubt);
    }

    #[test]
    fn a_known_next_version_leaves_no_doubt() {
        let taken_back = pems(5, "pems.jansen", "old");
        let ours = pems(4, "manager", "ours");
        assert_eq!(settled_knowing(&taken_back, Some(&ours)), Settled::Applied);
        let theirs = pems(4, "pems.silva", "old");
        assert_eq!(settled_knowing(&taken_back, Some(&theirs)), Settled::MovedOn);
    }
}
