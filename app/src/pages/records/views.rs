//! Views with a name: filters, order, columns and grouping, found again and shared.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::steering::use_steering;
use crate::backend::{BackendError, NewView, SavedView};
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::grid::columns::default_columns;
use crate::components::grid::list::{COLUMNS, ListView, names, query_string};
use crate::components::grid::state::use_grid;
use crate::components::loaded::Loaded;
use crate::error::ErrorMessage;
use crate::fetched::fetched;
use crate::hydration::use_hydrated;
use crate::server_fns::views::{delete_view, save_view, saved_views};
use crate::session::use_organization;

/// How the dialog stands. A handle: copy it around.
#[derive(Debug, Clone, Copy)]
struct Stage {
    /// Counts up when the views have changed.
    version: RwSignal<u32>,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<BackendError>>,
}

impl Stage {
    /// Does something about the views; what is listed is fetched anew.
    fn run<T: 'static>(self, act: impl Future<Output = Result<T, BackendError>> + 'static) {
        self.is_busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = act.await;
            // The dialog may be closed by now.
            if self.is_busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(_) => self.version.update(|version| *version += 1),
                Err(error) => self.failure.set(Some(error)),
            }
        });
    }
}

/// The dialog.
#[component]
pub fn Views() -> impl IntoView {
    let organization_id = use_organization().id;
    let steering = use_steering();
    let close = steering.address.with_untracked(|address| address.with_dialog(None).link());
    let stage =
        Stage { version: RwSignal::new(0), is_busy: RwSignal::new(false), failure: RwSignal::new(None) };
    let views = fetched(move || stage.version.get(), move |_| saved_views(organization_id));
    view! {
        <Dialog title="Views" close>
            <Loaded resource=views what="the views" let:views>
                <List views stage />
            </Loaded>
            {move || stage.failure.get().map(|error| view! { <ErrorMessage error /> })}
            <Save stage />
            <div class="button-row">
                <CloseDialog label="Close" />
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn List(views: Vec<SavedView>, stage: Stage) -> impl IntoView {
    if views.is_empty() {
        return view! {
            <p class="muted">
                "No views yet. Filter and sort the records as you need them, and save that under a name."
            </p>
        }
        .into_any();
    }
    let organization_id = use_organization().id;
    let hydrated = use_hydrated();
    let items = views
        .into_iter()
        .map(|view| {
            let SavedView { id, name, query, is_shared, owner, is_own } = view;
            let by = match (is_own, is_shared) {
                (true, true) => "shared by you".to_owned(),
                (true, false) => "yours".to_owned(),
                (false, _) => format!("shared by {owner}"),
            };
            let delete = is_own.then(|| {
                view! {
                    <button
                        type="button"
                        class="button button-small"
                        aria-label=format!("Delete the view {name}")
                        disabled=move || !hydrated.get() || stage.is_busy.get()
                        on:click=move |_| stage.run(delete_view(organization_id, id))
                    >
                        "Delete"
                    </button>
                }
            });
            view! {
                <li class="saved-view">
                    <a href=format!("?{query}")>{name}</a>
                    <span class="muted">{by}</span>
                    {delete}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="saved-views" aria-label="Saved views">{items}</ul> }.into_any()
}

/// Saves what is shown now.
#[component]
fn Save(stage: Stage) -> impl IntoView {
    let organization = use_organization();
    let hydrated = use_hydrated();
    let grid = use_grid();
    let steering = use_steering();
    let name = RwSignal::new(String::new());
    let is_shared = RwSignal::new(false);
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let shown = steering.address.with_untracked(|address| address.list.clone());
        let view = NewView {
            name: name.get_untracked(),
            query: query_of(&shown, &names(&untrack(|| grid.columns()))),
            is_shared: is_shared.get_untracked(),
        };
        stage.run(save_view(organization.id, view));
    };
    view! {
        <form class="save-view" on:submit=save>
            <div class="field">
                <label for="view-name">"Save what is shown now as"</label>
                <input
                    class="input"
                    id="view-name"
                    maxlength="80"
                    required
                    autocomplete="off"
                    on:input=move |event| name.set(event_target_value(&event))
                />
            </div>
            <label>
                <input type="checkbox" on:change=move |event| is_shared.set(event_target_checked(&event)) />
                {format!(" For everybody in {}", organization.name)}
            </label>
            <button
                type="submit"
                class="button button-primary"
                disabled=move || !hydrated.get() || stage.is_busy.get() || name.with(|name| name.trim().is_empty())
            >
                "Save"
            </button>
        </form>
    }
    .into_any()
}

/// With its columns, so that others see it as it was saved; those of somebody who sees everything are left out.
fn query_of(list: &ListView, columns: &str) -> String {
    let everything = names(&default_columns());
    let mut pairs = ListView { columns: Vec::new(), ..list.clone() }.pairs();
    if columns != everything {
        pairs.push((COLUMNS, columns.to_owned()));
    }
    query_string(pairs).trim_start_matches('?').to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::address::Address;
    use super::*;

    #[test]
    fn a_view_keeps_filters_order_and_columns() {
        let list = Address::parse([("source", "Rental"), ("sort", "-model"), ("group", "class")]).list;
        assert_eq!(
            query_of(&list, "model,state"),
            "source=Rental&sort=%2Dmodel&group=class&columns=model%2Cstate"
        );
    }
}
