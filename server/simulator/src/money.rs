//! An amount with at most two decimals, held in cents so that 5500.10 stays 5500.10.
//!
//! On the wire it is a JSON number. `serde_json` reads such a number as a double; every amount up to [`LIMIT`] has a
//! double of its own that prints back as exactly the decimal it came from, so the detour loses nothing.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Number, Value};

/// The largest amount, in cents: ten digits before the point, far inside what a double tells apart.
const LIMIT: i64 = 999_999_999_999;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money {
    cents: i64,
}

impl Money {
    /// `None` when the amount is beyond what PEMS holds.
    pub fn from_cents(cents: i64) -> Option<Self> {
        (-LIMIT..=LIMIT).contains(&cents).then_some(Self { cents })
    }

    pub fn cents(self) -> i64 {
        self.cents
    }

    pub fn is_negative(self) -> bool {
        self.cents < 0
    }

    /// The number on the wire; `None` for one with more than two decimals or beyond the limit.
    pub fn from_number(number: &Number) -> Option<Self> {
        if let Some(whole) = number.as_i64() {
            return whole.checked_mul(100).and_then(Self::from_cents);
        }
        let amount = number.as_f64()?;
        let scaled = (amount * 100.0).round();
        #[expect(clippy::cast_precision_loss, reason = "LIMIT is far below 2^53")]
        let within = scaled.abs() <= LIMIT as f64;
        if !within {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "rounded and inside LIMIT")]
        let money = Self { cents: scaled as i64 };
        // The nearest amount in cents has to be the very double that was sent: 0.125 is not 0.13.
        let same = money.double().to_bits() == amount.to_bits() || scaled == 0.0 && amount == 0.0;
        same.then_some(money)
    }

    pub fn to_value(self) -> Value {
        if self.cents % 100 == 0 { Value::from(self.cents / 100) } else { Value::from(self.double()) }
    }

    #[expect(clippy::cast_precision_loss, reason = "LIMIT is far below 2^53")]
    fn double(self) -> f64 {
        self.cents as f64 / 100.0
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.cents % 100 == 0 {
            serializer.serialize_i64(self.cents / 100)
        } else {
            serializer.serialize_f64(self.double())
        }
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?;
        Self::from_number(&number)
            .ok_or_else(|| de::Error::custom("an amount has at most two decimals and ten digits before them"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_amount_survives_the_wire_and_shows_no_float_artefact(cents in -LIMIT..=LIMIT) {
            let money = Money::from_cents(cents).unwrap();
            let text = serde_json::to_string(&money).unwrap();
            let decimals = text.split_once('.').map_or(0, |(_, d)| d.len());
            prop_assert!(decimals <= 2, "{text}");
            prop_assert_eq!(serde_json::from_str::<Money>(&text).unwrap(), money);
        }
    }

    #[test]
    fn a_third_decimal_is_refused() {
        assert!(serde_json::from_str::<Money>("0.125").is_err());
        assert!(serde_json::from_str::<Money>("5500.101").is_err());
        assert!(serde_json::from_str::<Money>("1e12").is_err());
    }
}
