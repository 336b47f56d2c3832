//! The server's tests against real parts: the server process, PostgreSQL, and the PEMS simulator over HTTP.
//!
//! `DATABASE_URL` names a PostgreSQL server on which databases may be created; `cargo xtask test` starts one.
#![allow(unreachable_pub, reason = "a test binary has no outside; the benchmarks share `app`")]
#![allow(clippy::unwrap_used, reason = "a test that meets what it did not expect has failed")]

mod api;
#[allow(dead_code, reason = "the benchmarks use the rest of it")]
mod app;
mod faults;
mod sync;
