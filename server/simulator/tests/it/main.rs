//! The simulator over HTTP, as a client meets it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails by panicking")]

mod access;
mod client;
mod control;
mod faults;
mod generator;
mod journal;
mod listing;
mod outage;
mod program;
mod rules;
mod state_file;
mod writing;
