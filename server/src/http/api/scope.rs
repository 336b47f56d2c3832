//! Which organisation a request is about.

use serde::Deserialize;
use uuid::Uuid;
use vanguard_app::backend::{Access, BackendError, Caller};

/// For requests about one organisation.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct InOrganization {
    pub(super) organization_id: Uuid,
}

/// For requests about a thing with an id, which lies in one organisation anyway.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Somewhere {
    /// Default: whichever of the caller's organisations has it.
    pub(super) organization_id: Option<Uuid>,
}

/// Does `act` in the organisation named, or in that of the caller's organisations that has the thing. What is not
/// there is left alone, so asking one after another does no more than asking the right one.
pub(super) async fn wherever<T, F, Fut>(
    caller: &Caller,
    organization_id: Option<Uuid>,
    act: F,
) -> Result<T, BackendError>
where
    F: Fn(Access) -> Fut,
    Fut: Future<Output = Result<T, BackendError>>,
{
    if let Some(id) = organization_id {
        return act(caller.enter(id)?).await;
    }
    let mut missing = BackendError::not_found("thing");
    for organization in &caller.user.organizations {
        match act(caller.enter(organization.id)?).await {
            Err(error @ BackendError::NotFound { .. }) => missing = error,
            decided => return decided,
        }
    }
    Err(missing)
}
