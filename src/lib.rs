//! The domain of Vanguard: what a PFA record, a change, a conflict *is*.
//!
//! Everything here is pure: no I/O, no clock, no randomness. The same code runs in the browser (wasm) and on
//! the server, so that the two cannot disagree.
//!
//! | module | what it knows |
//! |---|---|
//! | [`record`] | the record, its values and the field table that grid, forms, diff and validation all use |
//! | [`delta`] | what a change is: some fields with new values; how to take and apply differences |
//! | [`bulk_edit`] | one edit of many records |
//! | [`validation`] | the rules of a single edit and of a whole record, every error at once |
//! | [`three_way`] | base, local and PEMS compared field by field, and what follows from it |
//! | [`conflict`] | a conflict's states and its three resolutions |
//! | [`contrast`] | how one value differs from another, in words |
//! | [`ownership`] | whose value holds where a rule says so, without asking a person |
//! | [`what_if`] | what such rules would have done to past conflicts |
//! | [`undo`] | where the undoing of a merge stands |
//! | [`modification`] | a user's change on its way from draft to synced |
//! | [`queue`] | one write on its way to PEMS, and the dead letter |
//! | [`outcome`] | what an interrupted write turned out to be, once the record was read back |
//! | [`retry`] | when to try again |
//! | [`rollback`] | what would take records back, and what stands against it |
//! | [`cost`] | what a record costs by plan, forecast and actual |
//! | [`portfolio`] | what all records together cost, by category and by month |
//! | [`permission`] | who may do what |
//! | [`audit`] | the hash chain of the audit log |
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod audit;
pub mod bulk_edit;
pub mod conflict;
pub mod contrast;
pub mod cost;
pub mod delta;
pub mod modification;
pub mod outcome;
pub mod ownership;
pub mod permission;
pub mod portfolio;
pub mod queue;
pub mod record;
pub mod retry;
pub mod rollback;
pub mod three_way;
pub mod undo;
pub mod validation;
pub mod what_if;
