//! The records by the value of a field, with totals; each group leads to its records.

use leptos::prelude::*;
use vanguard_domain::portfolio::Costs;
use vanguard_domain::record::Field;

use super::address::GROUPABLE;
use super::steering::use_steering;
use crate::backend::RecordGroup;
use crate::components::empty_state::EmptyState;
use crate::components::field_value::grouped;
use crate::components::grid::list::{ListView, filter_label};
use crate::components::loaded::Loaded;
use crate::components::table_frame::TableFrame;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::hydration::use_hydrated;
use crate::server_fns::records::record_groups;
use crate::session::use_organization;

/// Chooses the field, or none.
#[component]
pub fn GroupSelect() -> impl IntoView {
    let steering = use_steering();
    let hydrated = use_hydrated();
    let list = move || steering.address.with(|address| address.list.clone());
    let now = move || list().group.map_or("", Field::name);
    let options = GROUPABLE
        .into_iter()
        .map(|field| {
            let is_now = untrack(now) == field.name();
            view! { <option value=field.name() selected=is_now>{field.label()}</option> }
        })
        .collect_view();
    view! {
        <label class="records-group">
            <span>"Group by"</span>
            <select
                class="input"
                disabled=move || !hydrated.get()
                prop:value=now
                on:change=move |event| {
                    let group = event_target_value(&event).parse().ok();
                    steering.show(ListView { group, ..untrack(list) });
                }
            >
                <option value="">"Nothing"</option>
                {options}
            </select>
        </label>
    }
    .into_any()
}

/// The groups of what is filtered.
#[component]
pub fn Groups(by: Field) -> impl IntoView {
    let organization_id = use_organization().id;
    let steering = use_steering();
    let events = use_events();
    let list = Memo::new(move |_| steering.address.with(|address| address.list.clone()));
    let groups = fetched(
        move || (list.get().query(0, 1), events.version(EventKind::Modification)),
        move |(query, _)| record_groups(organization_id, query, by),
    );
    view! {
        <div class="records-groups">
            <Loaded resource=groups what="the groups" let:groups>
                <Table groups by list=list.get_untracked() />
            </Loaded>
        </div>
    }
    .into_any()
}

#[component]
fn Table(groups: Vec<RecordGroup>, by: Field, list: ListView) -> impl IntoView {
    if groups.is_empty() {
        return view! {
            <EmptyState title="No record matches">
                <p>"Take a filter away to see more."</p>
            </EmptyState>
        }
        .into_any();
    }
    let shows_costs = groups.iter().any(|group| group.costs.is_some());
    let total = total(&groups);
    let rows = groups
        .into_iter()
        .map(|group| {
            let name = match group.value.as_str() {
                "" => format!("No {}", by.label().to_lowercase()),
                value => filter_label(by, value)
                    .split_once(": ")
                    .map_or(value.to_owned(), |(_, word)| word.to_owned()),
            };
            let records = ListView { group: None, ..list.filtered(by, &group.value) };
            let link = if group.value.is_empty() {
                // An empty value is no filter.
                view! { <span>{name}</span> }.into_any()
            } else {
                view! { <a href=records.link()>{name}</a> }.into_any()
            };
            view! {
                <tr>
                    <th scope="row">{link}</th>
                    {cells(&group, shows_costs)}
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableFrame label=format!("Records by {}", by.label())>
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{by.label()}</th>
                        <th scope="col" class="number">"Records"</th>
                        <th scope="col" class="number">"With open changes"</th>
                        {shows_costs
                            .then(|| {
                                view! {
                                    <th scope="col" class="number">"Plan"</th>
                                    <th scope="col" class="number">"Forecast"</th>
                                    <th scope="col" class="number">"Actual"</th>
                                }
                            })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">"Total"</th>
                        {cells(&total, shows_costs)}
                    </tr>
                </tfoot>
            </table>
        </TableFrame>
        {shows_costs
            .then(|| {
                view! { <p class="field-hint">"Costs in the organisation's currency, without records that are discontinued."</p> }
            })}
    }
    .into_any()
}

fn cells(group: &RecordGroup, shows_costs: bool) -> impl IntoView + use<> {
    let count = |number: i64| grouped(&number.to_string());
    let costs = shows_costs.then(|| {
        let Costs { plan, forecast, actual, .. } = group.costs.unwrap_or_default();
        [plan, forecast, actual]
            .map(|cost| view! { <td class="number">{grouped(&format!("{cost:.2}"))}</td> })
    });
    view! {
        <td class="number">{count(group.records)}</td>
        <td class="number">{count(group.open)}</td>
        {costs.map(IntoIterator::into_iter).map(Iterator::collect::<Vec<_>>)}
    }
}

fn total(groups: &[RecordGroup]) -> RecordGroup {
    let mut total = RecordGroup { value: String::new(), records: 0, open: 0, costs: None };
    for group in groups {
        total.records += group.records;
        total.open += group.open;
        if let Some(costs) = group.costs {
            *total.costs.get_or_insert_default() += costs;
        }
    }
    total
}
