//! An admitted request at work: faults before, the change itself, faults after, and what the journal learns of it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Uri;
use serde_json::Value;
use tokio::time::sleep;

use super::access::Admission;
use super::answer::{self, Answer};
use super::apply::{Outcome, Task};
use super::route::Route;
use crate::fault::{Applied, Effect, RetryAfter, Target, When};
use crate::journal::FaultApplied;
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::shared::Shared;

/// How much of a body the journal keeps.
const BODY_KEPT: usize = 64 * 1024;

pub(super) struct Work {
    pub(super) shared: Arc<Shared>,
    pub(super) id: u64,
    pub(super) arrived: Duration,
    pub(super) route: Route,
    pub(super) uri: Uri,
    pub(super) organization: Option<String>,
}

impl Work {
    pub(super) async fn answer(self, body: Result<Bytes, Refusal>, admission: Admission) -> Answer {
        let answer = match admission {
            Admission::Refused(refusal) => {
                self.note(&body);
                refusal.into()
            }
            Admission::Limited(wait) => {
                self.note(&body);
                let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                answer::rate_limited(RetryAfter::Seconds(seconds.max(1)), self.shared.clock.now())
            }
            Admission::Admitted => self.admitted(body).await,
        };
        self.finish(&answer);
        answer
    }

    async fn admitted(&self, body: Result<Bytes, Refusal>) -> Answer {
        let (json, pfa_ids) = self.note(&body);
        let target = Target {
            operation: self.route.operation,
            organization: self.organization.as_deref(),
            pfa_ids: &pfa_ids,
        };
        let now = self.shared.clock.elapsed();
        let (fault, latency) = self.shared.with(|world| {
            let fault = world.faults.pick(&target, now, &mut world.rng);
            (fault, world.settings.latency.sample(self.route.operation, &mut world.rng))
        });
        if let Some(fault) = &fault {
            self.note_fault(fault);
        }
        // Half of the time passes on the way in, half on the way out: a client that is killed may be killed on
        // either side of the change.
        pause(latency / 2).await;
        if let Some(answer) = self.strike_before(fault.as_ref()).await {
            return answer;
        }
        let task = Task {
            id: self.id,
            route: &self.route,
            uri: &self.uri,
            organization: self.organization.as_deref().unwrap_or_default(),
            body: body.and_then(|_| {
                json.as_ref().ok_or_else(|| Refusal::InvalidRequest("the body is not JSON".to_owned()))
            }),
            effect: fault.as_ref().map(|fault| &fault.effect),
        };
        let now = self.shared.clock.now();
        let outcome = self.shared.with(|world| task.carry_out(world, now));
        pause(latency / 2).await;
        strike_after(fault, outcome).await
    }

    /// Writes into the journal what the body says; gives it back as JSON with the records that the request names.
    fn note(&self, body: &Result<Bytes, Refusal>) -> (Option<Value>, Vec<String>) {
        let bytes = body.as_deref().unwrap_or_default();
        let json: Option<Value> = serde_json::from_slice(bytes).ok();
        let items = json.as_ref().and_then(|json| json["updates"].as_array()).map_or(&[][..], Vec::as_slice);
        let all = || json.iter().chain(items);
        let text = |value: &Value, key: &str| value[key].as_str().map(str::to_owned);
        let mut pfa_ids: Vec<String> = self.route.pfa_id.clone().into_iter().collect();
        if self.route.operation == Operation::Batch {
            pfa_ids.extend(items.iter().filter_map(|item| text(item, "pfaId")));
        }
        let modified_by = all().filter_map(|value| text(value, "modifiedBy")).collect();
        let kept = match &json {
            _ if bytes.is_empty() => None,
            Some(json) if bytes.len() <= BODY_KEPT => Some(json.clone()),
            _ => Some(Value::from(String::from_utf8_lossy(&bytes[..bytes.len().min(BODY_KEPT)]))),
        };
        self.shared.with(|world| {
            world.journal.amend(self.id, |request| {
                request.pfa_ids.clone_from(&pfa_ids);
                request.modified_by = modified_by;
                request.body = kept;
            });
        });
        (json, pfa_ids)
    }

    fn note_fault(&self, fault: &Applied) {
        let applied = FaultApplied { id: fault.rule, kind: fault.effect.kind() };
        self.shared.with(|world| world.journal.amend(self.id, |request| request.fault = Some(applied)));
    }

    /// What strikes before anything is applied; `None` lets the request go on.
    async fn strike_before(&self, fault: Option<&Applied>) -> Option<Answer> {
        let fault = fault?;
        match &fault.effect {
            Effect::ResetBefore => Some(Answer::Reset),
            Effect::RateLimited { retry_after } => {
                Some(answer::rate_limited(*retry_after, self.shared.clock.now()))
            }
            Effect::Status { code, when: When::Before, body } => Some(answer::status(*code, *body)),
            Effect::Unauthorized => Some(Refusal::Unauthorized("the password has expired").into()),
            Effect::Delay { ms, when: When::Before } => {
                pause(Duration::from_millis(*ms)).await;
                None
            }
            Effect::Hold { when: When::Before } => {
                fault.gate.cancelled().await;
                None
            }
            _ => None,
        }
    }

    fn finish(&self, answer: &Answer) {
        let now = self.shared.clock.now();
        let latency = self.shared.clock.elapsed().saturating_sub(self.arrived);
        self.shared.with(|world| {
            world.journal.amend(self.id, |request| {
                request.status = answer.status();
                request.answered_at = Some(now);
                request.latency_micros = Some(micros(latency));
            });
        });
    }
}

/// What strikes once the request was carried out.
async fn strike_after(fault: Option<Applied>, outcome: Outcome) -> Answer {
    let Some(fault) = fault else { return outcome.into() };
    match fault.effect {
        Effect::DropAnswer | Effect::BatchCut { .. } => Answer::Closed,
        Effect::Delay { ms, when: When::After } => {
            pause(Duration::from_millis(ms)).await;
            outcome.into()
        }
        Effect::Hold { when: When::After } => {
            fault.gate.cancelled().await;
            outcome.into()
        }
        Effect::Status { code, when: When::After, body } => answer::status(code, body),
        Effect::HtmlAnswer => answer::html(),
        Effect::HalfAnswer => answer::half(&outcome),
        Effect::EmptyAnswer => answer::empty(),
        Effect::DripAnswer { bytes, every_ms } => {
            answer::drip(&outcome, bytes, Duration::from_millis(every_ms))
        }
        Effect::OversizedAnswer { bytes } => answer::oversized(&outcome, bytes),
        _ => outcome.into(),
    }
}

async fn pause(duration: Duration) {
    if !duration.is_zero() {
        sleep(duration).await;
    }
}

pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
