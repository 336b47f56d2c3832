//! The timeline: each record's plan, forecast and actual as bars over the days.
//!
//! It is the grid drawn in another way. Its rows, drafts, saving, undo, fetching and events are those of
//! [`Grid`](crate::components::grid::state::Grid), so a draft looks the same in both and is made by the same rules.
//!
//! | module | what it knows |
//! |---|---|
//! | [`zoom`], [`span`], [`scale`], [`ticks`], [`sight`] | arithmetic: days to pixels and back, which days are drawn |
//! | [`dates`], [`words`], [`cost`] | a record's dates, how they move, and how they are told |
//! | [`keys`] | what a key does |
//! | [`state`] | all of that together with the grid, as a handle that the parts share |
//! | [`proposing`] | a forecast that is being moved and is not a draft yet |
//! | [`scrolling`], [`pressing`] | what the user does |
//! | [`table`], [`axis`], [`row`], [`bars`], [`ghost`] | what is drawn |
//!
//! The first three lines are pure and tested here; the others are tested in the browser.

pub mod axis;
pub mod bars;
pub mod cost;
pub mod dates;
pub mod ghost;
pub mod keys;
pub mod pressing;
pub mod proposing;
pub mod row;
pub mod scale;
pub mod scrolling;
pub mod sight;
pub mod span;
pub mod state;
pub mod table;
pub mod ticks;
pub mod words;
pub mod zoom;
