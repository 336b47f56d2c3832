//! The API servers of the organisation: where its PEMS is, and as whom we go there.

pub mod form;
pub mod inputs;
pub mod list;
pub mod managed;
pub mod pause;
pub mod state;

pub use form::ServerPage;
pub use list::ServersPage;
