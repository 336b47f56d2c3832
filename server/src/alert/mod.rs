//! Alerts: what administrators have to know even while nobody looks at Vanguard.
//!
//! ```text
//! incident   what can be wrong, in words                                     (pure)
//! raise      inbox, and a row per channel, in the transaction of what went wrong
//! delivery   takes the rows, one replica each, and sends until it worked or is given up
//!   message  what is sent                                                    (pure)
//! channel    Slack, e-mail
//! service    what administrators are shown, and a test
//! ```
//!
//! An incident has a name, and what has been told under that name is not told again. The name holds what the
//! incident began with, so that there is no end of an incident to be noticed, or to be missed.

pub mod channel;
mod delivery;
mod incident;
mod raise;
mod service;
mod store;

pub use channel::ChannelName;
pub use delivery::{Delivery, DeliverySettings, Message};
pub use incident::Incident;
pub use raise::Alerts;
pub use service::AlertsService;
