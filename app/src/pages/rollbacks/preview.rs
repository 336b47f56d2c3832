//! The preview: what each field holds now, what it would hold, and whether somebody changed it since. The same for
//! whoever asks and for whoever approves.

use leptos::prelude::*;
use serde_json::Value as Json;
use vanguard_domain::record::Field;

use super::choices::{self, Choices};
use crate::backend::{RollbackField, RollbackRecord};
use crate::components::field_value::FieldValue;
use crate::components::icon::Glyph;
use crate::components::record_link::RecordLink;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::components::tag::Tag;
use crate::components::tone::Tone;

/// A row a field, grouped by record; with `choices`, what was changed since can be chosen.
#[component]
pub fn Preview(
    preview: Vec<RollbackField>,
    records: Vec<RollbackRecord>,
    #[prop(optional_no_strip)] choices: Option<Choices>,
) -> impl IntoView {
    let mut number = 0;
    let groups = records
        .into_iter()
        .map(|record| {
            let fields: Vec<(usize, RollbackField)> = preview
                .iter()
                .filter(|field| field.pfa_id == record.pfa_id)
                .map(|field| {
                    number += 1;
                    (number, field.clone())
                })
                .collect();
            view! { <Group record fields choices /> }
        })
        .collect_view();
    view! {
        <TableFrame label="Preview">
            <table class="table rollback-preview">
                <thead>
                    <tr>
                        <th scope="col">"Record"</th>
                        <th scope="col">"Field"</th>
                        <th scope="col">"Now"</th>
                        <th scope="col">"Restored"</th>
                        <th scope="col">"Changed since"</th>
                    </tr>
                </thead>
                {groups}
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn Group(
    record: RollbackRecord,
    fields: Vec<(usize, RollbackField)>,
    choices: Option<Choices>,
) -> impl IntoView {
    let span = fields.len().max(1).to_string();
    let moved = record.previous_version.map(|version| {
        view! { <span class="row-note">{format!("version {version} → {}", record.version)}</span> }
    });
    let head = view! {
        <th scope="rowgroup" rowspan=span>
            <RecordLink pfa_id=record.pfa_id.clone() />
            {moved}
        </th>
    };
    let mut rows = fields.into_iter();
    let first = match rows.next() {
        Some((number, field)) => view! { <Cells number field choices /> }.into_any(),
        None => view! {
            <td colspan="4" class="muted">
                "It holds the earlier values already."
            </td>
        }
        .into_any(),
    };
    let rest = rows
        .map(|(number, field)| {
            view! {
                <tr>
                    <Cells number field choices />
                </tr>
            }
        })
        .collect_view();
    view! {
        <tbody>
            <tr>{head} {first}</tr>
            {rest}
        </tbody>
    }
    .into_any()
}

#[component]
fn Cells(number: usize, field: RollbackField, choices: Option<Choices>) -> impl IntoView {
    let shown = field.field;
    let (current, previous) = (value_of(shown, &field.current), value_of(shown, &field.previous));
    let moved = field.moved.then(|| {
        view! {
            <span class="row-note rollback-moved">
                "was " <FieldValue field=shown value=previous />" in the preview before"
            </span>
        }
    });
    let unknown = field.refused.as_ref().is_some_and(|refused| refused.code == "unknownThen");
    let restored = if unknown { None } else { value_of(shown, &field.restored) };
    let (pfa_id, included) = (field.pfa_id.clone(), field.included);
    // What is chosen here and now counts, before the server says so.
    let is_left = move || !included && !choices.is_some_and(|choices| choices.holds(&pfa_id, shown));
    view! {
        <td>{shown.label()}</td>
        <td>
            <FieldValue field=shown value=current />
            {moved}
        </td>
        <td class="rollback-restored" class:rollback-left=is_left>
            <FieldValue field=shown value=restored />
        </td>
        <td>
            <Since number field choices />
        </td>
    }
    .into_any()
}

/// Whether somebody changed the field since, who, and what that means; or why it cannot be restored.
#[component]
fn Since(number: usize, field: RollbackField, choices: Option<Choices>) -> impl IntoView {
    if let Some(refused) = field.refused {
        return view! {
            <Tag tone=Tone::Neutral glyph=Glyph::Ban label="Not restored" />
            <span class="row-note rollback-why">{refused.message}</span>
        }
        .into_any();
    }
    let by = field.changed_by.clone().zip(field.changed_at);
    if !field.changed_since {
        let by = by.map(|(by, at)| view! { <span class="row-note">{format!("last by {by}, ")} <RelativeTime at /></span> });
        return view! {
            <span class="muted">"No"</span>
            {by}
        }
        .into_any();
    }
    let answer = match choices {
        Some(_) => view! { <Tag tone=Tone::Warn glyph=Glyph::Warning label="Yes" /> }.into_any(),
        None if field.chosen => {
            view! { <Tag tone=Tone::Warn glyph=Glyph::Warning label="Yes, overwritten all the same" /> }
                .into_any()
        }
        None => view! { <Tag tone=Tone::Info glyph=Glyph::Info label="Yes, left alone" /> }.into_any(),
    };
    let by = match by {
        Some((by, at)) => {
            view! { <span class="row-note">{format!("by {by}, ")} <RelativeTime at /></span> }.into_any()
        }
        None => view! { <span class="row-note">"by whom is not known"</span> }.into_any(),
    };
    view! {
        {answer}
        {choices.map(|choices| view! { <Choice number field choices /> })}
        {by}
    }
    .into_any()
}

#[component]
fn Choice(number: usize, field: RollbackField, choices: Choices) -> impl IntoView {
    let RollbackField { pfa_id, field, .. } = field;
    let id = format!("overwrite-{number}");
    let labelled = id.clone();
    let value = choices::written(&pfa_id, field);
    let label = format!("Overwrite {} of {pfa_id}", field.label());
    let (asked, chosen) = (pfa_id.clone(), pfa_id);
    view! {
        <label class="rollback-choice" for=labelled>
            <input
                type="checkbox"
                id=id
                name=format!("overwrite[{number}]")
                value=value
                aria-label=label
                prop:checked=move || choices.holds(&asked, field)
                on:change=move |event| choices.set(&chosen, field, event_target_checked(&event))
            />
            "Overwrite"
        </label>
    }
    .into_any()
}

/// A value out of the port's JSON; `None` if it is none of the field's.
fn value_of(field: Field, json: &Json) -> Option<vanguard_domain::record::Value> {
    field.parse(json).ok()
}
