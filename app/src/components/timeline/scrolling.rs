//! The view on the days: measuring it, scrolling it, and keeping its middle when the scale changes.

use chrono::NaiveDate;
use leptos::prelude::*;
use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};

use super::bars::{days_shown, extent, forecast_extent};
use super::sight::sight;
use super::state::{Timeline, width};
use crate::hydration::use_hydrated;

/// The view's position and width in CSS pixels, without the records that stand beside the days.
#[derive(Debug, Clone, Copy)]
struct View {
    left: i32,
    width: i32,
}

impl Timeline {
    /// Begins where the address says, or else with today, and follows the scale from then on.
    pub fn follow(self, at: Option<NaiveDate>) {
        let hydrated = use_hydrated();
        Effect::new(move || {
            if hydrated.get() {
                if at.is_some() {
                    self.first_day.set(at);
                }
                // After a frame: the ground must have its width first.
                request_animation_frame(move || match at {
                    Some(day) => self.scroll_to(self.place(day)),
                    None => self.show_today(),
                });
            }
        });
        Effect::new(move |before: Option<()>| {
            let scale = self.scale.get();
            // Before the ground has its new width: then the browser may scroll by itself.
            let centre = self.centre.get_value();
            if let Some(centre) = centre.filter(|_| before.is_some()) {
                request_animation_frame(move || {
                    let Some(view) = self.view() else { return };
                    self.scroll_to(pixels(scale.x(centre)) - view.width / 2);
                    self.first_day.set(Some(scale.day_at(self.left())));
                });
            }
        });
        // A date beyond the ground, from here or from elsewhere: it gets ground under it.
        let grid = self.grid;
        Effect::new(move || {
            grid.unsaved.track();
            let mut span = self.span.get_untracked();
            let today = self.today.get_untracked();
            for number in grid.window.get() {
                let days = grid.read(number, |view| view.as_ref().and_then(days_shown));
                for day in days.into_iter().flatten() {
                    span = span.with(day, today);
                }
            }
            if span != self.span.get_untracked() {
                self.span.set(span);
            }
        });
    }

    /// Finds out which days are in sight: after scrolling, after a change of size.
    pub fn look(self) {
        let Some(view) = self.view() else { return };
        let scale = self.scale.get_untracked();
        if let Some(wanted) =
            self.sight.with_untracked(|drawn| sight(drawn, view.left, view.width, width(scale)))
        {
            self.sight.set(wanted);
        }
        self.centre.set_value(Some(scale.day_at(f64::from(view.left) + f64::from(view.width) / 2.0)));
        // A day is several pixels, or a pixel several days: where we scrolled to ourselves, the day is known already.
        if self.settled.get_value() != Some(view.left) {
            self.settled.set_value(None);
            self.first_day.set(Some(scale.day_at(f64::from(view.left))));
        }
    }

    /// Shows `day` at the left edge.
    pub fn show_from(self, day: NaiveDate) {
        self.first_day.set(Some(day));
        request_animation_frame(move || self.scroll_to(self.place(day)));
    }

    /// Shows today, with more of what comes than of what was.
    pub fn show_today(self) {
        let Some(view) = self.view() else { return };
        let today = pixels(self.scale.get_untracked().x(self.today.get_untracked()));
        self.scroll_to(today - view.width / 3);
    }

    /// Shows the forecast of a row, or else what bars it has.
    pub fn show_bars(self, number: u32) {
        let scale = self.scale.get_untracked();
        let extent = self.grid.read(number, |view| {
            let view = view?;
            forecast_extent(&view, scale)
                .or_else(|| days_shown(&view).map(|[first, last]| extent((first, last), scale)))
        });
        if let (Some((left, right)), Some(view)) = (extent, self.view()) {
            let room = (view.width - pixels(right - left)).max(0) / 2;
            self.scroll_to(pixels(left) - room);
            self.first_day.set(Some(scale.day_at(self.left())));
        }
    }

    /// Where the page itself scrolls, as on a phone: brings the view into sight.
    pub fn bring_into_sight(self) {
        if let Some(scroller) = self.grid.scroller.get_untracked() {
            let options = ScrollIntoViewOptions::new();
            options.set_block(ScrollLogicalPosition::Nearest);
            scroller.scroll_into_view_with_scroll_into_view_options(&options);
        }
    }

    /// Scrolls on by so many pixels: something is dragged to the edge.
    pub(super) fn scroll_by(self, by: i32) {
        if let Some(view) = self.view() {
            self.scroll_to(view.left + by);
        }
    }

    /// How far `client_x`, a place in the window, lies beyond the edges of the view: below zero to the left.
    pub(super) fn beyond(self, client_x: f64) -> f64 {
        let (Some(scroller), Some(view)) = (self.grid.scroller.get_untracked(), self.view()) else {
            return 0.0;
        };
        let right = scroller.get_bounding_client_rect().left() + f64::from(scroller.client_width());
        let left = right - f64::from(view.width);
        (client_x - right).max(0.0) + (client_x - left).min(0.0)
    }

    /// Where `client_x`, a place in the window, lies on the axis.
    pub(super) fn on_axis(self, client_x: f64) -> Option<f64> {
        Some(client_x - self.grid.find(".timeline-axis")?.get_bounding_client_rect().left())
    }

    fn view(self) -> Option<View> {
        let scroller = self.grid.scroller.try_get_untracked()??;
        let records = self.grid.find(".timeline-record-head")?.offset_width();
        Some(View { left: scroller.scroll_left(), width: (scroller.client_width() - records).max(1) })
    }

    fn left(self) -> f64 {
        self.view().map_or(0.0, |view| view.left.into())
    }

    fn place(self, day: NaiveDate) -> i32 {
        pixels(self.scale.get_untracked().x(day))
    }

    fn scroll_to(self, left: i32) {
        if let Some(scroller) = self.grid.scroller.try_get_untracked().flatten() {
            scroller.set_scroll_left(left);
            self.settled.set_value(Some(scroller.scroll_left()));
            self.look();
        }
    }
}

/// To the next whole pixel: the one before may belong to the day before.
#[expect(clippy::cast_possible_truncation, reason = "fifty years of days are far below 2^31 pixels")]
fn pixels(x: f64) -> i32 {
    x.ceil() as i32
}
