//! The JSON API and the pages' frame: who may what, what is answered to what cannot be.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod administration;
mod alerts_page;
mod amounts;
mod audit_log;
mod bad_requests;
mod commands;
mod connection_test;
mod cross_site;
mod description;
mod frame;
mod lists;
mod live;
mod login;
mod monitoring;
mod organizations;
mod ownership;
mod people;
mod permissions;
mod rollbacks;
mod timeline;

use crate::app::{Setup, TestApp};

/// An application whose tests need no records.
fn without_records() -> Setup {
    TestApp::setup().records(2).without_first_read().setting("ENABLE_CRON_JOBS", "false")
}
