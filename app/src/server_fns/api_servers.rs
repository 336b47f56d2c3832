//! The API servers of an organisation.
#![allow(clippy::too_many_arguments, reason = "they are the fields of a plain form")]

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::backend::{ApiServerView, BackendError};

/// All of them.
#[server(prefix = "/fn", endpoint = "api-servers/list", input = GetUrl)]
pub async fn api_servers(organization_id: Uuid) -> Result<Vec<ApiServerView>, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.api_servers.list(&access).await
}

/// One of them.
#[server(prefix = "/fn", endpoint = "api-servers/get", input = GetUrl)]
pub async fn api_server(organization_id: Uuid, server_id: Uuid) -> Result<ApiServerView, BackendError> {
    let access = super::access(organization_id)?;
    let servers = super::backend()?.api_servers.list(&access).await?;
    servers
        .into_iter()
        .find(|server| server.id == server_id)
        .ok_or_else(|| BackendError::not_found("API server"))
}

/// How far a form goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Ask PEMS, and save nothing.
    Test,
    /// Ask PEMS, and save if it lets us in.
    Save,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SetUp {
    /// PEMS lets us in, in its words. Nothing is saved.
    Works(String),
    Saved(Uuid),
}

/// Tests an API server as it shall be, and saves it if that is asked for. Nothing is saved that PEMS does not let in, whatever
/// was tested before: the page's word for it would be anybody's.
#[server(prefix = "/fn", endpoint = "api-servers/set-up")]
#[allow(clippy::too_many_arguments, reason = "a plain form's fields")]
pub async fn set_up_api_server(
    organization_id: Uuid,
    /// None: a new one.
    #[server(default)]
    server_id: Option<Uuid>,
    #[server(default)] name: String,
    #[server(default)] base_url: String,
    #[server(default)] tenant: String,
    #[server(default)] username: String,
    /// Empty: the stored one.
    #[server(default)]
    password: String,
    #[server(default)] supports_batch: bool,
    step: Step,
) -> Result<SetUp, BackendError> {
    use crate::backend::{ApiServerInput, NewSecret};
    use crate::pages::settings::done::{Done, answer};
    use crate::pages::settings::servers::form::form_name;
    use crate::pages::settings::typed::{self, Typed};

    let access = super::access(organization_id)?;
    let port = super::backend()?.api_servers;
    let code = &access.organization().code;
    let typed = Typed::new(form_name(server_id))
        .with("name", &name)
        .with("base_url", &base_url)
        .with("tenant", &tenant)
        .with("username", &username)
        .with("supports_batch", &supports_batch.to_string());
    typed::keep(code, &typed);
    let password = (!password.is_empty()).then_some(NewSecret(password));
    let input = ApiServerInput { name, base_url, tenant, username, password, supports_batch };
    let test = match server_id {
        Some(id) => port.test(&access, id, Some(input.clone())).await?,
        None => port.test_new(&access, input.clone()).await?,
    };
    if !test.success {
        let status = test.status.map(|status| format!(" (HTTP {status})")).unwrap_or_default();
        let message = format!("{}{status} Nothing was saved.", test.message);
        return Err(BackendError::Upstream { message });
    }
    let list = format!("/o/{code}/settings/servers");
    if step == Step::Test {
        let form = server_id.map_or_else(|| "new".to_owned(), |id| id.to_string());
        answer(&format!("{list}/{form}"), Done::ConnectionWorks);
        return Ok(SetUp::Works(test.message));
    }
    let (saved, done) = match server_id {
        Some(id) => (port.update(&access, id, input).await?, Done::ServerChanged),
        None => (port.create(&access, input).await?, Done::ServerAdded),
    };
    typed::forget(code);
    answer(&list, done);
    Ok(SetUp::Saved(saved.id))
}

/// Pauses an API server, or puts it to use again; answers with whether it is in use.
#[server(prefix = "/fn", endpoint = "api-servers/use")]
pub async fn use_api_server(
    organization_id: Uuid,
    server_id: Uuid,
    in_use: bool,
    #[server(default)] back: String,
) -> Result<bool, BackendError> {
    use crate::pages::settings::done::{Done, answer};

    let access = super::access(organization_id)?;
    let port = super::backend()?.api_servers;
    let done = if in_use {
        port.resume(&access, server_id).await?;
        Done::ServerResumed
    } else {
        port.pause(&access, server_id).await?;
        Done::ServerPaused
    };
    answer(&back, done);
    Ok(in_use)
}
