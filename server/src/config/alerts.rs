//! Where alerts go besides the inbox.

use std::fmt::Display;

use lettre::message::Mailbox;
use percent_encoding::percent_decode_str;
use reqwest::Url;
use secrecy::SecretString;

use super::pems_url::is_loopback;
use super::reader::Reader;
use super::{ConfigError, table};

/// Every channel that is configured; none is all right.
#[derive(Debug, Clone, Default)]
pub struct AlertSettings {
    /// The address of a Slack webhook: whoever knows it can write to the channel.
    pub slack: Option<SecretString>,
    pub email: Option<EmailSettings>,
    /// Where people reach this server, without a slash at the end.
    pub public_url: Option<String>,
}

#[derive(Debug, Clone)]
pub struct EmailSettings {
    pub server: SmtpServer,
    pub from: Mailbox,
    /// At least one.
    pub to: Vec<Mailbox>,
}

/// A mail server that takes mail from us.
#[derive(Debug, Clone)]
pub struct SmtpServer {
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    pub credentials: Option<(String, SecretString)>,
}

/// How the way to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// `smtps://`: TLS from the first byte.
    Tls,
    /// `smtp://`: STARTTLS, and nothing is said before it.
    StartTls,
    /// `smtp://` to this machine itself.
    None,
}

impl AlertSettings {
    /// For commands that need the channels and nothing else.
    pub fn from_env() -> Result<Self, ConfigError> {
        let lookup = |name: &str| std::env::var(name).ok();
        let mut reader = Reader::new(&lookup);
        let settings = read(&mut reader);
        reader.finish(settings)
    }
}

pub(super) fn read(reader: &mut Reader<'_>) -> Option<AlertSettings> {
    let slack = reader.optional(&table::SLACK_WEBHOOK_URL, webhook);
    let public_url = reader.optional(&table::PUBLIC_URL, public_url);
    let email = email(reader);
    Some(AlertSettings { slack: slack?, email: email?, public_url: public_url? })
}

#[expect(clippy::option_option, reason = "no e-mail and unreadable settings are different things")]
fn email(reader: &mut Reader<'_>) -> Option<Option<EmailSettings>> {
    let server = reader.optional(&table::SMTP_URL, smtp_server);
    let to = reader.optional(&table::ALERT_EMAIL_TO, mailboxes);
    let from = reader.optional(&table::ALERT_EMAIL_FROM, mailbox);
    let (server, to) = match (server?, to?) {
        (None, None) => return from.map(|_| None),
        (Some(server), Some(to)) => (server, to),
        (Some(_), None) => {
            reader.complain(&table::ALERT_EMAIL_TO, None, "SMTP_URL is set, but nobody to write to");
            return None;
        }
        (None, Some(_)) => {
            reader.complain(&table::SMTP_URL, None, "ALERT_EMAIL_TO is set, but no mail server");
            return None;
        }
    };
    let user = server.credentials.as_ref().and_then(|(user, _)| mailbox(user).ok());
    let Some(from) = from?.or(user) else {
        let message = "it is not set, and the user of SMTP_URL is no e-mail address";
        reader.complain(&table::ALERT_EMAIL_FROM, None, message);
        return None;
    };
    Some(Some(EmailSettings { server, from, to }))
}

/// The parser's message may quote the address, secret and all.
fn url(text: &str) -> Result<Url, &'static str> {
    Url::parse(text.trim()).map_err(|_| "it is no address")
}

fn webhook(text: &str) -> Result<SecretString, &'static str> {
    let url = url(text)?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        _ => return Err("it is not https:// (http:// is allowed for loopback addresses only)"),
    }
    Ok(SecretString::from(url.as_str()))
}

fn public_url(text: &str) -> Result<String, &'static str> {
    let url = url(text)?;
    let bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !matches!(url.scheme(), "https" | "http") || !bare {
        return Err("it is no address of a web site");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn smtp_server(text: &str) -> Result<SmtpServer, &'static str> {
    let url = url(text)?;
    let (security, usual_port) = match url.scheme() {
        "smtps" => (SmtpSecurity::Tls, 465),
        "smtp" if is_loopback(&url) => (SmtpSecurity::None, 25),
        "smtp" => (SmtpSecurity::StartTls, 587),
        _ => return Err("it is neither smtp:// nor smtps://"),
    };
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err("it has a path or a query; percent-encode such characters in user and password");
    }
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or("it names no host")?;
    let decoded = |part: &str| {
        let text = percent_decode_str(part).decode_utf8().map_err(|_| "user or password is not UTF-8")?;
        Ok::<_, &'static str>(text.into_owned())
    };
    let credentials = match (url.username(), url.password()) {
        ("", None) => None,
        (user, Some(password)) if !user.is_empty() => {
            Some((decoded(user)?, SecretString::from(decoded(password)?)))
        }
        _ => return Err("it has only one of user and password"),
    };
    Ok(SmtpServer {
        host: host.trim_matches(['[', ']']).to_owned(),
        port: url.port().unwrap_or(usual_port),
        security,
        credentials,
    })
}

fn mailbox(text: &str) -> Result<Mailbox, &'static str> {
    text.trim().parse().map_err(|_| "it is no e-mail address")
}

fn mailboxes(text: &str) -> Result<Vec<Mailbox>, impl Display + use<>> {
    text.split(',').filter(|part| !part.trim().is_empty()).map(mailbox).collect::<Result<Vec<_>, _>>()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn mail_goes_encrypted_unless_it_stays_on_this_machine() {
        let of = |text| {
            let server = smtp_server(text).unwrap();
            (server.host, server.port, server.security)
        };
        assert_eq!(of("smtps://mail.example"), ("mail.example".to_owned(), 465, SmtpSecurity::Tls));
        assert_eq!(of("smtp://mail.example:25"), ("mail.example".to_owned(), 25, SmtpSecurity::StartTls));
        assert_eq!(of("smtp://127.0.0.1:1025"), ("127.0.0.1".to_owned(), 1025, SmtpSecurity::None));
        assert_eq!(of("smtp://[::1]/"), ("::1".to_owned(), 25, SmtpSecurity::None));
        assert_eq!(of("smtp://127.0.0.1.example").2, SmtpSecurity::StartTls);
    }

    #[test]
    fn user_and_password_are_decoded_and_the_password_is_not_printed() {
        let server = smtp_server("smtps://me%40example.com:p%2Fw%23d@mail.example").unwrap();
        assert!(!format!("{server:?}").contains("p/w#d"));
        let (user, password) = server.credentials.unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("me@example.com", "p/w#d"));
    }

    #[test]
    fn what_is_no_mail_server_is_refused() {
        for wrong in [
            "mail.example",
            "http://mail.example",
            "smtp://",
            "smtp://u@h",
            "smtps://h/x",
            "smtp://h?tls=none",
        ] {
            assert!(smtp_server(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_webhook_is_https_unless_it_stays_on_this_machine() {
        assert!(webhook("https://hooks.slack.com/services/T/B/X").is_ok());
        assert!(webhook("http://127.0.0.1:9/hook").is_ok());
        for wrong in ["http://hooks.slack.com/x", "http://127.0.0.1.example/x", "ftp://127.0.0.1", "hooks"] {
            assert!(webhook(wrong).is_err(), "{wrong}");
        }
    }
}
