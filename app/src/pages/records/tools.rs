//! What can be done with the whole list: views, columns, groups, and files.

use leptos::prelude::*;
use vanguard_domain::permission::Permission;

use super::address::Dialog;
use super::groups::GroupSelect;
use super::steering::use_steering;
use crate::components::grid::list::{COLUMNS, ListView, names, query_string};
use crate::components::grid::state::use_grid;
use crate::session::use_organization;

/// The row of tools below the search.
#[component]
pub fn Tools() -> impl IntoView {
    let grid = use_grid();
    let address = use_steering().address;
    let link = move |dialog| address.with(|address| address.with_dialog(Some(dialog)).link());
    let organization_id = use_organization().id;
    let export = move || {
        let list =
            address.with(|address| ListView { columns: Vec::new(), group: None, ..address.list.clone() });
        let mut pairs = vec![("organizationId", organization_id.to_string())];
        pairs.extend(list.pairs());
        pairs.push((COLUMNS, names(&grid.columns())));
        format!("/api/pfa-data/export{}", query_string(pairs))
    };
    let may_import = grid.may(Permission::SaveDraft);
    view! {
        <div class="records-tools" role="group" aria-label="Tools">
            <a class="button button-small" href=move || link(Dialog::Views) data-noscroll="true">"Views"</a>
            <a class="button button-small" href=move || link(Dialog::Columns) data-noscroll="true">"Columns"</a>
            <GroupSelect />
            <span class="records-tools-files">
                {may_import
                    .then(|| {
                        view! {
                            <a class="button button-small" href=move || link(Dialog::Import) data-noscroll="true">"Import…"</a>
                        }
                    })}
                {grid
                    .may(Permission::Export)
                    .then(|| {
                        view! {
                            <a class="button button-small" href=export rel="external" download="">"Export"</a>
                        }
                    })}
            </span>
        </div>
    }
    .into_any()
}
