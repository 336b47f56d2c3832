//! Compare-and-set, single and in batches.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, RECORD, builder, item, read, rental, simulator};

#[tokio::test]
async fn a_write_at_the_current_version_makes_the_next_one() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let (status, body) = read(client.update(RECORD, 1, json!({ "monthlyRate": 6000.25 })).await).await;
    assert_eq!(status, 200);
    assert_eq!(
        (&body["success"], &body["pfaId"], &body["newVersion"]),
        (&json!(true), &json!(RECORD), &json!(2))
    );
    let (_, record) = read(client.get("pfa/RIO-000001").await).await;
    assert_eq!(record["monthlyRate"], json!(6000.25));
    assert_eq!((&record["version"], &record["updatedBy"]), (&json!(2), &json!("anna")));
    assert_eq!(record["updatedAt"], body["updatedAt"]);
}

#[tokio::test]
async fn money_is_exact_on_the_wire() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let text = client.get("pfa/RIO-000001").await.unwrap().text().await.unwrap();
    assert!(text.contains(r#""monthlyRate":5500.1,"#), "{text}");
    assert!(text.contains(r#""purchasePrice":null"#), "{text}");
    for (refused, why) in [(json!(1.005), "three decimals"), (json!("12"), "text"), (json!(1e15), "too much")]
    {
        let (status, body) = read(client.update(RECORD, 1, json!({ "monthlyRate": refused })).await).await;
        assert_eq!((status, &body["error"]), (400, &json!("INVALID_REQUEST")), "{why}");
    }
}

#[tokio::test]
async fn a_stale_version_is_refused_with_the_fields_that_changed_since() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    pems.edit("RIO", RECORD, json!({ "model": "before" }), "pems.jansen").unwrap();
    pems.edit("RIO", RECORD, json!({ "monthlyRate": 7000, "contract": "C-1" }), "pems.silva").unwrap();
    pems.edit("RIO", RECORD, json!({ "description": "moved" }), "pems.silva").unwrap();
    let (status, body) = read(client.update(RECORD, 2, json!({ "monthlyRate": 1 })).await).await;
    assert_eq!((status, &body["error"]), (409, &json!("VERSION_CONFLICT")));
    assert_eq!((&body["currentVersion"], &body["expectedVersion"]), (&json!(4), &json!(2)));
    assert_eq!(body["conflictingFields"], json!(["description", "monthlyRate", "contract"]));
    assert_eq!(pems.record("RIO", RECORD).unwrap().version, 4);
}

#[tokio::test]
async fn of_many_writers_at_one_version_exactly_one_wins() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let writers = (0..20).map(|n| {
        let client = client.clone();
        async move { read(client.update(RECORD, 1, json!({ "model": format!("writer {n}") })).await).await.0 }
    });
    let mut statuses = futures::future::join_all(writers).await;
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(statuses[1..].iter().all(|status| *status == 409), "{statuses:?}");
    assert_eq!(pems.journal().writes().len(), 1);
}

#[tokio::test]
async fn a_delete_is_soft() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let (status, body) = read(client.delete(RECORD, 1).await).await;
    assert_eq!((status, &body["newVersion"]), (200, &json!(2)));
    let (status, record) = read(client.get("pfa/RIO-000001").await).await;
    assert_eq!((status, &record["isDiscontinued"]), (200, &json!(true)));
}

#[tokio::test]
async fn a_record_open_in_pems_is_locked_until_it_is_closed() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    assert!(pems.lock("RIO", RECORD));
    let (status, body) = read(client.update(RECORD, 1, json!({ "model": "x" })).await).await;
    assert_eq!((status, &body["error"]), (409, &json!("RECORD_LOCKED")));
    assert!(pems.unlock("RIO", RECORD));
    assert_eq!(read(client.update(RECORD, 1, json!({ "model": "x" })).await).await.0, 200);
}

#[tokio::test]
async fn an_unknown_record_or_address_is_not_found() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    for answer in [
        client.get("pfa/RIO-999999").await,
        client.update("RIO-999999", 1, json!({ "model": "x" })).await,
        client.delete("RIO-999999", 1).await,
        client.get("nothing/here").await,
    ] {
        let (status, body) = read(answer).await;
        assert_eq!((status, &body["error"]), (404, &json!("NOT_FOUND")));
    }
}

