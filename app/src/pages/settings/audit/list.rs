//! `/o/:org/settings/audit`: the log, newest first.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use vanguard_domain::permission::Permission;

use super::address::Address;
use super::chain::Chain;
use super::entry::EntryRow;
use super::filter::Filter;
use crate::backend;
use crate::components::empty_state::EmptyState;
use crate::components::icon::Glyph;
use crate::components::loaded::Loaded;
use crate::components::table_frame::TableFrame;
use crate::fetched::fetched;
use crate::server_fns::audit::{audit_entries, audit_filters};
use crate::session::{may, use_organization};

/// The page. `?event=`, `?user=`, `?record=`, `?from=` and `?to=` say which entries, `?after=` from where on, and
/// `?verify=` whether the chain is to be verified.
#[component]
pub fn AuditPage() -> impl IntoView {
    let organization = use_organization();
    let id = organization.id;
    let query = use_query_map();
    let address = Memo::new(move |_| query.with(Address::read));
    let choices = fetched(|| (), move |()| audit_filters(id));
    // It does not follow events: a log that moves while one reads it cannot be read.
    let entries = fetched(
        move || address.get(),
        move |address| {
            let (since, until) = (address.since(), address.until());
            audit_entries(
                id,
                address.event_type,
                address.user_id,
                address.pfa_id,
                since,
                until,
                address.after,
            )
        },
    );
    let verify = format!("/o/{}/settings/audit", organization.code);
    view! {
        <Title text="Audit log" />
        <section class="settings-section" aria-labelledby="audit-heading">
            <div class="section-head">
                <h2 id="audit-heading">"Audit log"</h2>
                <form method="get" action=verify>
                    <button class="button" type="submit" name="verify" value="1">
                        "Verify the chain"
                    </button>
                </form>
            </div>
            <p>
                "Who did what, when, with which outcome. Entries are never changed: each carries the hash of the one before, so that
                a change would show. All times are UTC."
            </p>
            <Chain />
            <Loaded resource=choices what="what the log can be filtered by" let:choices>
                {move || view! { <Filter choices=choices.clone() address=address.get() /> }}
            </Loaded>
            <Loaded resource=entries what="the audit log" let:page>
                <Entries page address=address.get_untracked() />
            </Loaded>
        </section>
    }
    .into_any()
}

#[component]
fn Entries(page: backend::AuditPage, address: Address) -> impl IntoView {
    let backend::AuditPage { entries, next_cursor } = page;
    if entries.is_empty() {
        let text = if address.is_filtered() {
            "Nothing that fits was written. Take a condition away."
        } else {
            "Whatever changes something is written here."
        };
        return view! {
            <div class="panel">
                <EmptyState glyph=Glyph::List title="No entries">
                    <p>{text}</p>
                </EmptyState>
            </div>
            <Ways address next_cursor=None />
        }
        .into_any();
    }
    let rows = entries.into_iter().map(|entry| view! { <EntryRow entry /> }).collect_view();
    view! {
        <TableFrame label="Audit log">
            <table class="table settings-audit">
                <thead>
                    <tr>
                        <th scope="col">"Time (UTC)"</th>
                        <th scope="col">"Who"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"Record"</th>
                        <th scope="col">"Before → after"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
        <Ways address next_cursor />
    }
    .into_any()
}

/// The way to older entries and back, and the files.
#[component]
fn Ways(address: Address, next_cursor: Option<String>) -> impl IntoView {
    let organization = use_organization();
    let newest =
        address.after.is_some().then(|| Address { after: None, ..address.clone() }.link(&organization.code));
    let older =
        next_cursor.map(|after| Address { after: Some(after), ..address.clone() }.link(&organization.code));
    let files = may(Permission::Export).then(|| {
        view! {
            <a class="button" href=address.export(organization.id, "csv") rel="external" download="">
                "Export as CSV"
            </a>
            <a class="button" href=address.export(organization.id, "jsonl") rel="external" download="">
                "Export as JSONL"
            </a>
        }
    });
    view! {
        <nav class="button-row" aria-label="Pages and files">
            {newest
                .map(|href| {
                    view! {
                        <a class="button" href=href>
                            "Newest"
                        </a>
                    }
                })}
            {older
                .map(|href| {
                    view! {
                        <a class="button" href=href rel="next">
                            "Older"
                        </a>
                    }
                })}
            {files}
        </nav>
    }
    .into_any()
}
