//! One routed page a file, by area.

pub mod conflicts;
pub mod deck;
pub mod help;
pub mod history;
pub mod home;
pub mod login;
pub mod not_found;
pub mod notifications;
pub mod records;
pub mod rollbacks;
pub mod settings;
pub mod sync;
pub mod timeline;
