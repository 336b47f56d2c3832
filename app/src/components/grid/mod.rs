//! The records grid: ten thousand rows in a window of some fifty, edited in place.
//!
//! | module | what it knows |
//! |---|---|
//! | [`list`] | which records, in which order |
//! | [`columns`] | the columns |
//! | [`window`], [`cursor`], [`keys`], [`paste`] | arithmetic: rows in sight, the active cell, keys, clipboard |
//! | [`cell_text`], [`cell`], [`lock`] | what a cell shows, and whether it can be edited |
//! | [`draft`], [`ledger`], [`undo`], [`selection`], [`cache`] | what the user changed, ticked, and what is held |
//! | [`state`] | all of that together, as a handle that the parts share |
//! | [`loading`], [`saving`], [`live`] | the server: rows from there, drafts to there, events |
//! | [`editing`], [`pasting`], [`setting`], [`selecting`], [`scrolling`], [`pressing`] | what the user does |
//! | [`ending`] | drafts that are no more: committed, discarded, replaced |
//! | [`table`], [`heading`], [`row`], [`editor`], [`mark`] | what is drawn |
//!
//! All but the last five lines is pure and tested here; those are tested in the browser.

pub mod browser;
pub mod cache;
pub mod cell;
pub mod cell_text;
pub mod columns;
pub mod cursor;
pub mod draft;
pub mod editing;
pub mod editor;
pub mod ending;
#[cfg(test)]
mod fixture;
pub mod heading;
pub mod keys;
pub mod ledger;
pub mod list;
pub mod live;
pub mod loading;
pub mod lock;
pub mod mark;
pub mod paste;
pub mod pasting;
pub mod pressing;
pub mod row;
pub mod saving;
pub mod scrolling;
pub mod selecting;
pub mod selection;
pub mod setting;
pub mod state;
pub mod table;
pub mod undo;
pub mod window;
