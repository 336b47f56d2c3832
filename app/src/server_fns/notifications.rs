//! The user's own inbox.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use uuid::Uuid;

use crate::backend::{BackendError, Inbox, NotificationChoices, NotificationKind};

/// The newest notifications of all the user's organisations.
#[server(prefix = "/fn", endpoint = "notifications/inbox", input = GetUrl)]
pub async fn newest_notifications() -> Result<Inbox, BackendError> {
    super::backend()?.notifications.inbox(&super::caller()?).await
}

/// How many wait to be read.
#[server(prefix = "/fn", endpoint = "notifications/unread", input = GetUrl)]
pub async fn count_unread() -> Result<i64, BackendError> {
    super::backend()?.notifications.unread(&super::caller()?).await
}

/// Marks one as read.
#[server(prefix = "/fn", endpoint = "notifications/read")]
pub async fn mark_read(id: Uuid) -> Result<(), BackendError> {
    super::backend()?.notifications.mark_read(&super::caller()?, id).await
}

/// Marks all as read.
#[server(prefix = "/fn", endpoint = "notifications/read-all")]
pub async fn mark_all_read(#[server(default)] back: String) -> Result<(), BackendError> {
    use crate::components::notice::Notice;

    super::backend()?.notifications.mark_all_read(&super::caller()?).await?;
    super::answer_page(&back, Notice::AllRead);
    Ok(())
}

/// What the user wants to be told, and how.
#[server(prefix = "/fn", endpoint = "notifications/choices", input = GetUrl)]
pub async fn chosen_notifications() -> Result<NotificationChoices, BackendError> {
    super::backend()?.notifications.choices(&super::caller()?).await
}

/// Chooses it, of every kind: those that are named are told in the app, or by mail.
#[server(prefix = "/fn", endpoint = "notifications/choose")]
pub async fn choose_notifications(
    #[server(default)] in_app: Vec<NotificationKind>,
    #[server(default)] by_mail: Vec<NotificationKind>,
    #[server(default)] back: String,
) -> Result<(), BackendError> {
    use crate::backend::NotificationChoice;
    use crate::components::notice::Notice;

    let choices = NotificationKind::ALL.map(|kind| NotificationChoice {
        kind,
        in_app: in_app.contains(&kind),
        by_mail: by_mail.contains(&kind),
    });
    super::backend()?.notifications.choose(&super::caller()?, choices.to_vec()).await?;
    super::answer_page(&back, Notice::ChoicesSaved);
    Ok(())
}