#[tokio::test]
async fn a_malformed_write_is_an_invalid_request_and_changes_nothing() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let good = client.update_body(RECORD, 1, json!({ "model": "x" }));
    let with = |key: &str, value: Value| {
        let mut body = good.clone();
        body[key] = value;
        body
    };
    let mut bodies = vec![
        with("version", json!(0)),
        with("version", json!("1")),
        with("modifiedBy", json!("")),
        with("modifiedBy", json!(null)),
        with("pfaId", json!("RIO-000002")),
        with("surprise", json!(1)),
        with("changes", json!({})),
        with("changes", json!([])),
        json!([]),
    ];
    bodies.extend(
        [
            json!({ "version": 7 }),
            json!({ "pfaId": "RIO-2" }),
            json!({ "updatedBy": "me" }),
            json!({ "noSuchField": 1 }),
            json!({ "description": "x".repeat(81) }),
            json!({ "description": null }),
            json!({ "contract": "x".repeat(31) }),
            json!({ "source": "Leased" }),
            json!({ "dor": "project" }),
            json!({ "isActualized": "yes" }),
            json!({ "forecastEnd": "2026-05-01" }),
            json!({ "forecastEnd": 5 }),
            json!({ "description": "x".repeat(5_000_000) }),
        ]
        .map(|changes| with("changes", changes)),
    );
    for body in bodies {
        let shown: String = body.to_string().chars().take(200).collect();
        let (status, answer) =
            read(client.request(Method::PUT, "pfa/RIO-000001").json(&body).send().await).await;
        assert_eq!((status, &answer["error"]), (400, &json!("INVALID_REQUEST")), "{shown}");
        assert!(answer["message"].as_str().unwrap().len() < 1000);
    }
    let (status, _) =
        read(client.request(Method::PUT, "pfa/RIO-000001").body("{not json").send().await).await;
    assert_eq!(status, 400);
    assert_eq!(pems.record("RIO", RECORD).unwrap().version, 1);
}

#[tokio::test]
async fn a_batch_answers_each_item_as_the_single_request_would_have() {
    let pems = builder().record(rental("RIO-000002")).record(rental("RIO-000003")).start().await.unwrap();
    pems.edit("RIO", "RIO-000002", json!({ "model": "theirs" }), "pems.costa").unwrap();
    let client = Client::of(&pems);
    let delete = json!({ "operation": "DELETE", "pfaId": "RIO-000003", "version": 1, "modifiedBy": "anna" });
    let (status, body) = read(
        client
            .batch([
                item(RECORD, 1, json!({ "model": "one" })),
                item("RIO-000002", 1, json!({ "model": "mine" })),
                delete,
                item("RIO-000009", 1, json!({ "model": "none" })),
                item(RECORD, 1, json!({ "monthlyRate": "many" })),
                json!({ "operation": "UPSERT" }),
                item(RECORD, 2, json!({ "model": "two" })),
            ])
            .await,
    )
    .await;
    assert_eq!(status, 200);
    let results = body["results"].as_array().unwrap();
    let codes: Vec<&str> = results.iter().map(|result| result["error"].as_str().unwrap_or("ok")).collect();
    let expected = ["ok", "VERSION_CONFLICT", "ok", "NOT_FOUND", "INVALID_REQUEST", "INVALID_REQUEST", "ok"];
    assert_eq!(codes, expected);
    assert_eq!((&results[0]["newVersion"], &results[6]["newVersion"]), (&json!(2), &json!(3)));
    assert_eq!(results[1]["conflictingFields"], json!(["model"]));
}

#[tokio::test]
async fn more_than_a_hundred_items_are_refused_as_a_whole() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let (status, body) =
        read(client.batch((0..101).map(|_| item(RECORD, 1, json!({ "model": "x" })))).await).await;
    assert_eq!((status, &body["error"]), (400, &json!("INVALID_REQUEST")));
    assert!(pems.journal().writes().is_empty());
}

#[tokio::test]
async fn a_full_batch_counts_as_one_request_and_is_quick() {
    let pems = pems_simulator::Simulator::builder().records(1000).start().await.unwrap();
    let client = Client::of(&pems);
    let ids: Vec<String> = pems.pfa_ids("RIO").into_iter().take(100).collect();
    let version = |id: &str| pems.record("RIO", id).unwrap().version;
    let items: Vec<Value> =
        ids.iter().map(|id| item(id, version(id), json!({ "contract": "C-2" }))).collect();
    let (status, body) = read(client.batch(items).await).await;
    assert_eq!((status, body["results"].as_array().unwrap().len()), (200, 100));
    assert_eq!(pems.journal().writes().len(), 100);
    let requests = pems.journal().requests();
    let [request] = requests.as_slice() else { panic!("one request, not {}", requests.len()) };
    // Generous: 16 ms were measured for a debug build on a busy machine.
    assert!(request.latency_micros.unwrap() < 250_000, "{:?}", request.latency_micros);
}
