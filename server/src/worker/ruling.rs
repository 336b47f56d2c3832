//! Where a conflict would be for a person, but an administrator has said whose value holds.
//!
//! Rules decide between PEMS and us. What a colleague changed through here is not PEMS's: that stays with a person. So does
//! whether a write whose answer was lost had arrived, and what a person has decided already: a rollback whose preview two
//! people saw, a resolution, an undoing. Whoever decided saw what PEMS had then; what it has now he is asked about.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use vanguard_domain::ownership::{Dispute, Ruling, apply, changed_in_pems};
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
        if rules.is_empty() || store::is_persons_decision(&mut connection, item.id).await? {
            return Ok(plan);
        }
        let dispute = self.dispute(&mut connection, item, record, fields, undisputed).await?;
        let Some(ruling) = apply(&rules, &dispute) else { return Ok(plan) };
        let between =
            store::base_of_merge(&mut connection, self.organisation_id, &item.pfa_id, item.base_version)
                .await?;
        let rule = rules.words(ruling.decided.keys().copied());
        let found = found_ruling(item, record, between, rule, ruling, dispute.undisputed);
        if found.ruling.is_whole() {
            return Ok(Plan::Ruled(Box::new(found)));
        }
        let (left, rest) = (found.ruling.left.clone(), found.ruling.change.clone());
        let conflict = found_conflict(item, record, ConflictCause::BothChanged, left, rest, Vec::new());
        Ok(Plan::PartlyRuled(Box::new(found), Box::new(conflict)))
    }

    async fn dispute(
        &self,
        connection: &mut PgConnection,
        item: &Claimed,
        record: &PfaRecord,
        fields: &BTreeMap<Field, Sides>,
        undisputed: &FieldMap,
    ) -> Result<Dispute, sqlx::Error> {
        let since = item.base_version..=record.version;
        let versions = store::versions(connection, self.organisation_id, &item.pfa_id, since).await?;
        Ok(Dispute {
            operation: item.operation,
            pems: record.fields.clone(),
            fields: fields.clone(),
            open_to_rules: changed_in_pems(fields.keys().copied(), &versions),
            undisputed: undisputed.clone(),
        })
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

    /// Conflict, journal and audit rows, what authors are told, and the word to browsers.
    pub(super) async fn record_rulings(
        &self,
        connection: &mut PgConnection,
        rulings: &[FoundRuling],
    ) -> Result<(), sqlx::Error> {
        if rulings.is_empty() {
            return Ok(());
        }
        conflict::record_rulings(connection, self.organisation_id, rulings).await?;
        for kind in [EventKind::Conflict, EventKind::Notification] {
            let event = Event::new(self.organisation_id, kind, Vec::new());
            notify::publish(connection, &event).await?;
        }
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
