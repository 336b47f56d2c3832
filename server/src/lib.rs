//! The axum server that hosts the pages and runs the worker.
//!
//! | module | what it does |
//! |---|---|
//! | [`admin`] | what administrators set up: API servers, settings, users |
//! | [`alert`] | tells administrators by Slack and e-mail what is wrong |
//! | [`audit`] | appends to the hash-chained audit log, reads and verifies it |
//! | [`auth`] | who somebody is: passwords, sessions, the limit on logging in |
//! | [`clock`] | what time it is |
//! | [`config`] | the settings, checked all together |
//! | [`conflict`] | conflicts and merges: found by the worker, decided by people or by a rule |
//! | [`credentials`] | encrypts secrets at rest |
//! | [`database`] | connects and migrates |
//! | [`deck`] | the command deck: what needs the viewer, and what everything costs |
//! | [`demo`] | demonstration users for an empty database |
//! | `exchange` | one HTTP request to somebody else, and what comes back |
//! | [`health`] | whether server and sync worker are well, for watchdogs |
//! | [`http`] | pages, JSON API, and what every request passes before them |
//! | [`internal`] | our own errors, shown to users as an id |
//! | [`metrics`] | what is counted and measured |
//! | [`modification`] | saves, commits and discards changes |
//! | [`notify`] | tells browsers and workers, over PostgreSQL, that something changed |
//! | [`ownership`] | whose value holds, where an administrator has said so; what that would have done |
//! | [`pems`] | reaches PEMS: connector, limiter, breaker |
//! | [`queue`] | claims, leases, retries and buries writes |
//! | [`read_sync`] | reads PEMS into the mirror: bronze → silver → gold → mirror |
//! | [`records`] | reads the merged view |
//! | [`rollback`] | takes batches and records back, with a second pair of eyes |
//! | [`services`] | puts the parts together |
//! | [`sync`] | status, jobs, asking for a run |
//! | [`views`] | how users look at the records: views with a name, columns |
//! | [`worker`] | joins queue and connector: settles, plans, sends, records |
#![recursion_limit = "512"]

pub mod admin;
pub mod alert;
pub mod audit;
pub mod auth;
pub mod clock;
pub mod config;
pub mod conflict;
pub mod credentials;
pub mod database;
pub mod deck;
pub mod demo;
mod exchange;
pub mod health;
pub mod http;
pub mod internal;
pub mod metrics;
pub mod modification;
pub mod notify;
pub mod ownership;
pub mod pems;
pub mod queue;
pub mod read_sync;
pub mod records;
pub mod rollback;
pub mod services;
pub mod sync;
pub mod views;
pub mod worker;
