//! Every row of the contract's table.

use pems_simulator::{Fault, RateLimit, RetryAfter, Simulator};
use serde_json::json;
use vanguard_domain::record::{Field, Value};
use vanguard_server::pems::{ListRequest, PemsConnector, PemsError};

use super::super::parts::connector;
use super::{ID, code, narrow, parts, version_of, write};
use crate::app::RIO;

#[tokio::test]
async fn a_record_is_read_exactly_and_absent_is_not_null() {
    let (pems, connector) = parts().await;
    let record = connector.get(ID).await.unwrap();
    assert_eq!(record.fields.money(Field::MonthlyRate).unwrap().to_string(), "5500.1");
    assert_eq!(record.fields.get(Field::Contract), Some(&Value::Empty));
    assert_eq!((record.organization.as_str(), record.version), (RIO, version_of(&pems)));
    connector.health().await.unwrap();
}

#[tokio::test]
async fn a_write_is_confirmed_with_the_next_version_and_its_money_arrives_exactly() {
    let (pems, connector) = parts().await;
    let version = version_of(&pems);
    let changes = json!({ "monthlyRate": "9999999999.99", "contract": "C-1", "forecastEnd": "2026-05-31" });
    let written = connector.update(&write(ID, version, changes)).await.unwrap();
    assert_eq!(written.new_version, version + 1);
    let record = connector.get(ID).await.unwrap();
    assert_eq!(record.fields.money(Field::MonthlyRate).unwrap().to_string(), "9999999999.99");
    assert_eq!((record.updated_by.as_str(), record.updated_at), ("manager", written.updated_at));

    let discontinued = connector.discontinue(&write(ID, version + 1, json!({}))).await.unwrap();
    assert_eq!(discontinued.new_version, version + 2);
    assert!(connector.get(ID).await.unwrap().fields.flag(Field::IsDiscontinued));
}

#[tokio::test]
async fn each_refusal_of_the_contract_is_its_own_error() {
    let (pems, connector) = parts().await;
    let version = version_of(&pems);
    let stale = connector.update(&write(ID, version + 7, json!({ "model": "X" }))).await;
    let Err(PemsError::Conflict(answer)) = &stale else { panic!("{stale:?}") };
    assert_eq!(answer.body.as_ref().unwrap()["currentVersion"], version);
    assert_eq!(answer.status, Some(409));

    let locked_plan = connector.update(&write(ID, version, json!({ "originalStart": "2026-01-01" }))).await;
    assert_eq!(code(&locked_plan), "invalid");
    assert_eq!(code(&connector.get("RIO-NONE").await), "not_found");
    assert_eq!(code(&connector.update(&write("RIO-NONE", 1, json!({ "model": "X" }))).await), "not_found");
    pems.lock(RIO, ID);
    assert_eq!(code(&connector.update(&write(ID, version, json!({ "model": "X" }))).await), "locked");
    pems.set_password("vanguard", "changed");
    assert_eq!(code(&connector.get(ID).await), "unauthorized");
    assert_eq!(version_of(&pems), version, "nothing was written");
}

#[tokio::test]
async fn other_statuses_have_their_consequence_too() {
    let (pems, connector) = parts().await;
    let version = version_of(&pems);
    for (status, write_code, read_code) in [
        (302, "invalid", "invalid"),
        (403, "unauthorized", "unauthorized"),
        (500, "unknown", "transient"),
        (502, "unknown", "transient"),
        (503, "unknown", "transient"),
        (504, "unknown", "transient"),
    ] {
        pems.fault(Fault::status_before(status).times(2));
        assert_eq!(
            code(&connector.update(&write(ID, version, json!({ "model": "X" }))).await),
            write_code,
            "{status}"
        );
        assert_eq!(code(&connector.get(ID).await), read_code, "{status}");
    }
}

#[tokio::test]
async fn a_429_says_how_long_to_wait_in_seconds_as_a_date_or_not_at_all() {
    let (pems, connector) = parts().await;
    for (sent, expected) in [
        (RetryAfter::Seconds(7), Some(7..=7)),
        (RetryAfter::Date(30), Some(28..=30)),
        (RetryAfter::Absent, None),
    ] {
        pems.fault(Fault::rate_limited(sent).once());
        let result = connector.update(&write(ID, 1, json!({ "model": "X" }))).await;
        let Err(PemsError::RateLimited { retry_after, .. }) = result else { panic!("{sent:?}: {result:?}") };
        assert_eq!(retry_after.is_some(), expected.is_some(), "{sent:?}");
        if let (Some(wait), Some(expected)) = (retry_after, expected) {
            assert!(expected.contains(&wait.as_secs()), "{sent:?}: {wait:?}");
        }
    }
}

#[tokio::test]
async fn a_key_with_odd_characters_is_one_segment_of_the_address() {
    let odd = "RIO/../%2F ?x#ü";
    let record = json!({ "pfaId": odd, "organization": RIO, "source": "Rental" });
    let pems = Simulator::builder().rate(RateLimit::UNLIMITED).record(record).start().await.unwrap();
    let connector = connector(&pems, narrow());
    assert_eq!(connector.get(odd).await.unwrap().pfa_id, odd);
    for unusable in ["", ".", ".."] {
        assert_eq!(code(&connector.get(unusable).await), "invalid", "{unusable:?}");
    }
}

#[tokio::test]
async fn pages_follow_one_another_to_the_end() {
    let (pems, connector) = parts().await;
    let mut request = ListRequest { limit: 7, ..ListRequest::default() };
    let mut seen = Vec::new();
    loop {
        let page = connector.list(&request).await.unwrap();
        seen.extend(page.records.iter().map(|raw| connector.parse_record(raw).unwrap().pfa_id));
        request.cursor = page.next_cursor;
        if request.cursor.is_none() {
            break;
        }
    }
    let mut expected = pems.pfa_ids(RIO);
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
    request.cursor = Some("no cursor of yours".into());
    assert_eq!(code(&connector.list(&request).await), "invalid");
}
