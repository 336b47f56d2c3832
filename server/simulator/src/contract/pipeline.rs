//! The way of every request: into the journal, through the door, to work, and back along its connection.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::{IntoResponse, Response};

use super::BODY_LIMIT;
use super::access::{Admission, Caller};
use super::answer::Answer;
use super::route::Route;
use super::work::{Work, micros};
use crate::connection::Scissors;
use crate::journal::Arrival;
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::shared::Shared;

pub(super) async fn handle(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let route = Route::parse(&shared.base_path, &head.method, &head.uri);
    let caller = Caller::read(&head.headers);
    let arrived = shared.clock.elapsed();
    let received_at = shared.clock.now();
    let (id, admission) = shared.with(|world| {
        let open = route.operation == Operation::Health;
        let admission = if open { Admission::Admitted } else { caller.admit(world, arrived) };
        let arrival = Arrival {
            received_at,
            arrival_micros: micros(arrived),
            credential: caller.user.clone(),
            method: head.method.to_string(),
            path: head.uri.to_string(),
            operation: route.operation,
            organization: caller.organization.clone(),
            rate_limited: matches!(admission, Admission::Limited(_)),
        };
        (world.journal.begin(arrival), admission)
    });

    let waiting = Waiting { shared: Arc::clone(&shared), id, answered: false };
    let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| {
        Refusal::InvalidRequest(format!("the body is longer than {BODY_LIMIT} bytes, or was cut off"))
    });
    // In a task of its own: PEMS finishes what it was asked to do, whether or not its client still listens.
    let work = Work { shared, id, arrived, route, uri: head.uri, organization: caller.organization };
    let answer = tokio::spawn(work.answer(body, admission)).await;
    waiting.over();
    match answer {
        Ok(Answer::Sent(response)) => return response,
        Ok(Answer::Closed) => scissors.close(),
        Ok(Answer::Reset) => scissors.reset(),
        Err(error) => {
            tracing::error!(%error, "a request could not be carried out");
            return Refusal::Internal.status().into_response();
        }
    }
    // Never sent: the connection is cut.
    Response::default()
}

/// Notes in the journal when the client hangs up, which hyper tells by dropping the handler.
struct Waiting {
    shared: Arc<Shared>,
    id: u64,
    answered: bool,
}

impl Waiting {
    fn over(mut self) {
        self.answered = true;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.answered {
            let now = self.shared.clock.now();
            self.shared.with(|world| world.journal.client_gone(self.id, now));
        }
    }
}
