//! The loop from draft to PEMS and back, as a whole and in parts.

mod alert_causes;
mod alert_delivery;
mod breaker;
mod conflicts;
mod connector;
mod dead_letters;
mod decided_by_people;
mod doubt;
mod history;
mod increments;
mod interleavings;
mod leases;
mod limiter;
mod many_conflicts;
mod ownership;
mod parts;
mod queue;
mod reading;
mod rebase;
mod rollback;
mod undoing;
mod write_back;
