//! Faults that the product survives (faults.md): each test ends by checking the invariants.

mod alerts;
mod answers;
mod crashes;
mod database;
mod pems_down;
mod replicas;
