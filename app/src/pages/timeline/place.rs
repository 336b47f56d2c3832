//! What of the timeline stands in the address besides the list: the zoom, and the first day in sight.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::components::timeline::state::Timeline;
use crate::components::timeline::zoom::Zoom;
use crate::pages::records::address::Address;
use crate::pages::records::steering::{REST, Steering};

/// Where the timeline begins when the address says nothing.
const USUAL: Zoom = Zoom::Month;

/// The zoom that the path asks for; `None` if there is no such.
pub fn use_zoom() -> Memo<Option<Zoom>> {
    let path = use_location().pathname;
    Memo::new(move |_| path.with(|path| zoom_of(path)))
}

fn zoom_of(path: &str) -> Option<Zoom> {
    match path.trim_end_matches('/').rsplit_once("/timeline/") {
        Some((_, name)) => Zoom::parse(name),
        None => Some(USUAL),
    }
}

/// The same list and place with another zoom.
pub fn zoom_link(organization: &str, zoom: Zoom, address: &Address) -> String {
    let query = Address { at: None, dialog: None, ..address.clone() }.link();
    format!("/o/{organization}/timeline/{}{}", zoom.name(), query.trim_end_matches('?'))
}

/// Writes the first row and day in sight and the active record into the address once they rest, so that reload and Back
/// come back to them.
pub fn remember_place(timeline: Timeline, steering: Steering) {
    let grid = timeline.grid;
    let number = StoredValue::new(0_u64);
    Effect::new(move |before: Option<()>| {
        let _ = (grid.first_in_view.get(), grid.cursor.get(), timeline.first_day.get());
        // What was there at first came from the address, or is where every list begins.
        if before.is_none() {
            return;
        }
        let mine = number.try_update_value(|number| {
            *number += 1;
            *number
        });
        set_timeout(
            move || {
                // Only the last of them, and only if the user is still on this page.
                if number.try_get_value() == mine {
                    let record = untrack(|| grid.active_record());
                    let from = grid.first_in_view.get_untracked();
                    steering.remember(from, record, timeline.first_day.get_untracked());
                }
            },
            REST,
        );
    });
}

/// Goes to the day that Back, Forward or a link ask for.
pub fn follow_day(timeline: Timeline, steering: Steering) {
    Effect::new(move |before: Option<Option<chrono::NaiveDate>>| {
        let now = steering.address.with(|address| address.at);
        if let Some(day) = now
            && before.is_some_and(|before| before != now)
            && timeline.first_day.get_untracked() != now
        {
            timeline.show_from(day);
        }
        now
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_says_the_zoom() {
        assert_eq!(zoom_of("/o/RIO/timeline"), Some(Zoom::Month));
        assert_eq!(zoom_of("/o/RIO/timeline/"), Some(Zoom::Month));
        assert_eq!(zoom_of("/o/RIO/timeline/week"), Some(Zoom::Week));
        assert_eq!(zoom_of("/o/RIO/timeline/minute"), None);
    }

    #[test]
    fn another_zoom_shows_the_same_list() {
        let address = Address::parse([("source", "Rental"), ("from", "20"), ("at", "2026-03-01")]);
        assert_eq!(zoom_link("RIO", Zoom::Day, &address), "/o/RIO/timeline/day?source=Rental&from=20");
        assert_eq!(zoom_link("RIO", Zoom::Year, &Address::default()), "/o/RIO/timeline/year");
    }
}
