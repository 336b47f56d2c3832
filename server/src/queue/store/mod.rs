//! The queries of the queue's engine. Times are the database's.

mod attempts;
mod claim;
mod end;
mod enqueue;

pub(super) use attempts::{begin_attempts, finish_attempts, keep_the_rest};
pub(super) use claim::{claim, hand_back, hold, lock_claims, next_due, organisations_with_work, renew};
pub(super) use end::{end, fail, insert_letters, rebase, requeue};
pub(super) use enqueue::{NewColumns, count_open, insert, lock_records};
