//! Changes that PEMS crossed.

pub mod broken_rules;
pub mod decide;
pub mod decision;
pub mod detail;
pub mod dispute;
pub mod list;
pub mod merges;
pub mod outcome;
pub mod picks;
pub mod sides;
pub mod tabs;
pub mod words;
