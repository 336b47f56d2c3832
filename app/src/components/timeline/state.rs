//! The timeline's state, as a handle that its parts share.

use std::ops::Range;

use chrono::NaiveDate;
use leptos::prelude::*;
use vanguard_domain::record::Field;

use super::pressing::Drag;
use super::proposing::Proposal;
use super::scale::Scale;
use super::sight::first_sight;
use super::span::Span;
use super::zoom::Zoom;
use crate::backend::DateSpan;
use crate::clock::use_now;
use crate::components::grid::columns::Column;
use crate::components::grid::state::Grid;

/// The cell of a row that takes the focus: the bars. Beside it stands the record.
pub const BARS: usize = 1;

/// The grid's columns as the timeline has them.
pub fn columns() -> Vec<Column> {
    vec![Column::Key, Column::Field(Field::ForecastStart)]
}

/// The timeline. A handle: copy it around.
#[derive(Debug, Clone, Copy)]
pub struct Timeline {
    /// Rows, drafts, cursor, and what is fetched and saved.
    pub grid: Grid,
    pub scale: Memo<Scale>,
    /// The day that it is, by UTC.
    pub today: Memo<NaiveDate>,
    /// The part of the axis that is drawn, in CSS pixels.
    pub sight: RwSignal<Range<i32>>,
    /// The first day in sight, once somebody has chosen it.
    pub first_day: RwSignal<Option<NaiveDate>>,
    /// A forecast that is being moved.
    pub proposal: RwSignal<Option<Proposal>>,
    pub(super) span: RwSignal<Span>,
    /// The day in the middle of the view: what stays there when the scale changes.
    pub(super) centre: StoredValue<Option<NaiveDate>>,
    /// Where we ourselves have scrolled to.
    pub(super) settled: StoredValue<Option<i32>>,
    pub(super) drag: StoredValue<Option<Drag>>,
    /// Counts the keys that moved something.
    pub(super) presses: StoredValue<u64>,
}

/// The timeline around this component.
pub fn use_timeline() -> Timeline {
    use_context().expect("parts of the timeline stand inside of it")
}

impl Timeline {
    pub fn new(grid: Grid, dates: DateSpan, zoom: Memo<Zoom>) -> Self {
        let now = use_now();
        let today = Memo::new(move |_| now.get().map_or(dates.today, |now| now.date_naive()));
        let span = RwSignal::new(Span::over(dates.first, dates.last, dates.today));
        let scale = Memo::new(move |_| Scale { span: span.get(), zoom: zoom.get() });
        Self {
            grid,
            scale,
            today,
            sight: RwSignal::new(first_sight(width(scale.get_untracked()))),
            first_day: RwSignal::new(None),
            proposal: RwSignal::new(None),
            span,
            centre: StoredValue::new(None),
            settled: StoredValue::new(None),
            drag: StoredValue::new(None),
            presses: StoredValue::new(0),
        }
    }
}

/// Width of the axis in whole CSS pixels.
#[expect(clippy::cast_possible_truncation, reason = "fifty years of days are far below 2^31 pixels")]
pub(super) fn width(scale: Scale) -> i32 {
    scale.width() as i32
}
