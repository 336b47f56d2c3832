//! A bar within a table's cell, beside the figure that it shows.

use leptos::prelude::*;
use rust_decimal::Decimal;

use super::percent_of;

/// Hidden from screen readers: the figure stands in the same row.
#[component]
pub fn ShareBar(
    of: Decimal,
    /// What fills the cell.
    most: Decimal,
    /// Whose colour it has: `plan`.
    series: &'static str,
) -> impl IntoView {
    view! {
        <div
            class=format!("share-bar chart-{series}")
            style=format!("inline-size: {}%", percent_of(of, most))
            aria-hidden="true"
        ></div>
    }
}
