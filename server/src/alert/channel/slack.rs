//! Slack's incoming webhooks.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{Channel, ChannelName, SEND_DEADLINE, SendError, in_short};
use crate::alert::Message;
use crate::exchange::{NoReply, Reply, exchange};

/// Slack answers in a word.
const MOST_BYTES: usize = 4096;

/// Posts to one Slack channel.
#[derive(Debug, Clone)]
pub struct Slack {
    client: Client,
    webhook: SecretString,
}

/// Why a webhook cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UnusableWebhook {
    #[error("it is no web address")]
    NoUrl,
    #[error("HTTPS cannot be spoken here")]
    Tls(#[source] reqwest::Error),
}

impl Slack {
    pub fn new(webhook: &SecretString) -> Result<Self, UnusableWebhook> {
        let url: Url = webhook.expose_secret().parse().map_err(|_| UnusableWebhook::NoUrl)?;
        let mut client = Client::builder()
            .user_agent(concat!("pfa-vanguard/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(SEND_DEADLINE);
        if url.scheme() == "http" {
            // Loopback: a proxy would carry the secret over a network, and no root certificates are needed.
            client = client.no_proxy().tls_certs_only([]);
        }
        Ok(Self { client: client.build().map_err(UnusableWebhook::Tls)?, webhook: webhook.clone() })
    }
}

#[async_trait]
impl Channel for Slack {
    fn name(&self) -> ChannelName {
        ChannelName::Slack
    }

    async fn send(&self, message: &Message) -> Result<(), SendError> {
        let body = json!({ "text": text(message) });
        match exchange(self.client.post(self.webhook.expose_secret()).json(&body), MOST_BYTES).await {
            Ok(reply) => judge(&reply, self.webhook.expose_secret()),
            Err(NoReply::NotSent(why) | NoReply::Lost(why)) => Err(SendError::Unavailable(in_short(&why))),
        }
    }
}

/// Slack's own markup: only these three characters mean something, `<!channel>` among them.
fn text(message: &Message) -> String {
    let plain = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(":rotating_light: *{}*\n{}", plain(&message.subject), plain(&message.text))
}

/// By the status alone: Slack says "ok" in the body of a success, others that take its format say nothing.
fn judge(reply: &Reply, webhook: &str) -> Result<(), SendError> {
    let status = reply.status;
    if status.is_success() {
        return Ok(());
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        // Slack gives seconds, never a date.
        let seconds = reply.retry_after.as_deref().and_then(|text| text.trim().parse().ok());
        return Err(SendError::Busy { retry_after: seconds.map(Duration::from_secs) });
    }
    let said = reply.body.as_ref().map(|body| String::from_utf8_lossy(body).into_owned()).unwrap_or_default();
    // An answer that repeats the address would carry the secret into our log.
    let secret = Url::parse(webhook).is_ok_and(|url| url.path().len() > 1 && said.contains(url.path()));
    let why = if said.is_empty() || secret {
        format!("HTTP {}", status.as_u16())
    } else {
        format!("HTTP {}, {}", status.as_u16(), in_short(&said))
    };
    if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
        Err(SendError::Unavailable(why))
    } else {
        Err(SendError::Refused(why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEBHOOK: &str = "https://hooks.slack.com/services/T0/B0/hush";

    fn judged(status: u16, said: &str) -> Result<(), SendError> {
        let status = StatusCode::from_u16(status).unwrap();
        let reply = Reply { status, retry_after: Some("7".into()), date: None, body: Ok(said.into()) };
        judge(&reply, WEBHOOK)
    }

    #[test]
    fn each_status_says_whether_to_try_again() {
        assert_eq!(judged(200, "ok"), Ok(()));
        assert_eq!(judged(429, ""), Err(SendError::Busy { retry_after: Some(Duration::from_secs(7)) }));
        assert_eq!(judged(503, ""), Err(SendError::Unavailable("HTTP 503".into())));
        assert_eq!(judged(404, "no_service"), Err(SendError::Refused("HTTP 404, no_service".into())));
        assert!(matches!(judged(302, ""), Err(SendError::Refused(_))), "a redirect is not followed");
    }

    #[test]
    fn an_answer_that_repeats_the_secret_is_not_repeated() {
        let error = judged(404, "nothing at /services/T0/B0/hush").unwrap_err();
        assert_eq!(error, SendError::Refused("HTTP 404".into()));
        let slack = Slack { client: Client::new(), webhook: SecretString::from(WEBHOOK) };
        assert!(!format!("{slack:?}").contains("hush"));
    }

    #[test]
    fn names_that_people_chose_cannot_call_the_whole_channel() {
        let message = Message { subject: "<!channel> & co".into(), ..Message::test() };
        assert!(text(&message).starts_with(":rotating_light: *&lt;!channel&gt; &amp; co*\n"));
    }
}
