//! Reads PEMS into the mirror.
//!
//! ```text
//! service     starts runs: on demand, by [`schedule`], and those that a dead replica left
//!   job       a run in the database: one per organisation, leased, with its cursor
//!   run       from where it stands to its end
//!     request one page from PEMS: gate, limiter, retries
//!     page    one page through the layers, in one transaction
//!       bronze   as it came
//!       silver   typed and checked; what cannot be used goes into quarantine
//!       mirror   our copy at its newest version; worker and read sync share it
//!         gold   derived for analysis
//! ```
//!
//! Whatever is read twice changes nothing: versions never go down, and equal ones are only healed. So a run may
//! overlap with the one before, begin anew, or be cut off at any page.

mod bronze;
mod gold;
mod job;
pub mod mirror;
mod page;
mod request;
mod run;
mod schedule;
mod service;
mod silver;
mod store;

pub use mirror::{MirrorChange, Origin};
pub use service::{ReadRunSettings, ReadSync};
