//! Mail, by somebody's SMTP server: to those who get the alerts, or to one user.

use async_trait::async_trait;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;

use super::{Channel, ChannelName, SEND_DEADLINE, SendError, in_short};
use crate::alert::Message;
use crate::config::{EmailSettings, SmtpSecurity, SmtpServer};

/// Mails everybody of `ALERT_EMAIL_TO` at once, or the one user that a message is for.
#[derive(Clone)]
pub struct Email {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    to: Vec<Mailbox>,
}

/// Why a mail server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UnusableMailServer {
    #[error("TLS cannot be spoken here")]
    Tls(#[source] lettre::transport::smtp::Error),
}

/// Why a mail cannot be made.
#[derive(Debug, thiserror::Error)]
enum UnusableMail {
    #[error("the recipient is no mail address: {0}")]
    Recipient(#[from] lettre::address::AddressError),
    #[error("{0}")]
    Content(#[source] lettre::error::Error),
}

impl Email {
    pub fn new(settings: &EmailSettings) -> Result<Self, UnusableMailServer> {
        let transport = transport(&settings.server).map_err(UnusableMailServer::Tls)?;
        Ok(Self { transport, from: settings.from.clone(), to: settings.to.clone() })
    }

    fn mail(&self, message: &Message) -> Result<lettre::Message, UnusableMail> {
        // Tells holiday repliers to keep quiet (RFC 3834).
        let automatic =
            HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        // A mail that had to be sent twice has the same id: many mailboxes show it once.
        let id = format!("<{}@{}>", message.id, self.from.email.domain());
        let to = |mail: MessageBuilder, mailbox: &Mailbox| mail.to(mailbox.clone());
        let recipients = match &message.recipient {
            Some(one) => vec![one.parse::<Mailbox>()?],
            None => self.to.clone(),
        };
        recipients
            .iter()
            .fold(lettre::Message::builder(), to)
            .from(self.from.clone())
            .subject(in_short(&format!("[Vanguard] {}", message.subject)))
            .message_id(Some(id))
            .raw_header(automatic)
            .header(ContentType::TEXT_PLAIN)
            .body(message.text.clone())
            .map_err(UnusableMail::Content)
    }
}

fn transport(
    server: &SmtpServer,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, lettre::transport::smtp::Error> {
    let tls = match server.security {
        SmtpSecurity::Tls => Tls::Wrapper(TlsParameters::new_rustls(server.host.clone())?),
        SmtpSecurity::StartTls => Tls::Required(TlsParameters::new_rustls(server.host.clone())?),
        SmtpSecurity::None => Tls::None,
    };
    let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
        .port(server.port)
        .tls(tls)
        .timeout(Some(SEND_DEADLINE));
    let transport = match &server.credentials {
        Some((user, password)) => {
            transport.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()))
        }
        None => transport,
    };
    Ok(transport.build())
}

#[async_trait]
impl Channel for Email {
    fn name(&self) -> ChannelName {
        ChannelName::Email
    }

    async fn send(&self, message: &Message) -> Result<(), SendError> {
        let mail = self.mail(message).map_err(|error| SendError::Refused(in_short(&error.to_string())))?;
        // The transport's own time-out is for one command of several.
        match tokio::time::timeout(SEND_DEADLINE, self.transport.send(mail)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(judge(&error)),
            Err(_) => Err(SendError::Unavailable("no answer in time".to_owned())),
        }
    }
}

fn judge(error: &lettre::transport::smtp::Error) -> SendError {
    let why = in_short(&error.to_string());
    // A 5xx, or a server without what we need of it: the same mail meets the same answer.
    if error.is_permanent() || error.is_client() {
        SendError::Refused(why)
    } else {
        SendError::Unavailable(why)
    }
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The transport holds the password.
        f.debug_struct("Email").field("from", &self.from).field("to", &self.to).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    #[tokio::test]
    async fn a_mail_holds_what_is_told_and_no_header_of_others_making() {
        let settings = EmailSettings {
            server: SmtpServer {
                host: "127.0.0.1".into(),
                port: 1,
                security: SmtpSecurity::None,
                credentials: Some(("me".into(), SecretString::from("hush"))),
            },
            from: "Vanguard <v@example.com>".parse().unwrap(),
            to: vec!["a@b.example".parse().unwrap(), "c@d.example".parse().unwrap()],
        };
        let email = Email::new(&settings).unwrap();
        let message = Message { subject: "PEMS\r\nBcc: x@y.example\r\n".into(), ..Message::test() };
        let mail = String::from_utf8(email.mail(&message).unwrap().formatted()).unwrap();
        assert!(mail.contains("a@b.example") && mail.contains("c@d.example"), "{mail}");
        assert!(mail.contains("Subject: [Vanguard] PEMS  Bcc: x@y.example  \r\n"), "one line: {mail}");
        assert!(mail.contains("Auto-Submitted: auto-generated\r\n"), "{mail}");
        // Long lines are broken for the way, with a mark.
        assert!(mail.replace("=\r\n", "").contains(&message.text), "{mail}");
        assert!(!format!("{email:?}").contains("hush"));
    }
}
