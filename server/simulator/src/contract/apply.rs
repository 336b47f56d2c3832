//! Carrying a request out, in one go under the lock.

use axum::extract::Query;
use axum::http::{StatusCode, Uri};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use super::orders::Sender;
use super::route::Route;
use crate::fault::Effect;
use crate::journal::{Origin, Write, WriteOperation};
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::store::{ListQuery, Page, WriteOrder};
use crate::world::World;

/// What PEMS would answer if nothing went wrong on the way.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) status: StatusCode,
    pub(super) body: Content,
}

/// What an answer says. A page stays as it is until the lock is given back: writing a thousand records out takes time.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Content {
    Json(Value),
    Page(Page),
}

impl Outcome {
    pub(super) fn text(&self) -> String {
        serde_json::to_string(&self.body).expect("an answer has string keys and finite numbers only")
    }
}

impl From<Result<Content, Refusal>> for Outcome {
    fn from(result: Result<Content, Refusal>) -> Self {
        match result {
            Ok(body) => Self { status: StatusCode::OK, body },
            Err(refusal) => Self { status: refusal.status(), body: Content::Json(refusal.body()) },
        }
    }
}

/// A request that has been admitted.
#[derive(Debug)]
pub(super) struct Task<'a> {
    pub(super) id: u64,
    pub(super) route: &'a Route,
    pub(super) uri: &'a Uri,
    pub(super) organization: &'a str,
    /// The body as JSON, or why it is none.
    pub(super) body: Result<&'a Value, Refusal>,
    pub(super) effect: Option<&'a Effect>,
}

impl Task<'_> {
    pub(super) fn carry_out(&self, world: &mut World, now: DateTime<Utc>) -> Outcome {
        let sender = Sender { organization: self.organization, origin: Origin::Request(self.id) };
        let pfa_id = self.route.pfa_id.as_deref().unwrap_or_default();
        let result: Result<Value, Refusal> = match self.route.operation {
            Operation::Health => Ok(json!({ "status": "ok" })),
            Operation::List => return self.list(world, sender, now).map(Content::Page).into(),
            Operation::Get => world
                .store
                .entry(self.organization, pfa_id)
                .map_or_else(|| Err(Refusal::NotFound(pfa_id.to_owned())), |entry| Ok(entry.shown())),
            Operation::Update => {
                self.body.clone().and_then(|body| one(world, sender.update(pfa_id, body)?, now))
            }
            Operation::Delete => {
                self.body.clone().and_then(|body| one(world, sender.delete(pfa_id, body)?, now))
            }
            Operation::Batch => {
                self.body.clone().and_then(|body| Ok(self.batch(world, sender.batch(body)?, now)))
            }
            Operation::Unknown => Err(Refusal::NotFound("such address".to_owned())),
        };
        result.map(Content::Json).into()
    }

    fn list(&self, world: &World, sender: Sender<'_>, now: DateTime<Utc>) -> Result<Page, Refusal> {
        let Query(given) = Query::<Vec<(String, String)>>::try_from_uri(self.uri)
            .map_err(|_| Refusal::InvalidRequest("the query cannot be read".to_owned()))?;
        let value = |name: &str| given.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let organization = value("organizationCode")
            .ok_or_else(|| Refusal::InvalidRequest("organizationCode is missing".to_owned()))?;
        sender.check(organization)?;
        let updated_since = value("updatedSince").map(DateTime::parse_from_rfc3339).transpose();
        let limit = value("limit").map(str::parse).transpose();
        world.store.list(
            &ListQuery {
                organization: organization.to_owned(),
                updated_since: updated_since
                    .map_err(|_| Refusal::InvalidRequest("updatedSince is not an RFC 3339 date".to_owned()))?
                    .map(|date| date.to_utc()),
                limit: limit.map_err(|_| Refusal::InvalidRequest("limit is not a number".to_owned()))?,
                cursor: value("cursor").map(str::to_owned),
            },
            now,
        )
    }

    /// Each item as the single request would have been answered. A batch that is cut stops after the first few.
    fn batch(
        &self,
        world: &mut World,
        orders: Vec<Result<WriteOrder, Refusal>>,
        now: DateTime<Utc>,
    ) -> Value {
        let reached = match self.effect {
            Some(Effect::BatchCut { applied }) => *applied,
            _ => usize::MAX,
        };
        let results = orders.into_iter().enumerate().take(reached).map(|(index, order)| {
            let order = order.and_then(|order| self.spoil(world, index, order));
            order.and_then(|order| one(world, order, now)).unwrap_or_else(|refusal| refusal.body())
        });
        json!({ "results": results.collect::<Vec<_>>() })
    }

    /// Fails the item if the fault in force says so.
    fn spoil(&self, world: &World, index: usize, order: WriteOrder) -> Result<WriteOrder, Refusal> {
        let Some(Effect::BatchMixed { failures }) = self.effect else { return Ok(order) };
        let Some(failure) = failures.iter().find(|failure| failure.index == index) else { return Ok(order) };
        let entry = world.store.entry(&order.organization, &order.pfa_id);
        let version = entry.map_or(1, |entry| entry.record.version);
        Err(failure.error.refusal(&order.pfa_id, version))
    }
}

fn one(world: &mut World, order: WriteOrder, now: DateTime<Utc>) -> Result<Value, Refusal> {
    world.write(order, now).map(|write| applied(&write))
}

fn applied(write: &Write) -> Value {
    let message = match write.operation {
        WriteOperation::Update => "updated",
        WriteOperation::Delete => "discontinued",
    };
    json!({
        "success": true,
        "pfaId": write.pfa_id,
        "newVersion": write.new_version,
        "updatedAt": write.at,
        "message": format!("{} {message}", write.pfa_id),
    })
}
