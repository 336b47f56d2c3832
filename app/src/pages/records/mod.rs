//! The records of an organisation.
//!
//! The grid itself is [`crate::components::grid`]; here is what surrounds it: the address that says what it shows,
//! search and filters, the bar of drafts, and the dialogs.

pub mod address;
pub mod chips;
pub mod choices;
pub mod commit;
pub mod commit_result;
pub mod dialogs;
pub mod discard;
pub mod discontinue;
pub mod draft_bar;
pub mod empty;
pub mod filters;
pub mod grid;
pub mod pager;
pub mod rebase;
pub mod review;
pub mod selection_bar;
pub mod status;
pub mod steering;
pub mod toolbar;
