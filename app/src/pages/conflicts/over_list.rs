//! `/o/:org/conflicts/:id`: a conflict over the list that it stands in.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_params_map};
use uuid::Uuid;

use super::detail::{ConflictDialog, Over};
use crate::paths;
use crate::session::use_organization;

/// The dialog that the address names.
#[component]
pub fn ConflictOverList() -> impl IntoView {
    let list = format!("/o/{}/conflicts", use_organization().code);
    let params = use_params_map();
    let search = use_location().search;
    let id =
        Memo::new(move |_| params.with(|params| params.get("id")).and_then(|id| Uuid::parse_str(&id).ok()));
    let over = Over::new(move |id: Option<Uuid>| {
        let path = id.map_or_else(|| list.clone(), |id| format!("{list}/{id}"));
        // A notice tells what happened before; the next page has its own.
        search.with_untracked(|search| paths::with_query(&path, &paths::without_notice(search)))
    });
    view! { <ConflictDialog id over /> }
}
