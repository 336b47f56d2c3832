//! Alerts: channels, what became of the newest ones, a test.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use uuid::Uuid;

use crate::backend::{AlertOverview, BackendError, TestAlert};

/// Channels and the newest alerts.
#[server(prefix = "/fn", endpoint = "alerts/overview", input = GetUrl)]
pub async fn alerts(organization_id: Uuid) -> Result<AlertOverview, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.alerts.overview(&access).await
}

/// Sends a test by every channel.
#[server(prefix = "/fn", endpoint = "alerts/test")]
pub async fn test_alerts(
    organization_id: Uuid,
    #[server(default)] back: String,
) -> Result<Vec<TestAlert>, BackendError> {
    use crate::pages::settings::alerts::failures;
    use crate::pages::settings::done::{Done, answer};

    let access = super::access(organization_id)?;
    let results = super::backend()?.alerts.send_test(&access).await?;
    if let Some(message) = failures(&results) {
        return Err(BackendError::Upstream { message });
    }
    answer(&back, Done::TestAlertSent);
    Ok(results)
}
