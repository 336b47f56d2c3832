//! The write queue: it claims, leases, retries, buries. It knows nothing of PEMS; the worker does.
//!
//! Everything that ends or hands back a claimed item is guarded by the claim's lease token: a worker that lost
//! its lease changes nothing (I6).

mod claim;
mod end;
mod enqueue;
mod service;
mod store;

pub use claim::{
    Attempt, Claimed, Unsettled, begin_attempts, claim, hand_back, next_due, organisations_with_work, renew,
};
pub use end::{AttemptEnd, Burial, Retry, bury, complete, finish_attempts, hold, rebase, requeue, supersede};
pub use enqueue::{NewItem, OpenCount, count_open, enqueue};
pub use service::QueueService;
