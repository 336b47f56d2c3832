//! What each role may do.

use leptos::prelude::*;
use vanguard_domain::permission::{Permission, Role};

use super::role_label;
use crate::components::icon::{Glyph, Icon};
use crate::components::table_frame::TableFrame;

/// The table.
#[component]
pub fn Roles() -> impl IntoView {
    let heads =
        Role::ALL.into_iter().map(|role| view! { <th scope="col">{role_label(role)}</th> }).collect_view();
    let rows = Permission::ALL.into_iter().map(|permission| view! { <Row permission /> }).collect_view();
    view! {
        <section aria-labelledby="roles-heading">
            <div class="section-head">
                <h2 id="roles-heading">"What each role may do"</h2>
            </div>
            <TableFrame label="What each role may do">
                <table class="table settings-roles">
                    <thead>
                        <tr>
                            <th scope="col">"Permission"</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableFrame>
        </section>
    }
    .into_any()
}

#[component]
fn Row(permission: Permission) -> impl IntoView {
    let cells = Role::ALL
        .into_iter()
        .map(|role| {
            if role.grants(permission) {
                view! {
                    <td>
                        <span class="settings-granted">
                            <Icon glyph=Glyph::Check />
                            "yes"
                        </span>
                    </td>
                }
                .into_any()
            } else {
                view! {
                    <td>
                        <span class="muted">"no"</span>
                    </td>
                }
                .into_any()
            }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row">
                {words(permission)} <span class="row-note">
                    <code>{permission.to_string()}</code>
                </span>
            </th>
            {cells}
        </tr>
    }
    .into_any()
}

const fn words(permission: Permission) -> &'static str {
    match permission {
        Permission::Read => "See records, conflicts and sync",
        Permission::EditForecast => "Change forecasts",
        Permission::EditActuals => "Change actuals",
        Permission::Delete => "Discontinue records",
        Permission::SaveDraft => "Save drafts",
        Permission::Sync => "Commit, decide conflicts, ask for rollbacks",
        Permission::RefreshData => "Read from PEMS",
        Permission::Export => "Take data along as files",
        Permission::ViewFinancials => "See amounts",
        Permission::ManageSettings => "Settings, audit log, approve rollbacks",
        Permission::ManageUsers => "Users and roles",
        Permission::ConfigureAlerts => "Alerts",
    }
}
