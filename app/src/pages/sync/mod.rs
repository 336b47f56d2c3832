//! How the synchronisation with PEMS fares, and what can be done about it.

pub mod actions;
pub mod attempts;
pub mod dead_letters;
pub mod dialogs;
pub mod headline;
pub mod queue_table;
pub mod read_run;
pub mod runs;
pub mod servers;
pub mod status;
pub mod work;
