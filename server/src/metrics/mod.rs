//! What is counted and measured, in Prometheus' text format.
//!
//! Counters count from this process's start; gauges are read from the database when they are asked for, so that
//! every replica tells the same.

mod gauges;
mod store;

use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

pub use gauges::Gauges;

/// Requests answered, by method, route and status.
pub const HTTP_REQUESTS: &str = "vanguard_http_requests_total";
/// How long they took, by method and route.
pub const HTTP_SECONDS: &str = "vanguard_http_request_duration_seconds";
/// Requests to PEMS, by outcome: the HTTP status, or `broken_off`, `not_sent`, `lost`.
pub const PEMS_REQUESTS: &str = "vanguard_pems_requests_total";
/// Queue items that ended, by status.
pub const WRITES_ENDED: &str = "vanguard_writes_ended_total";
/// Commit to confirmed in PEMS.
pub const WRITE_SECONDS: &str = "vanguard_write_duration_seconds";
/// Queue items by status: `pending` and `processing`.
pub const QUEUE_ITEMS: &str = "vanguard_queue_items";
/// Age of the item that has been waiting longest.
pub const QUEUE_OLDEST_SECONDS: &str = "vanguard_queue_oldest_seconds";
pub const DEAD_LETTERS: &str = "vanguard_dead_letters_open";
pub const CONFLICTS: &str = "vanguard_conflicts_unresolved";
/// Tries to send an alert, by channel and outcome: `sent`, `retried` and `failed`.
pub const ALERTS: &str = "vanguard_alerts_total";
/// API servers by status.
pub const API_SERVERS: &str = "vanguard_api_servers";

/// A request to PEMS ended: with this HTTP status, or without an answer.
pub fn pems_request(outcome: &str) {
    counter!(PEMS_REQUESTS, "outcome" => outcome.to_owned()).increment(1);
}

/// A queue item ended in this status.
pub fn write_ended(status: &'static str) {
    counter!(WRITES_ENDED, "status" => status).increment(1);
}

/// A change is in PEMS, so long after it was committed.
pub fn write_took(since_commit: Duration) {
    histogram!(WRITE_SECONDS).record(since_commit.as_secs_f64());
}

const BUCKETS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

fn builder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), BUCKETS)
}

/// Starts counting in this process. Once only.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    let handle = builder()?.install_recorder()?;
    describe_counter!(HTTP_REQUESTS, "Requests answered, by method, route and status");
    describe_histogram!(HTTP_SECONDS, Unit::Seconds, "How long requests took, by method and route");
    describe_counter!(PEMS_REQUESTS, "Requests to PEMS, by outcome");
    describe_counter!(WRITES_ENDED, "Queue items that ended, by status");
    describe_histogram!(WRITE_SECONDS, Unit::Seconds, "From commit to confirmed in PEMS");
    describe_counter!(ALERTS, "Tries to send an alert, by channel and outcome");
    describe_gauge!(QUEUE_ITEMS, "Queue items that have not ended, by status");
    describe_gauge!(QUEUE_OLDEST_SECONDS, Unit::Seconds, "Age of the item that has been waiting longest");
    describe_gauge!(DEAD_LETTERS, "Dead letters that nobody has decided yet");
    describe_gauge!(CONFLICTS, "Conflicts that nobody has decided yet");
    describe_gauge!(API_SERVERS, "API servers, by status");
    Ok(handle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_told_by_outcome() {
        let recorder = builder().unwrap().build_recorder();
        metrics::with_local_recorder(&recorder, || {
            pems_request("200");
            pems_request("lost");
            write_ended("completed");
            write_ended("completed");
            write_took(Duration::from_millis(700));
        });
        let text = recorder.handle().render();
        for line in [
            "vanguard_pems_requests_total{outcome=\"200\"} 1",
            "vanguard_pems_requests_total{outcome=\"lost\"} 1",
            "vanguard_writes_ended_total{status=\"completed\"} 2",
            "vanguard_write_duration_seconds_bucket{le=\"0.5\"} 0",
            "vanguard_write_duration_seconds_bucket{le=\"1\"} 1",
        ] {
            assert!(text.lines().any(|told| told == line), "{line} is missing in {text}");
        }
    }
}
