//! Notifications of incidents, and deliveries to channels. Times are the database's.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::ChannelName;

/// An alert that is raised.
pub(super) struct NewAlert {
    pub(super) organisation_id: Uuid,
    pub(super) incident: String,
    pub(super) kind: &'static str,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) link: String,
    /// Now, if `None`.
    pub(super) since: Option<DateTime<Utc>>,
}

/// A delivery that this replica holds until its lease ends.
#[derive(Debug, Clone)]
pub(super) struct Claimed {
    pub(super) id: Uuid,
    /// This one included.
    pub(super) tries: i32,
    pub(super) organisation_code: String,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) link: String,
    pub(super) began_at: DateTime<Utc>,
    /// The one user that a mail is for.
    pub(super) recipient: Option<String>,
}

pub(super) async fn organisation_code(
    connection: &mut PgConnection,
    organisation_id: Uuid,
) -> Result<String, sqlx::Error> {
    sqlx::query_scalar!("SELECT code FROM organisations WHERE id = $1", organisation_id)
        .fetch_one(connection)
        .await
}

/// One for each administrator of the organisation who was not told yet; answers with how many that were. Always in
/// the same order, so that two that are raised together wait for each other only one way round.
pub(super) async fn notify_administrators(
    connection: &mut PgConnection,
    alert: &NewAlert,
) -> Result<u64, sqlx::Error> {
    let told = sqlx::query!(
        "INSERT INTO notifications (organisation_id, user_id, kind, title, body, link, incident)
         SELECT $1, u.id, $2, $3, $4, $5, $6
         FROM users u JOIN organisation_members m ON m.user_id = u.id
         WHERE m.organisation_id = $1 AND u.role = 'Administrator' AND u.is_active ORDER BY u.id
         ON CONFLICT (user_id, incident) WHERE incident IS NOT NULL DO NOTHING",
        alert.organisation_id,
        alert.kind,
        alert.title,
        alert.body,
        alert.link,
        alert.incident
    )
    .execute(connection)
    .await?;
    Ok(told.rows_affected())
}

/// One for each channel that was not told yet; answers with how many that were.
pub(super) async fn insert_deliveries(
    connection: &mut PgConnection,
    alert: &NewAlert,
    channels: &[String],
) -> Result<u64, sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO alert_delivery (organisation_id, incident, title, body, link, began_at, channel)
         SELECT $1, $2, $3, $4, $5, coalesce($6, now()), channel FROM unnest($7::text[]) AS c (channel)
         ON CONFLICT (incident, channel) DO NOTHING",
        alert.organisation_id,
        alert.incident,
        alert.title,
        alert.body,
        alert.link,
        alert.since,
        channels
    )
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected())
}

/// Puts what users want to have mailed, and have not read for a while, into the outbox: one mail for each user and
/// organisation. Answers with how many mails that are.
pub(super) async fn gather_mail(pool: &PgPool, unread_for: Duration) -> Result<u64, sqlx::Error> {
    let gathered = sqlx::query!(
        r#"WITH due AS (
             SELECT n.id, n.user_id, n.organisation_id, n.title, n.link, n.created_at, u.email, o.code
             FROM notifications n
             JOIN users u ON u.id = n.user_id AND u.is_active
             JOIN organisations o ON o.id = n.organisation_id
             JOIN organisation_members m ON m.user_id = n.user_id AND m.organisation_id = n.organisation_id
             JOIN notification_choices c ON c.user_id = n.user_id AND c.kind = n.kind AND c.by_mail
             WHERE n.mailed_at IS NULL AND n.read_at IS NULL AND n.created_at >= c.updated_at
               AND n.created_at <= now() - make_interval(secs => $1)
             ORDER BY n.created_at LIMIT 1000 FOR UPDATE OF n SKIP LOCKED
           ), marked AS (
             UPDATE notifications SET mailed_at = now() WHERE id IN (SELECT id FROM due)
           )
           INSERT INTO alert_delivery (organisation_id, incident, title, body, link, began_at, channel, recipient)
           SELECT organisation_id, 'mail:' || user_id || ':' || gen_random_uuid(),
                  CASE count(*) WHEN 1 THEN min(title) ELSE count(*) || ' notifications' END,
                  string_agg(title, E'\n' ORDER BY created_at),
                  CASE count(*) WHEN 1 THEN min(link) ELSE '/o/' || min(code) || '/notifications' END,
                  min(created_at), 'email', email
           FROM due GROUP BY organisation_id, user_id, email"#,
        unread_for.as_secs_f64()
    )
    .execute(pool)
    .await?;
    Ok(gathered.rows_affected())
}

