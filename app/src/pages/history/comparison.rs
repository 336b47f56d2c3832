//! Any two versions of a record beside each other.

use leptos::prelude::*;
use leptos_router::location::Url;

use crate::backend::{BackendError, ComparedVersion, Comparison};
use crate::components::change_list::sides;
use crate::components::compared_value::ComparedValue;
use crate::components::field_value::FieldValue;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::error::ErrorMessage;
use crate::session::use_organization;

/// Which two; a plain form, so that the choice stands in the address. At first the newest two.
#[component]
pub fn Choose(pfa_id: String, numbers: Vec<i64>, asked: Memo<Option<(i64, i64)>>) -> impl IntoView {
    let here = format!("/o/{}/records/{}/history", use_organization().code, Url::escape(&pfa_id));
    let newest = numbers.first().copied().unwrap_or_default();
    let before = numbers.get(1).copied().unwrap_or(newest);
    let (from, to) = asked.get_untracked().unwrap_or((before, newest));
    let options = |chosen: i64| {
        numbers
            .iter()
            .map(|number| {
                view! {
                    <option value=number.to_string() selected=*number == chosen>
                        {format!("Version {number}")}
                    </option>
                }
            })
            .collect_view()
    };
    let (from, to) = (options(from), options(to));
    view! {
        <form class="compare-form" method="get" action=here>
            <div class="field">
                <label for="compare-from">"Compare"</label>
                <select class="input" id="compare-from" name="from">
                    {from}
                </select>
            </div>
            <div class="field">
                <label for="compare-to">"with"</label>
                <select class="input" id="compare-to" name="to">
                    {to}
                </select>
            </div>
            <button class="button" type="submit">
                "Compare"
            </button>
        </form>
    }
    .into_any()
}

/// What differs between two versions.
#[component]
pub fn Compared(from: i64, to: i64, comparison: Result<Comparison, BackendError>) -> impl IntoView {
    let shown = match comparison {
        Ok(comparison) => view! { <Differences comparison /> }.into_any(),
        Err(error) => view! { <ErrorMessage error /> }.into_any(),
    };
    view! {
        <section class="panel" aria-labelledby="compared">
            <h2 id="compared">{format!("Version {from} and version {to}")}</h2>
            {shown}
        </section>
    }
    .into_any()
}

#[component]
fn Differences(comparison: Comparison) -> impl IntoView {
    let Comparison { from, to, changes } = comparison;
    if changes.is_empty() {
        return view! { <p>"They hold the same values."</p> }.into_any();
    }
    let (before, after) = sides(&changes);
    let rows = changes
        .iter()
        .map(|change| {
            let field = change.field;
            let (old, new) = (before.get(field).cloned(), after.get(field).cloned());
            view! {
                <tr>
                    <th scope="row">{field.label()}</th>
                    <td>
                        <FieldValue field value=old.clone() />
                    </td>
                    <td>
                        <ComparedValue field value=new from=old />
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <TableFrame label="What differs">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Field"</th>
                        <th scope="col">{heading(&from)}</th>
                        <th scope="col">{heading(&to)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

fn heading(version: &ComparedVersion) -> AnyView {
    let ComparedVersion { version, updated_at, updated_by } = version.clone();
    view! {
        {format!("Version {version}, {updated_by} ")}
        <RelativeTime at=updated_at />
    }
    .into_any()
}
