//! What became of a record in PEMS while somebody drafts a change of it.
//!
//! | the field is | and was last changed by | it counts as changed if |
//! |---|---|---|
//! | in the draft | somebody in PEMS | PEMS's value is not what the author saw |
//! | in the draft | a write of ours | neither PEMS's value nor what is still on its way there is what the author saw |
//! | not in the draft | somebody in PEMS | it is not what it was when the draft was begun |
//! | not in the draft | a write of ours | never: that is no news of PEMS |
//!
//! An author sees what was committed before it reaches PEMS, his own as well: when it gets there, nothing has changed for
//! him. A colleague's confirmed change of a field that he drafts is shown, because his commit would be a conflict with it.

use sqlx::PgConnection;
use vanguard_app::backend::{Access, BackendError};
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{Field, FieldMap, Value};

use super::row;
use super::store;
use crate::internal::OrInternal;

/// A record as PEMS had it.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// Whether somebody in PEMS made this version, rather than a write of ours.
    pub(super) by_pems: bool,
    pub(super) fields: FieldMap,
}

/// A record since the version that a draft of it was begun at.
#[derive(Debug, Clone, Default)]
pub(super) struct SinceDraft {
    /// What the author saw of the fields that he drafts.
    pub(super) base_values: FieldMap,
    /// Oldest first: the version that the draft was begun at, and every one since. Empty if there is none since.
    pub(super) versions: Vec<Step>,
}

impl SinceDraft {
    /// The fields that count as changed. `committed` is the record with everybody's committed changes.
    pub(super) fn changed(&self, committed: &FieldMap) -> Vec<Field> {
        let Some(now) = self.versions.last() else { return Vec::new() };
        now.fields.fields().filter(|field| self.is_changed(*field, &now.fields, committed)).collect()
    }

    fn is_changed(&self, field: Field, now: &FieldMap, committed: &FieldMap) -> bool {
        let Some(by_pems) = self.last_changed_by_pems(field) else { return false };
        let in_draft = self.base_values.contains(field);
        let before = self.before(field).unwrap_or(&Value::Empty);
        let is_news = by_pems || (in_draft && committed.value(field) != before);
        is_news && now.value(field) != before
    }

    /// Whether the field was last changed by somebody in PEMS, rather than by a write of ours; `None` if by nobody.
    fn last_changed_by_pems(&self, field: Field) -> Option<bool> {
        let last = self
            .versions
            .windows(2)
            .rfind(|step| step[0].fields.value(field) != step[1].fields.value(field))?;
        Some(last[1].by_pems)
    }

    /// What the author takes a field to have been: what he saw when he drafted it, or else what it was when he began.
    pub(super) fn before(&self, field: Field) -> Option<&Value> {
        self.base_values.get(field).or_else(|| self.versions.first()?.fields.get(field))
    }
}

/// A record under the caller's draft of it.
#[derive(Debug, Clone)]
pub struct UnderDraft {
    /// The mirror's version.
    pub version: i64,
    /// As PEMS has it.
    pub pems: FieldMap,
    /// The same with everybody's committed changes.
    pub committed: FieldMap,
    /// What the caller is shown that PEMS changed since he began.
    pub changed_in_pems: Vec<Field>,
}

/// The record under the caller's draft of it.
pub async fn under_draft(
    connection: &mut PgConnection,
    access: &Access,
    pfa_id: &str,
) -> Result<UnderDraft, BackendError> {
    let layers = store::layers(connection, access, &[pfa_id.to_owned()]).await.or_internal()?;
    let mirror = layers.mirror.get(pfa_id).ok_or_else(|| BackendError::not_found("record"))?;
    Ok(UnderDraft {
        version: mirror.version,
        pems: mirror.fields.clone(),
        committed: row::committed(&layers, mirror),
        changed_in_pems: row::changed_since_draft(access, &layers, mirror),
    })
}

/// How many of the caller's drafts PEMS has changed the records of, as he is shown it.
pub async fn outdated_drafts(connection: &mut PgConnection, access: &Access) -> Result<i64, sqlx::Error> {
    let drafted = store::overtaken_drafts(connection, access).await?;
    let layers = store::layers(connection, access, &drafted).await?;
    let outdated =
        layers.mirror.values().filter(|record| !row::changed_since_draft(access, &layers, record).is_empty());
    Ok(i64::try_from(outdated.count()).unwrap_or(i64::MAX))
}

/// Whether the caller is shown the field's values.
pub(super) fn is_shown(access: &Access, field: Field) -> bool {
    !field.is_money() || access.may(Permission::ViewFinancials)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PEMS: bool = true;
    const OURS: bool = false;

    fn model(value: &str) -> FieldMap {
        serde_json::from_value(json!({ "model": value })).unwrap()
    }

    /// Whether the model counts as changed: it was A, and then what `later` says.
    fn is_changed(base_values: &FieldMap, later: &[(bool, &str)], committed: &str) -> bool {
        let mut versions = vec![Step { by_pems: PEMS, fields: model("A") }];
        versions
            .extend(later.iter().map(|(by_pems, value)| Step { by_pems: *by_pems, fields: model(value) }));
        let since = SinceDraft { base_values: base_values.clone(), versions };
        !since.changed(&model(committed)).is_empty()
    }

    #[test]
    fn what_pems_changed_is_news_whether_it_is_drafted_or_not() {
        for base_values in [model("A"), FieldMap::new()] {
            assert!(is_changed(&base_values, &[(PEMS, "X")], "X"));
            assert!(
                is_changed(&base_values, &[(PEMS, "X"), (OURS, "X")], "X"),
                "ours was about another field"
            );
            assert!(!is_changed(&base_values, &[(PEMS, "X"), (PEMS, "A")], "A"), "it was taken back");
            assert!(!is_changed(&base_values, &[(PEMS, "A")], "A"), "PEMS changed another field");
            assert!(!is_changed(&base_values, &[], "B"), "PEMS has no newer version");
        }
    }

    #[test]
    fn what_the_author_saw_committed_is_no_news_when_it_reaches_pems() {
        assert!(!is_changed(&model("B"), &[(OURS, "B")], "B"));
        assert!(
            !is_changed(&model("C"), &[(OURS, "B")], "C"),
            "the second of two, the first of which has arrived"
        );
        assert!(
            !is_changed(&model("B"), &[(PEMS, "A")], "B"),
            "not there yet when PEMS changed another field"
        );
        assert!(is_changed(&model("B"), &[(OURS, "B"), (PEMS, "X")], "X"), "PEMS changed it afterwards");
        assert!(is_changed(&model("B"), &[(PEMS, "X")], "B"), "PEMS changed it before it arrived");
    }

    #[test]
    fn a_colleagues_confirmed_change_counts_only_where_it_meets_the_draft() {
        assert!(is_changed(&model("A"), &[(OURS, "B")], "B"));
        assert!(!is_changed(&FieldMap::new(), &[(OURS, "B")], "B"));
    }
}
