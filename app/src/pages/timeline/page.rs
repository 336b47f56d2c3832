//! `/o/:org/timeline` and `/o/:org/timeline/:zoom`: the timeline, with what surrounds it.

use leptos::prelude::*;
use leptos_meta::Title;

use super::panel::ForecastPanel;
use super::place::{follow_day, remember_place, use_zoom};
use super::tools::{Keys, Tools};
use crate::components::grid::list::query_string;
use crate::components::grid::state::{Grid, GridInput, Way};
use crate::components::grid::window::PAGE_SIZE;
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::timeline::state::{Timeline, columns};
use crate::components::timeline::table::TimelineTable;
use crate::components::timeline::zoom::Zoom;
use crate::fetched::fetched;
use crate::pages::not_found::NotFound;
use crate::pages::records::address::Dialog;
use crate::pages::records::chips::FilterChips;
use crate::pages::records::commit::Commit;
use crate::pages::records::dialogs::Dialogs;
use crate::pages::records::draft_bar::DraftBar;
use crate::pages::records::empty::NoRecords;
use crate::pages::records::pager::Pager;
use crate::pages::records::status::GridStatus;
use crate::pages::records::steering::{Steering, follow_focus, use_address, use_steering};
use crate::pages::records::toolbar::Toolbar;
use crate::server_fns::timeline::{TimelineStart, start_timeline};
use crate::session::{use_organization, use_user};

/// The timeline of the organisation's records. The server renders its first rows; scripts take over from there.
#[component]
pub fn TimelinePage() -> impl IntoView {
    let organization_id = use_organization().id;
    let address = use_address();
    let zoom = use_zoom();
    provide_context(Steering::new(address));
    let start = fetched(
        || (),
        move |()| {
            let address = address.get_untracked();
            let offset = address.from - address.from % PAGE_SIZE;
            let focus = address.focus.filter(|_| address.from == 0);
            start_timeline(organization_id, address.list.query(offset, PAGE_SIZE), focus)
        },
    );
    let is_known = Memo::new(move |_| zoom.with(Option::is_some));
    move || {
        if !is_known.get() {
            return view! { <NotFound what="zoom of the timeline" /> }.into_any();
        }
        let zoom = Memo::new(move |before: Option<&Zoom>| {
            // While the page is being left, the path is another one already.
            zoom.get().or(before.copied()).unwrap_or(Zoom::Month)
        });
        view! {
            <Title text="Timeline" />
            <div class="records timeline-page">
                <Loaded resource=start what="the timeline" let:start>
                    <TimelineAndAll start zoom />
                </Loaded>
            </div>
        }
        .into_any()
    }
}

/// The timeline with everything around it, from what the server found first.
#[component]
fn TimelineAndAll(start: TimelineStart, zoom: Memo<Zoom>) -> impl IntoView {
    let steering = use_steering();
    let address = steering.address;
    let organization = use_organization();
    let input = GridInput {
        organization_id: organization.id,
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
    let is_lost = start.records.focused.is_none() && address.with_untracked(|address| address.from == 0);
    let missing = focus.clone().filter(|_| is_lost);
    let user = use_user().expect("the layout lets in only those who are logged in");
    let grid = Grid::new(input, user, start.records, focus.as_deref()).with_columns(columns());
    if let Some(missing) = missing {
        grid.say(format!("{missing} is not in this list."));
    }
    let timeline = Timeline::new(grid, start.span, zoom);
    provide_context(grid);
    provide_context(timeline);
    provide_context(Commit::new(grid));
    follow_focus(grid, steering);
    remember_place(timeline, steering);
    timeline.follow(address.with_untracked(|address| address.at));
    // After that: where the address says is where one stands in the end.
    follow_day(timeline, steering);
    let records = move || {
        format!(
            "/o/{}/records{}",
            organization.code,
            address.with(|address| query_string(address.list.pairs()))
        )
    };
    view! {
        <Toolbar title="Timeline">
            <a class="button" href=records>"Records"</a>
        </Toolbar>
        <FilterChips />
        <Tools zoom />
        <GridStatus />
        {move || address.with(|address| address.dialog.is_none()).then(|| view! { <NoticeBanner /> })}
        <div class="grid-frame timeline-frame" class:is-empty=move || grid.total.get() == 0>
            <TimelineTable />
            <NoRecords />
        </div>
        <Pager />
        <ForecastPanel />
        <Keys />
        <DraftBar />
        <Dialogs />
    }
    .into_any()
}
