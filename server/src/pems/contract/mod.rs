//! PEMS over HTTP, as its contract has it.
//!
//! ```text
//! client     what is asked for                 (the connector)
//! reply      what a reply means                (pure)
//!   error    by status and code
//!   retry_after
//! written, batch, page, record                 what the JSON of a good reply says (pure)
//! wire       the JSON that we send             (pure)
//! ```
//!
//! What is never in doubt: a write is *confirmed* only by a whole, readable answer that says so; it is *surely
//! not applied* only if PEMS says so, or if the request cannot have left. Everything in between is an unknown
//! outcome.

mod batch;
mod client;
mod error;
mod page;
mod record;
mod reply;
mod retry_after;
mod settings;
mod wire;
mod written;

pub use client::HttpConnector;
pub use settings::{ConnectorSettings, Limits, UnusableSettings};
