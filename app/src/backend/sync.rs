//! Sync status, jobs, and asking for a run.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Access, BackendError, Window};

/// Which queue items the status counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusQuery {
    /// Only items in this queue status.
    pub status: Option<String>,
    /// Only items queued at or after.
    pub start_date: Option<DateTime<Utc>>,
    /// Only items queued before.
    pub end_date: Option<DateTime<Utc>>,
}

/// Health in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum HealthWord {
    Healthy,
    /// It works, with failures.
    Degraded,
    /// Somebody, or a refused password, stopped it.
    Paused,
    /// PEMS cannot be reached.
    Down,
}

/// How one API server fares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ApiServerHealth {
    pub id: Uuid,
    pub name: String,
    /// `active` or `paused`.
    pub status: String,
    pub pause_reason: Option<String>,
    /// The breaker holds requests back until then.
    pub breaker_until: Option<DateTime<Utc>>,
    pub last_success_at: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
    pub last_error_at: Option<DateTime<Utc>>,
}

/// How much of a credential's request budget is in use, over all replicas and organisations that share it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RateBudget {
    /// Requests let go within the last `window_seconds`, the present second included.
    pub requests: i64,
    pub window_seconds: i32,
    /// Requests a second, by the settings. After a pause, a burst may go at once besides.
    pub rate_per_second: f64,
    /// How much slower we go since a 429: 1 is the full pace.
    pub slowdown: f64,
    /// When this was measured, by the database.
    pub measured_at: DateTime<Utc>,
}

impl RateBudget {
    /// As many requests as the rate allows in the window.
    pub fn allowed(&self) -> f64 {
        self.rate_per_second * f64::from(self.window_seconds)
    }
}

/// The state of the write sync, and of the last read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SyncStatus {
    /// Items waiting.
    pub total_queued: i64,
    pub processing: i64,
    pub completed: i64,
    pub failed: i64,
    /// Unresolved conflicts.
    pub conflicts: i64,
    /// Changes that PEMS refused, or whose retries are used up, and that nobody has decided yet.
    pub dead_letters: i64,
    /// Commit to confirmed in PEMS, of the last 1,000 completed items, in ms.
    pub avg_sync_time: Option<f64>,
    /// The same, 95th percentile, in ms.
    pub p95_sync_time: Option<f64>,
    pub last_sync_at: Option<DateTime<Utc>>,
    pub next_sync_at: Option<DateTime<Utc>>,
    /// When the next read run begins by itself.
    pub next_read_at: Option<DateTime<Utc>>,
    /// Of the API server's credential; none without an API server.
    pub rate_budget: Option<RateBudget>,
    pub health: HealthWord,
    /// Why the health is not `healthy`, for people.
    pub health_reason: String,
    /// Share of the last 1,000 ended items that were completed, 0 to 1.
    pub success_rate: Option<f64>,
    /// When the longest-waiting item was queued.
    pub oldest_waiting_at: Option<DateTime<Utc>>,
    pub servers: Vec<ApiServerHealth>,
    /// The newest read run.
    pub last_read: Option<JobView>,
    /// Records in the mirror.
    pub mirrored: i64,
}

/// A read run, or the changes of one commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct JobView {
    pub id: Uuid,
    /// `read` or `write`.
    pub kind: String,
    /// `schedule`, `manual`, `commit`, `resolution`, `reprocess`, `rollback` or `correction`.
    pub trigger: String,
    /// `running`, `completed` or `failed`.
    pub state: String,
    pub requested_by: Option<String>,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub error: Option<String>,
    /// read: everything, not only what changed.
    pub full: bool,
    /// read: pages so far.
    pub pages: i32,
    /// read: records so far.
    pub records_read: i32,
    pub records_changed: i32,
    pub records_rejected: i32,
    /// write: how many changes, and how many of them ended how.
    pub items: i64,
    pub items_completed: i64,
    pub items_failed: i64,
    pub items_in_conflict: i64,
    pub items_cancelled: i64,
}

