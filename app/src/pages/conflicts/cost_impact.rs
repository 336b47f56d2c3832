//! What the record would cost by each choice.

use leptos::prelude::*;
use rust_decimal::Decimal;
use vanguard_domain::contrast::money_distance;
use vanguard_domain::cost::{Phase, cost};
use vanguard_domain::record::FieldMap;

use super::decision::result;
use super::picks::Picks;
use super::words;
use crate::backend::ConflictView;
use crate::components::compared_value::grouped_amounts;
use crate::components::field_value::grouped;

/// The costs that depend on the decision: PEMS's, ours, and those of what is chosen. Nothing if none does, or for those who
/// may not see amounts.
#[component]
pub fn CostImpact(conflict: ConflictView, picks: Picks) -> impl IntoView {
    let rows = [("Forecast cost", Phase::Forecast), ("Actual cost", Phase::Actual)]
        .into_iter()
        .filter_map(|(label, phase)| {
            let theirs = costs(&conflict, &conflict.pems_data, phase);
            let ours = costs(&conflict, &conflict.local_data, phase);
            (theirs != ours).then_some((label, phase, theirs, ours))
        })
        .collect::<Vec<_>>();
    if rows.is_empty() {
        return ().into_any();
    }
    let head = words::our_side(&conflict);
    let rows = rows
        .into_iter()
        .map(|(label, phase, theirs, ours)| {
            let conflict = conflict.clone();
            let chosen = move || match picks.values(&conflict) {
                Some(values) => amount(costs(&conflict, &values, phase), theirs),
                None => view! { <span class="muted">"not chosen yet"</span> }.into_any(),
            };
            view! {
                <tr>
                    <th scope="row">{label}</th>
                    <td>{amount(theirs, None)}</td>
                    <td>{amount(ours, theirs)}</td>
                    <td>{chosen}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table cost-impact">
            <caption class="visually-hidden">"What each choice costs"</caption>
            <thead>
                <tr>
                    <td></td>
                    <th scope="col">"PEMS"</th>
                    <th scope="col">{head}</th>
                    <th scope="col">"Your choices"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn costs(conflict: &ConflictView, values: &FieldMap, phase: Phase) -> Option<Decimal> {
    cost(&result(conflict, values), phase)
}

/// An amount, and how far it is from PEMS's.
fn amount(cost: Option<Decimal>, theirs: Option<Decimal>) -> AnyView {
    let Some(cost) = cost else { return view! { <span class="muted">"unknown"</span> }.into_any() };
    let distance = theirs.filter(|theirs| *theirs != cost).map(|theirs| {
        view! { <span class="distance">{grouped_amounts(&money_distance(theirs, cost))}</span> }
    });
    view! {
        <span class="nowrap">{grouped(&format!("{cost:.2}"))}</span>
        {distance}
    }
    .into_any()
}
