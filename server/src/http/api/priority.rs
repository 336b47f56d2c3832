//! A priority as requests write it: 0 to 10, or `low`, `normal`, `high`.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use vanguard_domain::queue::Priority;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, example = "normal")]
pub(super) struct PriorityInput(Priority);

impl PriorityInput {
    pub(super) const fn get(self) -> i16 {
        self.0.get()
    }
}

impl<'de> Deserialize<'de> for PriorityInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberOrName)
    }
}

struct NumberOrName;

impl Visitor<'_> for NumberOrName {
    type Value = PriorityInput;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0 to 10, or one of low, normal, high")
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        Priority::new(number).map(PriorityInput).map_err(E::custom)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        self.visit_i64(i64::try_from(number).unwrap_or(i64::MAX))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        name.parse().map(PriorityInput).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_read_and_nothing_else() {
        let read = |json: &str| serde_json::from_str::<PriorityInput>(json).map(PriorityInput::get).ok();
        assert_eq!(read("10"), Some(10));
        assert_eq!(read("\"high\""), Some(8));
        for wrong in ["11", "-1", "\"urgent\"", "null", "1.5", "[5]", "99999999999999999999"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
