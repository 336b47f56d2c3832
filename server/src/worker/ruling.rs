//! Where a conflict would be for a person, but an administrator has said whose value holds.
//!
//! Rules decide between PEMS and us. What a colleague changed through here is not PEMS's: that stays with a person, and
//! so does whether a write whose answer was lost had arrived.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgConnection;
use vanguard_domain::ownership::{Ruling, apply};
use vanguard_domain::record::{Field, FieldMap, PfaRecord, Value};
use vanguard_domain::three_way::{ConflictCause, Sides};

use super::batch::Batch;
use super::plan::{Plan, found_conflict, found_merge};
use super::store;
use crate::audit;
use crate::conflict::{self, FoundRuling};
use crate::notify::{self, Event, EventKind};
use crate::ownership;
use crate::queue::{self, Claimed};

impl Batch<'_> {
    /// The plan, with what the rules in force make of it.
    pub(super) async fn ruled(
        &self,
        item: &Claimed,
        record: &PfaRecord,
        plan: Plan,
    ) -> Result<Plan, sqlx::Error> {
        let Plan::Conflict { cause: ConflictCause::BothChanged, fields, undisputed, .. } = &plan else {
            return Ok(plan);
        };
        let mut connection = self.worker.pool.acquire().await?;
        let rules = ownership::in_force(&mut connection, self.organisation_id).await?;
        if rules.is_empty() {
            return Ok(plan);
        }
        let organisation_id = self.organisation_id;
        let versions =
            store::versions_after(&mut connection, organisation_id, &item.pfa_id, item.base_version).await?;
        let by_pems = changed_by_pems(fields, &versions);
        let concerned = rules.only(|field| by_pems.contains(&field));
        let Some(ruling) = apply(&concerned, item.operation, &record.fields, fields, undisputed) else {
            return Ok(plan);
        };
        let between =
            store::base_of_merge(&mut connection, organisation_id, &item.pfa_id, item.base_version).await?;
        let undisputed = undisputed.clone();
        let rule = rules.words(ruling.decided.keys().copied());
        let found = found_ruling(item, record, between, rule, ruling, undisputed);
        if found.ruling.is_whole() {
            return Ok(Plan::Ruled(Box::new(found)));
        }
        let (left, rest) = (found.ruling.left.clone(), found.ruling.change.clone());
        let conflict = found_conflict(item, record, ConflictCause::BothChanged, left, rest, Vec::new());
        Ok(Plan::PartlyRuled(Box::new(found), Box::new(conflict)))
    }

    /// Records what the rules decided before what they leave is sent. False if the lease was lost.
    pub(super) async fn carry_out(
        &self,
        item: &Claimed,
        record: &PfaRecord,
        found: &FoundRuling,
    ) -> Result<bool, sqlx::Error> {
        let mut tx = self.worker.pool.begin().await?;
        if queue::hold(&mut tx, self.token, &[item.id]).await?.is_empty() {
            return Ok(false);
        }
        let change = &found.ruling.change;
        let base_values = record.fields.values_of(change.fields());
        queue::rebase(&mut tx, item.id, change, &base_values, record.version).await?;
        store::narrow(&mut tx, item.modification_id, change, &base_values, record.version).await?;
        self.record_rulings(&mut tx, std::slice::from_ref(found)).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Takes out of disputed changes what was given up, and bases what prevails on the value that it replaces: that is
    /// decided, and is not asked about again when the person's decision is sent.
    pub(super) async fn narrow_disputed(
        &self,
        connection: &mut PgConnection,
        rulings: &[FoundRuling],
    ) -> Result<(), sqlx::Error> {
        for found in rulings.iter().filter(|found| !found.ruling.is_whole()) {
            let left = |of: fn(&Sides) -> &Value| -> FieldMap {
                found.ruling.left.iter().map(|(field, sides)| (*field, of(sides).clone())).collect()
            };
            let mut base_values = found.pems.fields.values_of(found.ruling.change.fields());
            base_values.overlay(&left(|sides| &sides.base));
            let mut changes = found.ruling.change.clone();
            changes.overlay(&left(|sides| &sides.local));
            let (id, version) = (found.modification_id, found.local_version);
            store::narrow(connection, id, &changes, &base_values, version).await?;
        }
        Ok(())
    }

    /// Conflict, journal and audit rows, and the word to browsers.
    pub(super) async fn record_rulings(
        &self,
        connection: &mut PgConnection,
        rulings: &[FoundRuling],
    ) -> Result<(), sqlx::Error> {
        if rulings.is_empty() {
            return Ok(());
        }
        conflict::record_rulings(connection, self.organisation_id, rulings).await?;
        let event = Event::new(self.organisation_id, EventKind::Conflict, Vec::new());
        notify::publish(connection, &event).await?;
        let events: Vec<_> = rulings.iter().map(FoundRuling::audit_event).collect();
        audit::append(connection, self.organisation_id, &events).await
    }
}

fn found_ruling(
    item: &Claimed,
    record: &PfaRecord,
    base: Option<FieldMap>,
    rule: String,
    ruling: Ruling,
    undisputed: FieldMap,
) -> FoundRuling {
    // Without the whole record as it was, what the author saw of the decided fields says what PEMS changed.
    let base = base.unwrap_or_else(|| {
        let mut base = record.fields.clone();
        base.overlay(&ruling.side(|sides| &sides.base));
        base
    });
    let sent = if ruling.is_whole() { ruling.change.clone() } else { ruling.prevailing() };
    let mut merge = found_merge(item, record, &base, &sent);
    merge.given_up = ruling.given_up();
    FoundRuling {
        item_id: item.id,
        modification_id: item.modification_id,
        pfa_id: item.pfa_id.clone(),
        local_version: item.base_version,
        ruling,
        rule,
        undisputed,
        pems: record.clone(),
        merge,
    }
}

/// Those of the disputed fields whose value was last changed by somebody in PEMS, following the versions since the
/// author looked: which side made each, and its fields.
fn changed_by_pems(fields: &BTreeMap<Field, Sides>, versions: &[(bool, FieldMap)]) -> BTreeSet<Field> {
    let was_pems = |(field, sides): (&Field, &Sides)| {
        let mut value = &sides.base;
        let mut by_pems = false;
        for (made_by_pems, record) in versions {
            if record.value(*field) != value {
                (value, by_pems) = (record.value(*field), *made_by_pems);
            }
        }
        by_pems.then_some(*field)
    };
    fields.iter().filter_map(was_pems).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(base: &str, versions: &[(bool, &str)]) -> bool {
        let map = |model: &str| -> FieldMap { serde_json::from_value(json!({ "model": model })).unwrap() };
        let last = versions.last().map_or(base, |(_, model)| *model);
        let sides = Sides::of(Field::Model, &map(base), &map("ours"), &map(last));
        let versions: Vec<_> = versions.iter().map(|(by_pems, model)| (*by_pems, map(model))).collect();
        !changed_by_pems(&BTreeMap::from([(Field::Model, sides)]), &versions).is_empty()
    }

    #[test]
    fn rules_are_about_what_was_changed_in_pems_not_by_a_colleague() {
        assert!(found("A", &[(true, "X")]));
        assert!(found("A", &[(false, "B"), (true, "X"), (false, "X")]), "ours was about another field");
        assert!(!found("A", &[(false, "B")]), "a colleague's change");
        assert!(!found("A", &[(true, "X"), (false, "B")]), "a colleague came last");
        assert!(!found("A", &[]), "what a colleague committed, and PEMS never had");
    }
}
