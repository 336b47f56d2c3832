//! Whatever people here and in PEMS do, and in whatever order: the promises hold. The orders are drawn by a seed, one for
//! each test.

use std::time::Duration;

use pems_simulator::{Fault, Operation};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::app::{Client, RIO, TestApp};

const STEPS: usize = 60;
/// Few records and fields, so that people meet.
const RECORDS: usize = 4;
const FIELDS: [&str; 3] = ["contract", "description", "model"];

/// Everybody at work.
struct World {
    app: TestApp,
    random: StdRng,
    people: [Client; 2],
    records: Vec<String>,
    /// Counts values, so that no two are the same.
    values: usize,
}

impl World {
    async fn new(seed: u64) -> Self {
        let app = TestApp::setup().records(60).setting("WRITE_SYNC_RETRY_DELAY", "50").start().await;
        let people = [app.manager().await, app.user("manager2").await];
        let records = app.changeable().into_iter().take(RECORDS).collect();
        Self { app, random: StdRng::seed_from_u64(seed), people, records, values: 0 }
    }

    fn anybody(&mut self) -> Client {
        self.people[self.random.random_range(0..self.people.len())].clone()
    }

    fn any_record(&mut self) -> String {
        self.records[self.random.random_range(0..self.records.len())].clone()
    }

    /// Now and then a value that others use too: both sides may make the same change.
    fn any_value(&mut self) -> Value {
        self.values += 1;
        if self.random.random_bool(0.2) { json!("SAME") } else { json!(format!("V{}", self.values)) }
    }

    fn any_change(&mut self) -> Value {
        let mut change = json!({});
        for _ in 0..self.random.random_range(1..=2) {
            let field = FIELDS[self.random.random_range(0..FIELDS.len())];
            change[field] = self.any_value();
        }
        change
    }

    async fn step(&mut self) {
        match self.random.random_range(0..100) {
            0..30 => self.drafts().await,
            30..45 => drop(self.anybody().post("/api/pfa-data/commit-drafts", json!({})).await.ok()),
            45..65 => {
                let (record, change) = (self.any_record(), self.any_change());
                self.app.pems.edit(RIO, &record, change, "pems.jansen").expect("PEMS takes the edit");
            }
            65..73 => self.people[0].read_sync().await,
            73..83 => self.resolves().await,
            83..88 => self.rebases().await,
            88..92 => self.undoes().await,
            _ => self.fault(),
        }
    }

    /// What is there already is no draft; the answer says so, and nothing is wrong.
    async fn drafts(&mut self) {
        let (person, record, change) = (self.anybody(), self.any_record(), self.any_change());
        person.save_drafts(json!([{ "pfaId": record, "changes": change }])).await;
    }

    async fn resolves(&mut self) {
        let person = self.anybody();
        let conflicts = person.conflicts().await;
        if conflicts.is_empty() {
            return;
        }
        let conflict = &conflicts[self.random.random_range(0..conflicts.len())];
        let decision = match self.random.random_range(0..3) {
            0 => json!({ "resolution": "use_local" }),
            1 => json!({ "resolution": "use_pems" }),
            _ => {
                let fields = conflict["conflictFields"].as_array().expect("a conflict has fields");
                let values: serde_json::Map<String, Value> = fields
                    .iter()
                    .map(|field| (field.as_str().unwrap().to_owned(), self.any_value()))
                    .collect();
                json!({ "resolution": "merge", "mergedData": values })
            }
        };
        // Somebody may have been quicker; anything but a decision or that is a fault.
        let status = person.resolve(conflict, decision).await.status;
        assert!(status == 200 || status == 409, "{status}");
    }

    async fn rebases(&mut self) {
        let (person, record) = (self.anybody(), self.any_record());
        let detail = person.record(&record).await;
        let changes = detail["merged"]["changes"].as_array().expect("a row has changes");
        let Some(draft) = changes.iter().find(|change| change["state"] == "draft") else { return };
        let mut choices = json!({});
        for theirs in detail["changedInPems"].as_array().expect("a record says what changed") {
            let field = theirs["field"].as_str().expect("a change has a field");
            let is_drafted =
                draft["fields"].as_array().is_some_and(|fields| fields.contains(&theirs["field"]));
            if is_drafted && detail["merged"][field] != theirs["after"] {
                choices[field] = json!(if self.random.random_bool(0.5) { "mine" } else { "pems" });
            }
        }
        let version = &detail["mirror"]["version"];
        let body =
            json!({ "modificationId": draft["modificationId"], "seenVersion": version, "choices": choices });
        let answer = person.post("/api/pfa-data/rebase-draft", body).await;
        assert!(answer.status == 200 || answer.status == 409, "{}: {}", answer.status, answer.body);
    }

    async fn undoes(&mut self) {
        let person = self.anybody();
        let merges = person.get("/api/pems/merges").await.ok();
        let merges = merges["merges"].as_array().expect("a list has merges").clone();
        if merges.is_empty() {
            return;
        }
        let merge = &merges[self.random.random_range(0..merges.len())];
        let path = format!("/api/pems/merges/{}/undo", merge["id"].as_str().unwrap());
        let status = person.post(&path, json!({})).await.status;
        assert!(status == 200 || status == 409, "{status}");
    }

    fn fault(&mut self) {
        let on = if self.random.random_bool(0.5) { Operation::Update } else { Operation::Batch };
        let fault = match self.random.random_range(0..3) {
            0 => Fault::drop_answer(),
            1 => Fault::reset_before(),
            _ => Fault::status_before(503),
        };
        self.app.pems.fault(fault.on(on).once());
    }

    /// Everything comes to its end: faults are over, what is disputed goes PEMS's way.
    async fn end(&mut self) {
        self.app.pems.clear_faults();
        let patience = Duration::from_mins(1);
        for person in &self.people {
            person.post("/api/pfa-data/commit-drafts", json!({})).await.ok();
        }
        loop {
            self.people[0].wait_until_idle(patience).await;
            let conflicts = self.people[0].conflicts().await;
            if conflicts.is_empty() {
                break;
            }
            for conflict in conflicts {
                self.people[0].resolve(&conflict, json!({ "resolution": "use_pems" })).await.ok();
            }
        }
        self.people[0].read_sync().await;
    }

    /// What we show is what PEMS holds.
    async fn check_mirror(&self) {
        for record in &self.records {
            let ours = self.people[0].record(record).await;
            let theirs = self.app.pems.record(RIO, record).unwrap();
            assert_eq!(ours["mirror"]["version"], theirs.version, "{record}");
            for field in FIELDS {
                assert_eq!(ours["merged"][field], theirs.to_value()[field], "{field} of {record}");
            }
        }
    }
}

async fn any_order_keeps_the_promises(seed: u64) {
    let mut world = World::new(seed).await;
    for _ in 0..STEPS {
        world.step().await;
    }
    world.end().await;
    world.check_mirror().await;
    world.app.check_invariants().await;
}

#[tokio::test]
async fn whatever_the_order_of_events_the_promises_hold() {
    any_order_keeps_the_promises(1).await;
}

#[tokio::test]
async fn whatever_another_order_of_events_the_promises_hold() {
    any_order_keeps_the_promises(2).await;
}

#[tokio::test]
async fn whatever_a_third_order_of_events_the_promises_hold() {
    any_order_keeps_the_promises(3).await;
}
