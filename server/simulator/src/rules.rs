//! The business rules that PEMS enforces, whoever writes. All that are broken are told together.

use crate::money::Money;
use crate::record::{Record, Source};

/// Judges a change as a whole: the record before, the record it would become, and the fields that were named.
pub(crate) fn broken<'a>(
    before: &Record,
    after: &Record,
    mut named: impl Iterator<Item = &'a String>,
) -> Vec<&'static str> {
    let mut broken = Vec::new();
    if named.any(|name| name == "originalStart" || name == "originalEnd") {
        broken.push("originalStart and originalEnd are the locked plan and cannot be written");
    }
    if after.forecast_start.zip(after.forecast_end).is_some_and(|(start, end)| end < start) {
        broken.push("forecastEnd is before forecastStart");
    }
    if after.actual_start.zip(after.actual_end).is_some_and(|(start, end)| end < start) {
        broken.push("actualEnd is before actualStart");
    }
    match after.source {
        Source::Rental if after.monthly_rate.is_none() => broken.push("a Rental needs a monthlyRate"),
        Source::Purchase if after.purchase_price.is_none() => broken.push("a Purchase needs a purchasePrice"),
        Source::Rental | Source::Purchase => {}
    }
    if after.monthly_rate.is_some_and(Money::is_negative) {
        broken.push("monthlyRate is below zero");
    }
    if after.purchase_price.is_some_and(Money::is_negative) {
        broken.push("purchasePrice is below zero");
    }
    if before.is_actualized && before.source != after.source {
        broken.push("source is fixed once actualised");
    }
    if before.is_actualized && before.actual_start.zip(after.actual_start).is_some_and(|(old, new)| new > old)
    {
        broken.push("actualStart cannot move later once actualised");
    }
    if before.is_actualized && !before.is_discontinued && after.is_discontinued {
        broken.push("an actualised record cannot be discontinued");
    }
    if before.is_discontinued && !after.is_discontinued {
        broken.push("a discontinued record cannot be brought back by an edit");
    }
    broken
}
