//! The table of conflicts.

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::address::Address;
use super::words;
use crate::backend::ConflictView;
use crate::components::field_value::grouped;
use crate::components::relative_time::RelativeTime;
use crate::components::selection::{Selection, Tick, TickAll};
use crate::components::table_frame::TableFrame;
use crate::components::tag::Tag;
use crate::session::use_organization;

/// The table.
#[component]
pub fn Rows(
    conflicts: Vec<ConflictView>,
    /// How many there are beyond this page as well.
    total: i64,
    /// None: nothing can be ticked.
    #[prop(optional_no_strip)]
    selection: Option<Selection>,
) -> impl IntoView {
    let shown = conflicts.len();
    let caption = i64::try_from(shown).is_ok_and(|shown| shown < total).then(|| {
        let text = format!("{} of {}", grouped(&shown.to_string()), grouped(&total.to_string()));
        view! { <caption>{text}</caption> }
    });
    let tick_all = selection.map(|selection| {
        view! {
            <th scope="col" class="tick">
                <TickAll selection rows=shown />
            </th>
        }
    });
    let rows = conflicts.into_iter().map(|conflict| view! { <Row conflict selection /> }).collect_view();
    view! {
        <TableFrame label="Conflicts">
            <table class="table">
                {caption} <thead>
                    <tr>
                        {tick_all} <th scope="col">"Record"</th> <th scope="col">"Status"</th>
                        <th scope="col">"Fields"</th> <th scope="col">"Changed by"</th>
                        <th scope="col">"In PEMS by"</th> <th scope="col">"Since"</th>
                        <th scope="col">"Cause"</th>
                    </tr>
                </thead> <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn Row(conflict: ConflictView, #[prop(optional_no_strip)] selection: Option<Selection>) -> impl IntoView {
    let address = use_query_map().with_untracked(Address::read);
    let href = address.over(&use_organization().code, conflict.id);
    let fields: Vec<_> = conflict.conflict_fields.iter().map(|field| field.label()).collect();
    let (tone, glyph, label) = words::status(conflict.status);
    let tick = selection.map(|selection| {
        view! {
            <td class="tick">
                <Tick selection id=conflict.id pfa_id=conflict.pfa_id.clone() />
            </td>
        }
    });
    view! {
        <tr>
            {tick} <th scope="row">
                <A href=href>{conflict.pfa_id}</A>
                <span class="row-note">{conflict.pfa_details.description}</span>
            </th> <td>
                <Tag tone glyph label />
                {conflict.rule.map(|rule| view! { <span class="row-note">{rule}</span> })}
            </td> <td>{fields.join(", ")}</td> <td>{conflict.modified_by.username}</td>
            <td>{conflict.pems_updated_by}</td> <td>
                <RelativeTime at=conflict.created_at />
            </td> <td>{words::cause(conflict.cause)}</td>
        </tr>
    }
    .into_any()
}
