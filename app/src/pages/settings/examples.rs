//! Some conflicts of the past beside what the rules would have made of them.

use leptos::prelude::*;
use leptos_router::components::A;
use vanguard_domain::record::FieldMap;
use vanguard_domain::what_if::Extent;

use crate::backend::WhatIfExample;
use crate::components::field_value::FieldValue;
use crate::components::icon::Glyph;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::session::use_organization;

/// The table; nothing if the rules touch no conflict.
#[component]
pub fn Examples(examples: Vec<WhatIfExample>) -> impl IntoView {
    (!examples.is_empty()).then(|| {
        view! {
            <TableFrame label="Examples">
                <table class="table">
                    <caption>"Examples, those first that people had decided otherwise"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Conflict"</th>
                            <th scope="col">"By the rules"</th>
                            <th scope="col">"Ours"</th>
                            <th scope="col">"PEMS"</th>
                            <th scope="col">"It would hold"</th>
                            <th scope="col">"A person chose"</th>
                        </tr>
                    </thead>
                    <tbody>{examples.into_iter().map(|example| view! { <Row example /> }).collect_view()}</tbody>
                </table>
            </TableFrame>
        }
    })
}

#[component]
fn Row(example: WhatIfExample) -> impl IntoView {
    let href = format!("/o/{}/conflicts/{}", use_organization().code, example.conflict_id);
    let (tone, glyph, label) = match example.extent {
        Extent::Wholly => (Tone::Ok, Glyph::Check, "Decided"),
        Extent::Partly => (Tone::Info, Glyph::User, "In part"),
        Extent::Unsound => (Tone::Warn, Glyph::Warning, "Breaks a rule"),
        Extent::NotAtAll => (Tone::Info, Glyph::User, "Not touched"),
    };
    let person = match (example.by_person, example.same) {
        (Some(chosen), same) => {
            let differs = same == Some(false);
            view! {
                {differs.then(|| view! { <Tag tone=Tone::Warn glyph=Glyph::Collision label="Something else" /> })}
                <Values values=chosen />
            }
            .into_any()
        }
        (None, _) => view! { <span class="muted">"nobody"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <A href=href>{example.pfa_id}</A>
                <span class="row-note">
                    <RelativeTime at=example.created_at />
                </span>
            </th>
            <td>
                <Tag tone glyph label />
            </td>
            <td>
                <Values values=example.ours />
            </td>
            <td>
                <Values values=example.pems />
            </td>
            <td>
                <Values values=example.by_rule />
            </td>
            <td>{person}</td>
        </tr>
    }
    .into_any()
}

/// Fields with their values; a dash for none.
#[component]
fn Values(values: FieldMap) -> impl IntoView {
    if values.is_empty() {
        return view! { <span class="muted">"—"</span> }.into_any();
    }
    let rows = values
        .iter()
        .map(|(field, value)| {
            view! {
                <div class="change">
                    <dt>{field.label()}</dt>
                    <dd>
                        <FieldValue field value=Some(value.clone()) />
                    </dd>
                </div>
            }
        })
        .collect_view();
    view! { <dl class="change-list">{rows}</dl> }.into_any()
}
