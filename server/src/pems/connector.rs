//! What Vanguard asks of a system of record. The contract connector ([`super`]) is one; HxGN EAM's own REST
//! services will be another, so nothing of the wire format shows here.

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use vanguard_domain::delta::Operation;
use vanguard_domain::record::{FieldMap, PfaRecord};

use super::PemsError;

/// What a connector can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// The most writes that one request can carry; 1 means single requests only.
    pub max_batch: usize,
}

/// Which records to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListRequest {
    /// Only what changed at or after; everything if `None`.
    pub updated_since: Option<DateTime<Utc>>,
    pub limit: u32,
    /// From the page before.
    pub cursor: Option<String>,
}

/// A page of records, raw and split up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage {
    /// The body as it came.
    pub raw: Vec<u8>,
    /// The records in it, each still as PEMS wrote it; [`PemsConnector::parse_record`] reads one.
    pub records: Vec<Json>,
    pub next_cursor: Option<String>,
    /// PEMS's own time when it answered.
    pub as_of: DateTime<Utc>,
}

/// One write: what the domain knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    pub pfa_id: String,
    pub operation: Operation,
    /// For an update, what changes. Ignored for a delete.
    pub changes: FieldMap,
    /// The version that the record must be at.
    pub version: i64,
    pub modified_by: String,
    pub reason: String,
}

/// A write that PEMS confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub new_version: i64,
    pub updated_at: DateTime<Utc>,
    /// PEMS's answer, for the audit log.
    pub response: Json,
}

/// A system of record. Callers take their share of the rate budget before each call.
///
/// A write has to be refused unless the record is at the version that was sent, and this check and the write have
/// to be one step. That nobody is overwritten unseen rests on it, so a system that cannot do it can have no connector.
#[async_trait]
pub trait PemsConnector: Debug + Send + Sync {
    fn capabilities(&self) -> Capabilities;

    async fn health(&self) -> Result<(), PemsError>;

    async fn list(&self, request: &ListRequest) -> Result<ListPage, PemsError>;

    /// Reads one record of a page; the error says what is wrong with it.
    fn parse_record(&self, raw: &Json) -> Result<PfaRecord, String>;

    async fn get(&self, pfa_id: &str) -> Result<PfaRecord, PemsError>;

    async fn update(&self, write: &Write) -> Result<Written, PemsError>;

    async fn discontinue(&self, write: &Write) -> Result<Written, PemsError>;

    /// Answers with one result per write, in their order. An error of the whole request is everybody's error.
    async fn update_many(&self, writes: &[Write]) -> Result<Vec<Result<Written, PemsError>>, PemsError>;
}