/// Which jobs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobQuery {
    /// `read` or `write`.
    pub kind: Option<String>,
    /// `running`, `completed` or `failed`.
    pub state: Option<String>,
    /// As in [`JobView::trigger`].
    pub trigger: Option<String>,
    /// Only jobs that started before.
    pub before: Option<DateTime<Utc>>,
}

impl JobQuery {
    pub const KINDS: [&str; 2] = ["read", "write"];
    pub const STATES: [&str; 3] = ["running", "completed", "failed"];
    pub const TRIGGERS: [&str; 7] =
        ["schedule", "manual", "commit", "resolution", "reprocess", "rollback", "correction"];
}

/// Jobs, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobPage {
    pub jobs: Vec<JobView>,
    /// How many there are in all.
    pub total: i64,
}

/// One change of a write job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct JobItem {
    pub queue_item_id: Uuid,
    pub modification_id: Uuid,
    pub pfa_id: String,
    pub status: String,
    pub last_error: Option<String>,
    pub completed_at: Option<DateTime<Utc>>,
}

/// The changes of a write job, in the order of their commits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobItemPage {
    pub items: Vec<JobItem>,
    /// How many there are in all.
    pub total: i64,
}

/// A record that a read run set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RejectedRecord {
    /// None: not even that could be read.
    pub pfa_id: Option<String>,
    /// The page of the run that it came with, from 1.
    pub page: i32,
    pub reason: String,
}

/// The records that a read run set aside, in the order in which they came; they are kept for some weeks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedPage {
    pub records: Vec<RejectedRecord>,
    /// How many there are in all.
    pub total: i64,
}

/// A job with its items.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct JobDetail {
    pub job: JobView,
    /// write: at most the first 1,000.
    pub items: Vec<JobItem>,
}

/// A read run that was asked for, or the one that is under way already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ReadSyncStarted {
    pub success: bool,
    pub job_id: Uuid,
}

/// What to send at once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WriteSyncRequest {
    /// Default: everything committed.
    pub modification_ids: Option<Vec<Uuid>>,
    /// A new priority for them, 0–10.
    pub priority: Option<i16>,
}

/// The worker was woken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct WriteSyncStarted {
    pub success: bool,
    /// The newest job among the items; none if nothing waits.
    pub job_id: Option<Uuid>,
    pub queued_count: i64,
    pub estimated_completion_time: DateTime<Utc>,
}

/// What ended within an hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HourOfWrites {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// Changes that are in PEMS.
    pub completed: i64,
    /// Changes that PEMS refused, or whose retries were used up.
    pub failed: i64,
}

/// Sync as a whole.
#[async_trait]
pub trait SyncPort: Send + Sync {
    /// Needs `Read`.
    async fn status(&self, access: &Access, query: &StatusQuery) -> Result<SyncStatus, BackendError>;
    /// The last 24 hours, oldest first, the present one included. Needs `Read`.
    async fn throughput(&self, access: &Access) -> Result<Vec<HourOfWrites>, BackendError>;
    /// How much of the request budget is in use now; none without an API server. Needs `Read`.
    async fn rate_budget(&self, access: &Access) -> Result<Option<RateBudget>, BackendError>;
    /// Newest first. Needs `Read`.
    async fn jobs(&self, access: &Access, query: &JobQuery, window: Window) -> Result<JobPage, BackendError>;
    /// Needs `Read`.
    async fn job(&self, access: &Access, job_id: Uuid) -> Result<JobView, BackendError>;
    /// The changes of a write job. Needs `Read`.
    async fn job_items(
        &self,
        access: &Access,
        job_id: Uuid,
        window: Window,
    ) -> Result<JobItemPage, BackendError>;
    /// What a read run set aside. Needs `Read`.
    async fn rejected_records(
        &self,
        access: &Access,
        job_id: Uuid,
        window: Window,
    ) -> Result<RejectedPage, BackendError>;
    /// Starts a read run in the background. Needs `RefreshData`.
    async fn start_read(&self, access: &Access, full: bool) -> Result<ReadSyncStarted, BackendError>;
    /// Sends what is committed now, without waiting for the schedule. Needs `Sync`.
    async fn start_write(
        &self,
        access: &Access,
        request: WriteSyncRequest,
    ) -> Result<WriteSyncStarted, BackendError>;
}
