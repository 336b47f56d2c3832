//! What holds for a whole organisation.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use uuid::Uuid;

use crate::backend::{BackendError, InstallationSettings, OrganizationSettings};

/// The organisation's own settings.
#[server(prefix = "/fn", endpoint = "settings/get", input = GetUrl)]
pub async fn read_organization_settings(organization_id: Uuid) -> Result<OrganizationSettings, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.settings.get(&access).await
}

/// What is set for all organisations.
#[server(prefix = "/fn", endpoint = "settings/installation", input = GetUrl)]
pub async fn read_installation_settings(organization_id: Uuid) -> Result<InstallationSettings, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.settings.installation(&access).await
}

/// Whether the organisation's changes are sent to PEMS; answers with what holds now.
#[server(prefix = "/fn", endpoint = "settings/write-sync")]
pub async fn set_write_sync(
    organization_id: Uuid,
    enabled: bool,
    #[server(default)] back: String,
) -> Result<bool, BackendError> {
    use crate::pages::settings::done::{Done, answer};

    let access = super::access(organization_id)?;
    let settings = OrganizationSettings { write_sync_enabled: enabled };
    let now = super::backend()?.settings.update(&access, settings).await?.write_sync_enabled;
    answer(&back, if now { Done::WriteSyncOn } else { Done::WriteSyncOff });
    Ok(now)
}
