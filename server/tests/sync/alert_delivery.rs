//! Alerts on their way out: each channel gets each alert once, or it is given up visibly.

use std::sync::Arc;
use std::time::Duration;

use pems_simulator::Simulator;
use secrecy::SecretString;
use sqlx::PgPool;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use vanguard_domain::retry::RetryPolicy;
use vanguard_server::alert::channel::configured;
use vanguard_server::alert::{Alerts, ChannelName, Delivery, DeliverySettings, Incident};
use vanguard_server::config::{AlertSettings, EmailSettings, SmtpSecurity, SmtpServer};

use super::parts::set_up;
use crate::app::{MailStandIn, RIO, SlackStandIn, eventually};

/// An organisation, and both channels.
struct Outside {
    pool: PgPool,
    organisation_id: Uuid,
    slack: SlackStandIn,
    mail: MailStandIn,
}

/// A replica, as far as alerts are concerned; it stops when dropped.
struct Replica {
    shutdown: CancellationToken,
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

/// A row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
struct Row {
    state: String,
    tries: i32,
    last_error: Option<String>,
}

impl Outside {
    async fn start(pool: PgPool) -> Self {
        let pems = Simulator::builder().start().await.unwrap();
        let (organisation_id, _) = set_up(&pool, &pems, RIO, 10.0).await;
        Self { pool, organisation_id, slack: SlackStandIn::start().await, mail: MailStandIn::start().await }
    }

    fn settings(&self) -> AlertSettings {
        let (_, port) = self.mail.url().rsplit_once(':').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        let server = SmtpServer {
            host: "127.0.0.1".into(),
            port: port.parse().unwrap(),
            security: SmtpSecurity::None,
            credentials: None,
        };
        let from = "Vanguard <vanguard@example.com>".parse().unwrap();
        let to = vec!["ops@example.com".parse().unwrap(), "boss@example.com".parse().unwrap()];
        AlertSettings {
            slack: Some(SecretString::from(self.slack.webhook())),
            email: Some(EmailSettings { server, from, to }),
            public_url: None,
        }
    }

    async fn raise(&self, alerts: Alerts, problem: &str) {
        let incident = Incident::AuditBroken { problem: problem.to_owned() };
        let mut transaction = self.pool.begin().await.unwrap();
        alerts.raise(&mut transaction, self.organisation_id, &incident).await.unwrap();
        transaction.commit().await.unwrap();
    }

    /// A member of the organisation who wants conflicts to be mailed, and nothing else.
    async fn reader(&self, name: &str) -> Uuid {
        let user: Uuid = sqlx::query_scalar(
            "INSERT INTO users (username, email, role, password_hash)
             VALUES ($1, $1 || '@example.com', 'Editor', '$argon2id$none') RETURNING id",
        )
        .bind(name)
        .fetch_one(&self.pool)
        .await
        .unwrap();
        for statement in [
            "INSERT INTO organisation_members (user_id, organisation_id) VALUES ($1, $2)",
            "INSERT INTO notification_choices (user_id, kind, in_app, by_mail, updated_at)
             SELECT $1, 'conflict', true, true, now() - interval '1 hour' FROM organisations WHERE id = $2",
        ] {
            sqlx::query(statement).bind(user).bind(self.organisation_id).execute(&self.pool).await.unwrap();
        }
        user
    }

    /// Tells a user something, some minutes ago.
    async fn tell(&self, user: Uuid, kind: &str, title: &str, minutes: i32, is_read: bool) {
        sqlx::query(
            "INSERT INTO notifications (organisation_id, user_id, kind, title, body, link, created_at, read_at)
             VALUES ($1, $2, $3, $4, 'It holds 5,500.00', '/o/RIO/conflicts/1', now() - make_interval(mins => $5),
                     CASE WHEN $6 THEN now() END)",
        )
        .bind(self.organisation_id)
        .bind(user)
        .bind(kind)
        .bind(title)
        .bind(minutes)
        .bind(is_read)
        .execute(&self.pool)
        .await
        .unwrap();
    }

    /// Starts a replica that retries three times, quickly.
    fn replica(&self, settings: &AlertSettings) -> Replica {
        let delivery = DeliverySettings {
            retry: RetryPolicy { max_retries: 3, base: Duration::from_millis(20) },
            public_url: Some("https://pfa.example".into()),
            ..DeliverySettings::default()
        };
        let delivery = Delivery::new(self.pool.clone(), configured(settings).unwrap(), delivery);
        let shutdown = CancellationToken::new();
        delivery.spawn(&TaskTracker::new(), &Arc::new(Notify::new()), &shutdown);
        Replica { shutdown }
    }

    async fn rows(&self, channel: &str) -> Vec<Row> {
        sqlx::query_as(
            "SELECT state, tries, last_error FROM alert_delivery WHERE channel = $1 ORDER BY title",
        )
        .bind(channel)
        .fetch_all(&self.pool)
        .await
        .unwrap()
    }

    async fn row(&self, channel: &str) -> Row {
        let rows = self.rows(channel).await;
        assert_eq!(rows.len(), 1, "{rows:?}");
        rows.into_iter().next().unwrap()
    }

