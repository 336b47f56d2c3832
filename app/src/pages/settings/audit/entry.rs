//! One row of the log.

use chrono::SecondsFormat;
use leptos::prelude::*;
use serde_json::Value as Json;
use vanguard_domain::record::Field;

use super::event_label;
use super::sides::{Side, sides};
use crate::backend::AuditEntry;
use crate::components::field_value::FieldValue;
use crate::components::icon::Glyph;
use crate::components::record_link::RecordLink;
use crate::components::tag::Tag;
use crate::components::tone::Tone;

/// The row: when, who, what, and what it changed.
#[component]
pub fn EntryRow(entry: AuditEntry) -> impl IntoView {
    let at = entry.at.format("%Y-%m-%d %H:%M:%S").to_string();
    let exact = entry.at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let failed = entry.outcome != "success";
    let changes: Vec<_> = sides(entry.before.as_ref(), entry.after.as_ref());
    view! {
        <tr>
            <th scope="row">
                <time class="nowrap" datetime=exact.clone() title=exact>
                    {at}
                </time>
                <span class="row-note">{format!("#{}", entry.sequence)}</span>
            </th>
            <td>{entry.actor}</td>
            <td>
                <span class="nowrap">{event_label(&entry.event_type)}</span>
                {failed.then(|| view! { <Tag tone=Tone::Warn glyph=Glyph::Warning label=entry.outcome /> })}
            </td>
            <td>{entry.pfa_id.map(|pfa_id| view! { <RecordLink pfa_id /> })}</td>
            <td class="settings-audit-change">
                <Changes changes />
                <More
                    answer=entry.pems_response
                    modification_id=entry.modification_id.map(|id| id.to_string())
                    hash=entry.hash
                />
            </td>
        </tr>
    }
    .into_any()
}

#[component]
fn Changes(changes: Vec<Side>) -> impl IntoView {
    let rows = changes.into_iter().map(|side| view! { <Change side /> }).collect_view();
    view! { <dl class="change-list">{rows}</dl> }.into_any()
}

#[component]
fn Change(side: Side) -> impl IntoView {
    let Side { name, before, after } = side;
    let field: Option<Field> = name.parse().ok();
    let label = match field {
        Some(field) => field.label().to_owned(),
        None if name.is_empty() => "Value".to_owned(),
        None => name,
    };
    let arrow = (before.is_some() && after.is_some()).then(|| {
        view! {
            <span aria-hidden="true">" → "</span>
            <span class="visually-hidden">" becomes "</span>
        }
    });
    // Entries need not say afterwards what they say before: that is no change to nothing.
    let alone = after.is_none().then(|| view! { <span class="muted">" before"</span> });
    view! {
        <div class="change">
            <dt>{label}</dt>
            <dd>
                {before.map(|value| view! { <Value field value /> })} {alone} {arrow}
                {after
                    .map(|value| {
                        view! {
                            <strong>
                                <Value field value />
                            </strong>
                        }
                    })}
            </dd>
        </div>
    }
    .into_any()
}

/// A value: as a record's field shows it, or else as it was written.
#[component]
fn Value(field: Option<Field>, value: Json) -> impl IntoView {
    if let Some((field, value)) = field.and_then(|field| Some((field, field.parse(&value).ok()?))) {
        return view! { <FieldValue field value=Some(value) /> }.into_any();
    }
    match value {
        Json::Null => view! { <span class="muted">"empty"</span> }.into_any(),
        Json::Bool(true) => "yes".into_any(),
        Json::Bool(false) => "no".into_any(),
        Json::String(text) => text.into_any(),
        Json::Number(number) => number.to_string().into_any(),
        nested => view! { <code class="settings-json">{nested.to_string()}</code> }.into_any(),
    }
}

/// What only a proof needs.
#[component]
fn More(answer: Option<Json>, modification_id: Option<String>, hash: String) -> impl IntoView {
    let answer = answer.map(|answer| view! { <Detail label="PEMS answered" text=answer.to_string() /> });
    let modification = modification_id.map(|id| view! { <Detail label="Modification" text=id /> });
    view! {
        <details class="settings-more">
            <summary>"Proof"</summary>
            <dl class="change-list">{answer} {modification} <Detail label="SHA-256" text=hash /></dl>
        </details>
    }
    .into_any()
}

#[component]
fn Detail(label: &'static str, text: String) -> impl IntoView {
    view! {
        <div class="change">
            <dt>{label}</dt>
            <dd>
                <code class="settings-json">{text}</code>
            </dd>
        </div>
    }
    .into_any()
}
