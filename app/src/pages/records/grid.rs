//! `/o/:org/records`: the grid, with what surrounds it.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::grid::list::query_string;
use crate::components::grid::state::{Grid, GridInput, Way, use_grid};
use crate::components::grid::table::RecordsGrid;
use crate::components::grid::window::PAGE_SIZE;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::fetched::fetched;
use crate::server_fns::records::{GridStart, start_grid};
use crate::session::{use_organization, use_user};

use super::address::Dialog;
use super::chips::FilterChips;
use super::commit::Commit;
use super::dialogs::Dialogs;
use super::draft_bar::DraftBar;
use super::empty::NoRecords;
use super::groups::Groups;
use super::pager::Pager;
use super::selection_bar::SelectionBar;
use super::status::GridStatus;
use super::steering::{Steering, follow_focus, remember_place, use_address};
use super::toolbar::Toolbar;
use super::tools::Tools;

/// The records of the organisation. The server renders its first rows; scripts take over from there.
#[component]
pub fn GridPage() -> impl IntoView {
    let organization_id = use_organization().id;
    let address = use_address();
    provide_context(Steering::new(address));
    let start = fetched(
        || (),
        move |()| {
            let address = address.get_untracked();
            let offset = address.from - address.from % PAGE_SIZE;
            let focus = address.focus.filter(|_| address.from == 0);
            start_grid(organization_id, address.list.query(offset, PAGE_SIZE), focus)
        },
    );
    view! {
        <Title text="Records" />
        <div class="records">
            <Loaded resource=start what="records" let:start>
                <GridAndAll start />
            </Loaded>
        </div>
    }
    .into_any()
}

/// The grid with everything around it, from what the server found first.
#[component]
fn GridAndAll(start: GridStart) -> impl IntoView {
    let steering = super::steering::use_steering();
    let address = steering.address;
    let input = GridInput {
        organization_id: use_organization().id,
        list: Memo::new(move |_| address.with(|address| address.list.clone())).into(),
        from: Memo::new(move |_| address.with(|address| address.from)).into(),
        open: Callback::new(move |way| {
            steering.open(match way {
                Way::Conflict(id) => Dialog::Conflict(id),
                Way::Rebase(pfa_id) => Dialog::Rebase(pfa_id),
            });
        }),
    };
    let focus = address.with_untracked(|address| address.focus.clone());
    let is_lost = start.focused.is_none() && address.with_untracked(|address| address.from == 0);
    let missing = focus.clone().filter(|_| is_lost);
    let user = use_user().expect("the layout lets in only those who are logged in");
    let grid = Grid::new(input, user, start, focus.as_deref());
    if let Some(missing) = missing {
        grid.say(format!("{missing} is not in this list."));
    }
    let group = Memo::new(move |_| address.with(|address| address.list.group));
    let code = use_organization().code;
    provide_context(grid);
    provide_context(Commit::new(grid));
    grid.follow_list();
    follow_focus(grid, steering);
    remember_place(grid, steering);
    view! {
        <Toolbar title="Records">
            <a class="button" href=move || format!("/o/{code}/timeline{}", address.with(|address| query_string(address.list.pairs())))>
                "Timeline"
            </a>
        </Toolbar>
        <Tools />
        <FilterChips />
        <GridStatus />
        {move || address.with(|address| address.dialog.is_none()).then(|| view! { <NoticeBanner /> })}
        {move || match group.get() {
            Some(by) => view! { <Groups by /> }.into_any(),
            None => view! { <OneByOne /> }.into_any(),
        }}
        <SelectionBar />
        <DraftBar />
        <Dialogs />
    }
    .into_any()
}

/// The records themselves.
#[component]
fn OneByOne() -> impl IntoView {
    let grid = use_grid();
    view! {
        <div class="grid-frame" class:is-empty=move || grid.total.get() == 0>
            <RecordsGrid />
            <NoRecords />
        </div>
        <Pager />
    }
    .into_any()
}
