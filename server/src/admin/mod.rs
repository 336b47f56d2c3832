//! What administrators set up.

mod api_servers;
mod fallback;
mod settings;
mod users;

pub use api_servers::{ApiServersService, ContractProbe, Probe, Target};
pub use fallback::apply as apply_fallback;
pub use settings::SettingsService;
pub use users::{FirstUser, FirstUserError, UsersService, create_first};