/// pending → sending, of the one that waited longest; or one whose replica let its lease run out.
pub(super) async fn claim(
    pool: &PgPool,
    channel: ChannelName,
    token: Uuid,
    lease: Duration,
) -> Result<Option<Claimed>, sqlx::Error> {
    sqlx::query_as!(
        Claimed,
        "WITH due AS (
           SELECT id FROM alert_delivery
           WHERE channel = $1 AND ((state = 'pending' AND due_at <= now())
                                   OR (state = 'sending' AND lease_expires_at <= now()))
           ORDER BY due_at, created_at LIMIT 1 FOR UPDATE SKIP LOCKED
         )
         UPDATE alert_delivery d
         SET state = 'sending', tries = tries + 1, lease_token = $2,
             lease_expires_at = clock_timestamp() + make_interval(secs => $3)
         FROM due, organisations o WHERE d.id = due.id AND o.id = d.organisation_id
         RETURNING d.id, d.tries, o.code AS organisation_code, d.title, d.body, d.link, d.began_at, d.recipient",
        channel.as_str(),
        token,
        lease.as_secs_f64()
    )
    .fetch_optional(pool)
    .await
}

/// How long until the next one of the channel is due; `None` if nothing waits.
pub(super) async fn next_due(pool: &PgPool, channel: ChannelName) -> Result<Option<Duration>, sqlx::Error> {
    let milliseconds = sqlx::query_scalar!(
        "SELECT (extract(epoch FROM min(CASE state WHEN 'pending' THEN due_at ELSE lease_expires_at END)
                                    - now()) * 1000)::bigint
         FROM alert_delivery WHERE channel = $1 AND state IN ('pending', 'sending')",
        channel.as_str()
    )
    .fetch_one(pool)
    .await?;
    Ok(milliseconds.map(|wait| Duration::from_millis(u64::try_from(wait).unwrap_or(0))))
}

/// sending → sent or failed, unless the lease was lost.
pub(super) async fn end(
    pool: &PgPool,
    id: Uuid,
    token: Uuid,
    state: &str,
    error: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE alert_delivery SET state = $3, ended_at = clock_timestamp(), lease_token = NULL,
           lease_expires_at = NULL, last_error = coalesce($4, last_error)
         WHERE id = $1 AND lease_token = $2 AND state = 'sending'",
        id,
        token,
        state,
        error
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// sending → pending, unless the lease was lost.
pub(super) async fn retry(
    pool: &PgPool,
    id: Uuid,
    token: Uuid,
    wait: Duration,
    error: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE alert_delivery SET state = 'pending', lease_token = NULL, lease_expires_at = NULL,
           due_at = clock_timestamp() + make_interval(secs => $3), last_error = $4
         WHERE id = $1 AND lease_token = $2 AND state = 'sending'",
        id,
        token,
        wait.as_secs_f64(),
        error
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// pending → failed, of those by other channels that nobody took for so long; answers with the channel of each.
pub(super) async fn give_up_unclaimed(
    pool: &PgPool,
    ours: &[ChannelName],
    unclaimed_for: Duration,
) -> Result<Vec<String>, sqlx::Error> {
    let ours: Vec<String> = ours.iter().map(|name| name.as_str().to_owned()).collect();
    sqlx::query_scalar!(
        "UPDATE alert_delivery SET state = 'failed', ended_at = clock_timestamp(), lease_token = NULL,
           lease_expires_at = NULL,
           last_error = coalesce(last_error || '; ', '') || 'no server has this channel any more'
         WHERE channel <> ALL ($2)
           AND ((state = 'pending' AND due_at < now() - make_interval(secs => $1))
                OR (state = 'sending' AND lease_expires_at < now() - make_interval(secs => $1)))
         RETURNING channel",
        unclaimed_for.as_secs_f64(),
        &ours
    )
    .fetch_all(pool)
    .await
}
