//! Appending to the log and reading it in order.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value as Json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use vanguard_domain::audit::{AuditContent, GENESIS, chain_hash};

use super::AuditEvent;

/// Appends `events` to the organisation's chain, in order, at database time.
pub async fn append(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    events: &[AuditEvent],
) -> Result<(), sqlx::Error> {
    if events.is_empty() {
        return Ok(());
    }
    let head = lock_head(connection, organisation_id).await?;
    let mut hash = head.hash;
    let mut rows = Rows::default();
    for (sequence, event) in (head.sequence + 1..).zip(events) {
        let content = AuditContent {
            sequence,
            at: micros(head.now),
            organisation: head.code.clone(),
            actor: event.actor.clone(),
            event_type: event.event_type.as_str().to_owned(),
            pfa_id: event.pfa_id.clone(),
            modification_id: event.modification_id.map(|id| id.to_string()),
            before: event.before.clone(),
            after: event.after.clone(),
            pems_response: event.pems_response.clone(),
            outcome: event.outcome.clone(),
        };
        let previous = hash;
        hash = chain_hash(&previous, &content);
        rows.push(event, content, previous, hash);
    }
    rows.insert(connection, organisation_id, head.now).await?;
    let last = head.sequence + i64::try_from(events.len()).expect("a Vec's length fits");
    sqlx::query!(
        "UPDATE audit_chain_heads SET sequence = $2, hash = $3 WHERE organisation_id = $1",
        organisation_id,
        last,
        hash.as_slice()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// RFC 3339 to the microsecond: what the database holds, so that a row read back hashes the same.
pub(super) fn micros(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

struct Head {
    sequence: i64,
    hash: [u8; 32],
    now: DateTime<Utc>,
    code: String,
}

async fn lock_head(connection: &mut PgConnection, organisation_id: Uuid) -> Result<Head, sqlx::Error> {
    sqlx::query!(
        "INSERT INTO audit_chain_heads (organisation_id, sequence, hash) VALUES ($1, 0, $2)
         ON CONFLICT (organisation_id) DO NOTHING",
        organisation_id,
        GENESIS.as_slice()
    )
    .execute(&mut *connection)
    .await?;
    let row = sqlx::query!(
        r#"SELECT h.sequence, h.hash, clock_timestamp() AS "now!", o.code
           FROM audit_chain_heads h JOIN organisations o ON o.id = h.organisation_id
           WHERE h.organisation_id = $1 FOR UPDATE OF h"#,
        organisation_id
    )
    .fetch_one(connection)
    .await?;
    Ok(Head { sequence: row.sequence, hash: hash_of(&row.hash)?, now: row.now, code: row.code })
}

pub(super) fn hash_of(bytes: &[u8]) -> Result<[u8; 32], sqlx::Error> {
    bytes.try_into().map_err(|_| sqlx::Error::Decode("a hash has 32 bytes".into()))
}

/// The rows of one append, column by column.
#[derive(Default)]
struct Rows {
    sequence: Vec<i64>,
    user_id: Vec<Option<Uuid>>,
    actor: Vec<String>,
    event_type: Vec<String>,
    pfa_id: Vec<Option<String>>,
    modification_id: Vec<Option<Uuid>>,
    before: Vec<Option<Json>>,
    after: Vec<Option<Json>>,
    pems_response: Vec<Option<Json>>,
    outcome: Vec<String>,
    previous_hash: Vec<Vec<u8>>,
    hash: Vec<Vec<u8>>,
}

impl Rows {
    fn push(&mut self, event: &AuditEvent, content: AuditContent, previous: [u8; 32], hash: [u8; 32]) {
        self.sequence.push(content.sequence);
        self.user_id.push(event.user_id);
        self.actor.push(content.actor);
        self.event_type.push(content.event_type);
        self.pfa_id.push(content.pfa_id);
        self.modification_id.push(event.modification_id);
        self.before.push(content.before);
        self.after.push(content.after);
        self.pems_response.push(content.pems_response);
        self.outcome.push(content.outcome);
        self.previous_hash.push(previous.to_vec());
        self.hash.push(hash.to_vec());
    }

    async fn insert(
        self,
        connection: &mut PgConnection,
        organisation_id: Uuid,
        at: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "INSERT INTO audit_log (organisation_id, at, sequence, user_id, actor, event_type, pfa_id,
                                    modification_id, before, after, pems_response, outcome, previous_hash, hash)
             SELECT $1, $2, * FROM unnest($3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::text[],
                                          $8::uuid[], $9::jsonb[], $10::jsonb[], $11::jsonb[], $12::text[],
                                          $13::bytea[], $14::bytea[])",
            organisation_id,
            at,
            &self.sequence,
            &self.user_id as &[Option<Uuid>],
            &self.actor,
            &self.event_type,
            &self.pfa_id as &[Option<String>],
            &self.modification_id as &[Option<Uuid>],
            &self.before as &[Option<Json>],
            &self.after as &[Option<Json>],
            &self.pems_response as &[Option<Json>],
            &self.outcome,
            &self.previous_hash,
            &self.hash
        )
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// A row as it is stored, to be checked.
pub(super) struct StoredRow {
    pub(super) content: AuditContent,
    pub(super) previous_hash: [u8; 32],
    pub(super) hash: [u8; 32],
}

/// At most 1,000 rows after `sequence`, in order.
pub(super) async fn rows_after(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    sequence: i64,
) -> Result<Vec<StoredRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT a.sequence, a.at, o.code, a.actor, a.event_type, a.pfa_id, a.modification_id, a.before, a.after,
                a.pems_response, a.outcome, a.previous_hash, a.hash
         FROM audit_log a JOIN organisations o ON o.id = a.organisation_id
         WHERE a.organisation_id = $1 AND a.sequence > $2 ORDER BY a.sequence LIMIT 1000",
        organisation_id,
        sequence
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let content = AuditContent {
                sequence: row.sequence,
                at: micros(row.at),
                organisation: row.code,
                actor: row.actor,
                event_type: row.event_type,
                pfa_id: row.pfa_id,
                modification_id: row.modification_id.map(|id| id.to_string()),
                before: row.before,
                after: row.after,
                pems_response: row.pems_response,
                outcome: row.outcome,
            };
            Ok(StoredRow { content, previous_hash: hash_of(&row.previous_hash)?, hash: hash_of(&row.hash)? })
        })
        .collect()
}

/// The recorded end of the chain, if anything was ever appended.
pub(super) async fn head(
    connection: &mut PgConnection,
    organisation_id: Uuid,
) -> Result<Option<(i64, [u8; 32])>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT sequence, hash FROM audit_chain_heads WHERE organisation_id = $1",
        organisation_id
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok((row.sequence, hash_of(&row.hash)?))).transpose()
}

/// An organisation that has a chain, if only an empty one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    pub organisation_id: Uuid,
    pub code: String,
}

/// The chains of all organisations, or of the one with this code.
pub async fn chains(pool: &PgPool, code: Option<&str>) -> Result<Vec<Chain>, sqlx::Error> {
    sqlx::query_as!(
        Chain,
        "SELECT id AS organisation_id, code FROM organisations WHERE $1::text IS NULL OR code = $1 ORDER BY code",
        code
    )
    .fetch_all(pool)
    .await
}
