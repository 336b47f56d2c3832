//! The loop from draft to PEMS and back, as a whole and in parts.

mod alert_causes;
mod alert_delivery;
mod breaker;
mod conflicts;
mod connector;
mod doubt;
mod history;
mod limiter;
mod parts;
mod reading;
mod write_back;
