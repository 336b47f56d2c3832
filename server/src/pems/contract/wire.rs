//! The JSON that we send.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Number, Value as Json, json};
use vanguard_domain::record::{FieldMap, Value};

use crate::pems::Write;

/// `changes`, with money as JSON numbers: the contract's form.
fn changes(changes: &FieldMap) -> Json {
    let members = changes.iter().map(|(field, value)| {
        let json = match value {
            Value::Money(amount) => Json::Number(number(*amount)),
            other => other.to_json(),
        };
        (field.name().to_owned(), json)
    });
    Json::Object(members.collect::<Map<_, _>>())
}

/// The amount as a JSON number, exactly. Amounts have at most two decimals and are below 10¹⁰ (the domain's field
/// table): 12 digits, while a double keeps 15, and its shortest form, which is what is printed, gives them back.
fn number(amount: Decimal) -> Number {
    let amount = amount.normalize();
    if amount.scale() == 0
        && let Some(whole) = amount.to_i64()
    {
        return whole.into();
    }
    // Not `to_f64`, which calculates: the parser of the standard library rounds correctly.
    amount
        .to_string()
        .parse()
        .ok()
        .and_then(Number::from_f64)
        .expect("the text of a decimal is the text of a finite number")
}

/// Body of `PUT pfa/{pfaId}`.
pub(super) fn update(organisation: &str, write: &Write) -> Json {
    json!({
        "pfaId": write.pfa_id,
        "organizationCode": organisation,
        "changes": changes(&write.changes),
        "version": write.version,
        "modifiedBy": write.modified_by,
        "changeReason": write.reason,
    })
}

/// Body of `DELETE pfa/{pfaId}`.
pub(super) fn delete(organisation: &str, write: &Write) -> Json {
    json!({
        "organizationCode": organisation,
        "version": write.version,
        "modifiedBy": write.modified_by,
        "changeReason": write.reason,
    })
}

/// Body of `POST pfa/batch`.
pub(super) fn batch(organisation: &str, writes: &[Write]) -> Json {
    json!({
        "organizationCode": organisation,
        "updates": writes.iter().map(batch_item).collect::<Vec<_>>(),
    })
}

fn batch_item(write: &Write) -> Json {
    use vanguard_domain::delta::Operation;
    let mut item = json!({
        "operation": write.operation.as_str(),
        "pfaId": write.pfa_id,
        "version": write.version,
        "modifiedBy": write.modified_by,
        "changeReason": write.reason,
    });
    if write.operation == Operation::Update {
        item["changes"] = changes(&write.changes);
    }
    item
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use vanguard_domain::delta::Operation;
    use vanguard_domain::record::Field;

    use super::*;

    fn write(operation: Operation, json: Json) -> Write {
        Write {
            pfa_id: "RIO-1".into(),
            operation,
            changes: serde_json::from_value(json).unwrap(),
            version: 3,
            modified_by: "manager".into(),
            reason: "plan".into(),
        }
    }

    #[test]
    fn an_update_is_sent_as_the_contract_has_it() {
        let changes = json!({
            "monthlyRate": "5500.10", "purchasePrice": "120000", "contract": null,
            "forecastEnd": "2026-03-31", "isActualized": true,
        });
        let sent = update("RIO", &write(Operation::Update, changes)).to_string();
        let expected = json!({
            "pfaId": "RIO-1", "organizationCode": "RIO", "version": 3,
            "modifiedBy": "manager", "changeReason": "plan",
            "changes": {
                "monthlyRate": 5500.1, "purchasePrice": 120_000, "contract": null,
                "forecastEnd": "2026-03-31T00:00:00Z", "isActualized": true,
            },
        });
        assert_eq!(serde_json::from_str::<Json>(&sent).unwrap(), expected);
        assert!(
            sent.contains("\"monthlyRate\":5500.1,") && sent.contains("\"purchasePrice\":120000"),
            "{sent}"
        );
    }

    #[test]
    fn a_delete_in_a_batch_has_no_changes() {
        let writes = [write(Operation::Delete, json!({"isDiscontinued": true}))];
        let sent = batch("RIO", &writes);
        assert_eq!(sent["updates"][0]["operation"], "DELETE");
        assert!(sent["updates"][0].get("changes").is_none());
    }

    proptest! {
        /// Up to the largest amount there is: printed as a JSON number and read back, it is the same amount.
        #[test]
        fn money_is_sent_exactly(cents in 0_i64..1_000_000_000_000) {
            let amount = Decimal::new(cents, 2);
            let printed = number(amount).to_string();
            prop_assert_eq!(printed.parse::<Decimal>().unwrap(), amount, "{}", printed);
            let read: Json = serde_json::from_str(&printed).unwrap();
            prop_assert_eq!(Field::MonthlyRate.parse(&read).unwrap(), Value::Money(amount.normalize()));
        }
    }
}
