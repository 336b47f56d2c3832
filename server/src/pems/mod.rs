//! Reaching PEMS.
//!
//! | module | what it does |
//! |---|---|
//! | [`connector`](PemsConnector), [`error`](PemsError) | what is asked of a system of record, and what can come of it |
//! | [`contract`] | the connector for the PEMS contract over HTTP |
//! | [`limiter`] | the rate budget of a credential, shared by all replicas |
//! | [`breaker`] | leaves PEMS alone when it fails, stops when it refuses us |
//! | [`servers`](PemsServers) | which PEMS an organisation uses, with all of the above |
//! | [`storable`](storable_json) | makes answers fit to be stored |
//! | [`words`](in_our_words) | failures for those who may not see amounts |
//!
//! To send a request: [`PemsServers::for_organisation`], [`PemsServer::gate`], then for each request
//! [`limiter::Limiter::acquire`], the call of the connector, and [`PemsServer::observe_success`] or
//! [`PemsServer::observe`].

pub mod breaker;
pub mod contract;
pub mod limiter;

mod connector;
mod error;
mod servers;
mod storable;
mod words;

pub use connector::{Capabilities, ListPage, ListRequest, PemsConnector, Write, Written};
pub use error::{Answer, PemsError};
pub use servers::{Gate, NoServer, Observation, PemsServer, PemsServers, item_counts_as_retry};
pub use storable::{storable_json, storable_text};
pub use words::in_our_words;
