//! Charts: drawn with the page's own boxes, so that they follow theme and width; each has its figures as a table.

pub mod columns;
pub mod share_bar;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// How much of `most` it is, in percent.
pub fn percent_of(value: Decimal, most: Decimal) -> f64 {
    if most <= Decimal::ZERO {
        return 0.0;
    }
    (value.max(Decimal::ZERO) / most * Decimal::ONE_HUNDRED).round_dp(2).to_f64().unwrap_or(0.0)
}