    /// Waits until the one alert of the channel has ended so.
    async fn ended(&self, channel: &str, state: &str) -> Row {
        eventually(&format!("{channel} ends as {state}"), async || {
            Some(self.row(channel).await).filter(|row| row.state == state)
        })
        .await
    }
}

fn both() -> Alerts {
    Alerts::by(&ChannelName::ALL)
}

#[sqlx::test(migrations = "../migrations")]
async fn what_a_user_wants_mailed_and_has_not_read_is_one_mail_to_him_alone(pool: PgPool) {
    let outside = Outside::start(pool).await;
    let [ana, bea] = [outside.reader("ana").await, outside.reader("bea").await];
    outside.tell(ana, "conflict", "RIO-000001 was changed in PEMS too", 5, false).await;
    outside.tell(ana, "conflict", "RIO-000002 was changed in PEMS too", 4, false).await;
    outside.tell(ana, "conflict", "Read already", 5, true).await;
    outside.tell(ana, "failure", "Not chosen", 5, false).await;
    outside.tell(ana, "conflict", "Just now", 0, false).await;
    outside.tell(ana, "conflict", "Before it was chosen", 90, false).await;
    outside.tell(bea, "conflict", "RIO-000003 was changed in PEMS too", 5, false).await;
    let replicas = [outside.replica(&outside.settings()), outside.replica(&outside.settings())];
    let mails =
        eventually("both are mailed", async || Some(outside.mail.mails()).filter(|mails| mails.len() >= 2))
            .await;
    drop(replicas);
    assert_eq!(mails.len(), 2, "{mails:?}");
    let to = |name: &str| {
        let mail = mails.iter().find(|mail| mail.to == [format!("{name}@example.com")]).unwrap();
        mail.content.replace("=\r\n", "")
    };
    let (to_ana, to_bea) = (to("ana"), to("bea"));
    assert!(to_ana.contains("Subject: [Vanguard] RIO: 2 notifications"), "{to_ana}");
    assert!(to_ana.contains("RIO-000001 was") && to_ana.contains("RIO-000002 was"), "{to_ana}");
    assert!(to_ana.contains("https://pfa.example/o/RIO/notifications"), "{to_ana}");
    for absent in ["Read already", "Not chosen", "Just now", "Before it was", "RIO-000003", "5,500.00"] {
        assert!(!to_ana.contains(absent), "{absent}: {to_ana}");
    }
    assert!(
        to_bea.contains("RIO-000003 was") && to_bea.contains("https://pfa.example/o/RIO/conflicts/1"),
        "{to_bea}"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn an_alert_says_where_what_since_when_what_to_do_and_where_to_look(pool: PgPool) {
    let outside = Outside::start(pool).await;
    outside.raise(both(), "row 7 was changed").await;
    let _replica = outside.replica(&outside.settings());
    outside.ended("slack", "sent").await;
    outside.ended("email", "sent").await;
    let mails = outside.mail.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, ["ops@example.com", "boss@example.com"]);
    assert_eq!(mails[0].from, "vanguard@example.com");
    let content = mails[0].content.replace("=\r\n", "");
    assert!(content.contains("Subject: [Vanguard] RIO: The audit log is not as it was written"), "{content}");
    let texts = outside.slack.texts();
    assert_eq!(texts.len(), 1);
    for part in ["Since 2", " UTC.", "row 7 was changed", "Keep a copy", "https://pfa.example/o/RIO/sync"] {
        assert!(content.contains(part) && texts[0].contains(part), "{part}: {content} {}", texts[0]);
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_slack_that_answers_500_twice_gets_it_the_third_time(pool: PgPool) {
    let outside = Outside::start(pool).await;
    outside.slack.answer_next(&[500, 500]);
    outside.raise(both(), "x").await;
    let _replica = outside.replica(&outside.settings());
    let row = outside.ended("slack", "sent").await;
    assert_eq!((row.tries, outside.slack.texts().len()), (3, 3), "{row:?}");
    assert_eq!(outside.ended("email", "sent").await.tries, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn two_replicas_send_each_alert_once(pool: PgPool) {
    const ALERTS: usize = 20;
    let outside = Outside::start(pool).await;
    for number in 0..ALERTS {
        outside.raise(both(), &format!("row {number}!")).await;
    }
    let _replicas = [outside.replica(&outside.settings()), outside.replica(&outside.settings())];
    eventually("all are sent", async || {
        let open: i64 = sqlx::query_scalar("SELECT count(*) FROM alert_delivery WHERE state <> 'sent'")
            .fetch_one(&outside.pool)
            .await
            .unwrap();
        (open == 0).then_some(())
    })
    .await;
    let (texts, mails) = (outside.slack.texts(), outside.mail.mails());
    assert_eq!((texts.len(), mails.len()), (ALERTS, ALERTS));
    for number in 0..ALERTS {
        let told = format!("row {number}!");
        assert_eq!(texts.iter().filter(|text| text.contains(&told)).count(), 1, "{told}");
        assert_eq!(mails.iter().filter(|mail| mail.content.contains(&told)).count(), 1, "{told}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn an_incident_is_told_once_however_often_and_from_wherever_it_is_raised(pool: PgPool) {
    let outside = Outside::start(pool).await;
    futures::future::join_all((0..6).map(|_| outside.raise(both(), "the same"))).await;
    let _replica = outside.replica(&outside.settings());
    outside.ended("slack", "sent").await;
    outside.ended("email", "sent").await;
    outside.raise(both(), "the same").await;
    assert_eq!((outside.rows("slack").await.len(), outside.rows("email").await.len()), (1, 1));
    outside.raise(both(), "another").await;
    assert_eq!((outside.rows("slack").await.len(), outside.rows("email").await.len()), (2, 2));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_channel_that_refuses_is_given_up_and_does_not_hold_up_the_other(pool: PgPool) {
    let outside = Outside::start(pool).await;
    outside.slack.always_answer(404);
    outside.raise(both(), "x").await;
    let _replica = outside.replica(&outside.settings());
    outside.ended("email", "sent").await;
    let row = outside.ended("slack", "failed").await;
    assert_eq!(row.tries, 1, "the settings are wrong: trying again would not help");
    assert_eq!(row.last_error.as_deref(), Some("refused: HTTP 404, told to fail by a test"));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_channel_that_stays_away_is_given_up_after_its_retries(pool: PgPool) {
    let outside = Outside::start(pool).await;
    outside.slack.always_answer(503);
    outside.raise(both(), "x").await;
    let _replica = outside.replica(&outside.settings());
    let row = outside.ended("slack", "failed").await;
    assert_eq!((row.tries, outside.slack.texts().len()), (4, 4));
    let why = row.last_error.unwrap_or_default();
    assert!(why.contains("HTTP 503") && why.contains("given up after 4 tries"), "{why}");
    outside.ended("email", "sent").await;
}

#[sqlx::test(migrations = "../migrations")]
async fn a_slack_that_hangs_does_not_hold_up_the_mail(pool: PgPool) {
    let outside = Outside::start(pool).await;
    outside.slack.hang();
    outside.raise(both(), "x").await;
    let _replica = outside.replica(&outside.settings());
    eventually("Slack has got the request", async || (outside.slack.texts().len() == 1).then_some(())).await;
    outside.ended("email", "sent").await;
    assert_eq!(outside.row("slack").await.state, "sending");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_mail_server_that_refuses_a_recipient_is_quoted(pool: PgPool) {
    let outside = Outside::start(pool).await;
    outside.mail.refuse_with("550 5.1.1 nobody of that name");
    outside.raise(both(), "x").await;
    let _replica = outside.replica(&outside.settings());
    let row = outside.ended("email", "failed").await;
    assert!(row.last_error.is_some_and(|why| why.contains("nobody of that name")));
    assert!(outside.mail.mails().is_empty());
    outside.ended("slack", "sent").await;
}

#[sqlx::test(migrations = "../migrations")]
async fn what_a_dead_replica_was_sending_is_sent_by_another_when_its_lease_is_over(pool: PgPool) {
    let outside = Outside::start(pool).await;
    outside.raise(Alerts::by(&[ChannelName::Slack]), "x").await;
    let dead = "UPDATE alert_delivery SET state = 'sending', tries = 1, lease_token = gen_random_uuid(),
                  lease_expires_at = now() + interval '700 milliseconds'";
    sqlx::query(dead).execute(&outside.pool).await.unwrap();
    let _replica = outside.replica(&outside.settings());
    assert_eq!(outside.ended("slack", "sent").await.tries, 2);
    assert_eq!(outside.slack.texts().len(), 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn without_a_channel_only_the_inbox_is_told_and_no_rows_pile_up(pool: PgPool) {
    let outside = Outside::start(pool).await;
    sqlx::query(
        "WITH person AS (
           INSERT INTO users (username, email, password_hash, role)
           VALUES ('admin', 'a@example.com', '$argon2id$x', 'Administrator') RETURNING id)
         INSERT INTO organisation_members (organisation_id, user_id) SELECT o.id, p.id FROM organisations o, person p",
    )
    .execute(&outside.pool)
    .await
    .unwrap();
    for _ in 0..2 {
        outside.raise(Alerts::default(), "x").await;
    }
    let counts: (i64, i64) =
        sqlx::query_as("SELECT (SELECT count(*) FROM alert_delivery), (SELECT count(*) FROM notifications)")
            .fetch_one(&outside.pool)
            .await
            .unwrap();
    assert_eq!(counts, (0, 1));
}

#[sqlx::test(migrations = "../migrations")]
async fn alerts_for_a_channel_that_was_taken_out_of_the_settings_are_given_up(pool: PgPool) {
    let outside = Outside::start(pool).await;
    outside.raise(both(), "x").await;
    sqlx::query("UPDATE alert_delivery SET due_at = now() - interval '61 minutes'")
        .execute(&outside.pool)
        .await
        .unwrap();
    let _replica = outside.replica(&AlertSettings { slack: None, ..outside.settings() });
    let row = outside.ended("slack", "failed").await;
    assert_eq!(row.last_error.as_deref(), Some("no server has this channel any more"));
    outside.ended("email", "sent").await;
}
