//! Columns over time, several series beside each other, with the figures as a table behind them.

use leptos::prelude::*;
use rust_decimal::Decimal;

use super::percent_of;
use crate::components::table_frame::TableFrame;

/// What one colour stands for.
#[derive(Debug, Clone, Copy)]
pub struct Series {
    pub label: &'static str,
    /// Of the style sheet: `chart-plan`.
    name: &'static str,
}

impl Series {
    pub const fn new(label: &'static str, name: &'static str) -> Self {
        Self { label, name }
    }
}

/// A point in time with a value for each series.
#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub values: Vec<Decimal>,
}

/// The chart, its legend and its table.
#[component]
pub fn Columns(
    title: &'static str,
    /// The heading of the table's first column.
    first: &'static str,
    series: Vec<Series>,
    columns: Vec<Column>,
    /// A value in words.
    show: fn(Decimal) -> String,
) -> impl IntoView {
    let most = columns.iter().flat_map(|column| &column.values).copied().max().unwrap_or_default();
    let legend = series
        .iter()
        .map(|series| {
            view! {
                <li>
                    <span class=format!("chart-swatch chart-{}", series.name) aria-hidden="true"></span>
                    {series.label}
                </li>
            }
        })
        .collect_view();
    // Every label where there is room, else only so many that they do not run into each other.
    let every = columns.len().div_ceil(12).max(1);
    let drawn = columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let bars = column
                .values
                .iter()
                .zip(&series)
                .map(|(value, series)| {
                    let tip = format!("{}, {}: {}", column.name, series.label, show(*value));
                    view! {
                        <span
                            class=format!("chart-bar chart-{}", series.name)
                            style=format!("block-size: {}%", percent_of(*value, most))
                            title=tip
                        ></span>
                    }
                })
                .collect_view();
            let label = index.is_multiple_of(every).then(|| column.name.clone());
            view! {
                <div class="chart-column">
                    <div class="chart-bars">{bars}</div>
                    <span class="chart-label">{label}</span>
                </div>
            }
        })
        .collect_view();
    let summary = format!(
        "{title}: {} columns; the highest is {}. The figures follow as a table.",
        columns.len(),
        show(most)
    );
    view! {
        <figure class="panel chart">
            <figcaption>
                <h3>{title}</h3>
                <ul class="chart-legend">{legend}</ul>
            </figcaption>
            <div class="chart-columns" role="img" aria-label=summary>
                <span class="chart-most muted" aria-hidden="true">{show(most)}</span>
                {drawn}
            </div>
            <details class="folded">
                <summary>{format!("{title} as a table")}</summary>
                <Figures title first series columns show />
            </details>
        </figure>
    }
    .into_any()
}

#[component]
fn Figures(
    title: &'static str,
    first: &'static str,
    series: Vec<Series>,
    columns: Vec<Column>,
    show: fn(Decimal) -> String,
) -> impl IntoView {
    let heads = series
        .iter()
        .map(|series| view! { <th scope="col" class="number">{series.label}</th> })
        .collect_view();
    let rows = columns
        .into_iter()
        .map(|column| {
            let cells = column
                .values
                .into_iter()
                .map(|value| view! { <td class="number">{show(value)}</td> })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">{column.name}</th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableFrame label=title>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{first}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}
