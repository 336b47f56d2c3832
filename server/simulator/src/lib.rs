//! PEMS as a program and a library: the contract that Vanguard speaks, with a memory for everything it was asked and
//! a will to go wrong on demand.
//!
//! It imports none of Vanguard's crates, so that it can contradict them.
//!
//! ```text
//! builder ─► running        how a test starts one and what it does with it
//! contract/                 the HTTP contract: door, faults, work, answer      (a port)
//! control/                  the same as `running`, over HTTP                   (another port)
//! connection, port          sockets that can be cut, ports that can be closed
//! fault/                    rules: which requests go wrong, how, how often
//! shared ─► world           everything that changes, behind one lock
//!   store/                  records, compare-and-set, paging
//!   journal/                every request, every applied write, what a good client never does
//! record, fields, rules     what a record is, what a write may name, what PEMS forbids
//! generator/                10,000 realistic records; the edits of PEMS users
//! background, state_file    those edits at a rate; records kept between runs
//! ```
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use pems_simulator::{Fault, Operation, Simulator};
//!
//! let pems = Simulator::builder().records(100).seed(7).start().await?;
//! let lost = pems.fault(Fault::drop_answer().on(Operation::Update).once());
//! // … the client under test writes to pems.base_url() …
//! lost.wait_until_met(1).await;
//! assert_eq!(pems.journal().writes().len(), 1);
//! pems.stop().await?;
//! # Ok(())
//! # }
//! ```

mod background;
mod bucket;
mod builder;
mod clock;
mod connection;
mod contract;
mod control;
mod fault;
mod fields;
mod generator;
mod journal;
mod latency;
mod money;
mod operation;
mod port;
mod record;
mod refusal;
mod rules;
mod running;
mod shared;
mod state_file;
mod store;
mod world;

pub use bucket::RateLimit;
pub use builder::{Builder, StartError, default_anchor};
pub use clock::{Clock, ManualClock, SystemClock};
pub use fault::{
    Effect, ErrorCode, Fault, FaultHandle, ItemFailure, Misspelt, RetryAfter, RuleId, RuleState, StatusBody,
    When,
};
pub use journal::{
    Arrival, FaultApplied, FieldChange, JournalView, Origin, Overlap, RequestEntry, RequestFilter, Write,
    WriteFilter, WriteOperation,
};
pub use latency::Latency;
pub use money::Money;
pub use operation::Operation;
pub use record::{BadRecord, Dor, Record, Source};
pub use refusal::Refusal;
pub use running::{Credentials, RunningSimulator};
pub use state_file::StateFileError;

/// Where it begins: [`Simulator::builder`].
#[derive(Debug)]
pub struct Simulator;

impl Simulator {
    pub fn builder() -> Builder {
        Builder::default()
    }
}
