//! `GET /api/events`: server-sent events for live pages. An event says what to look at again, never what it holds.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::Event as Message;
use futures::{Stream, stream};
use serde::Deserialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vanguard_app::backend::Caller;

use super::extract::{LoggedIn, Query};
use super::problem::Problem;
use crate::auth::Sessions;
use crate::notify::{Event, EventKind, Hub};

/// Keeps the connection open through proxies, and finds out whether the session still is.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What live pages need.
#[derive(Debug, Clone)]
pub struct Live {
    pub hub: Hub,
    pub sessions: Sessions,
    pub shutdown: CancellationToken,
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EventsParameters {
    organization_id: Uuid,
}

/// What has changed, as it changes.
///
/// Events are named `modification`, `queue`, `conflict`, `sync`, `notification` or `rollback`; their data names
/// the records concerned, or none if there are many. The stream ends with the session, and when the server stops: connect again.
#[utoipa::path(get, path = "/api/events", tag = "live", params(EventsParameters),
    responses((status = 200, description = "A stream of events", content_type = "text/event-stream", body = String)))]
pub(super) async fn events(
    State(live): State<Live>,
    LoggedIn(caller): LoggedIn,
    Query(parameters): Query<EventsParameters>,
) -> Result<Sse<impl Stream<Item = Result<Message, Infallible>>>, Problem> {
    let organization_id = caller.enter(parameters.organization_id)?.organization_id();
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let listener = Listener {
        received: live.hub.subscribe(),
        live,
        caller,
        organization_id,
        heartbeat,
        backlog: Vec::new(),
    };
    Ok(Sse::new(stream::unfold(listener, |mut listener| async move {
        let message = listener.next().await?;
        Some((Ok(message), listener))
    })))
}

struct Listener {
    live: Live,
    received: Receiver<Event>,
    caller: Caller,
    organization_id: Uuid,
    heartbeat: Interval,
    /// Messages that are due.
    backlog: Vec<Message>,
}

impl Listener {
    /// The next message; `None` ends the stream.
    async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some(message) = self.backlog.pop() {
                return Some(message);
            }
            tokio::select! {
                () = self.live.shutdown.cancelled() => return None,
                received = self.received.recv() => match received {
                    Ok(event) if event.organization_id == self.organization_id => return Some(message(&event)),
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => self.refetch_everything(),
                    Err(RecvError::Closed) => return None,
                },
                _ = self.heartbeat.tick() => return self.beat().await,
            }
        }
    }

    /// Too far behind to be told of each: look at everything again.
    fn refetch_everything(&mut self) {
        self.backlog = EventKind::ALL
            .into_iter()
            .map(|kind| message(&Event::new(self.organization_id, kind, Vec::new())))
            .collect();
    }

    async fn beat(&self) -> Option<Message> {
        match self.live.sessions.again(&self.caller).await {
            Ok(Some(caller)) if caller.enter(self.organization_id).is_ok() => {
                Some(Message::default().comment("still here"))
            }
            // The session has ended, or its user left the organisation.
            Ok(_) => None,
            Err(error) => {
                tracing::warn!(%error, "the session of a live page could not be checked");
                None
            }
        }
    }
}

fn message(event: &Event) -> Message {
    let data = serde_json::to_string(event).expect("an event always serialises");
    Message::default().event(event.kind.as_str()).data(data)
}
