//! The days that an organisation's dates lie between.

use chrono::NaiveDate;
use sqlx::PgConnection;
use vanguard_app::backend::{Access, DateSpan};

/// Over PEMS's records, everybody's committed changes and the viewer's drafts. Dates are kept as RFC 3339 in UTC, which is in
/// order as text; a text that is no day (a year of five digits) is left out of account.
pub(in super::super) async fn date_span(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<DateSpan, sqlx::Error> {
    let row = sqlx::query!(
        r#"WITH held AS (
             SELECT fields FROM pfa_mirror WHERE organisation_id = $1
             UNION ALL
             SELECT changes FROM pfa_modification
             WHERE organisation_id = $1
               AND (state IN ('pending_sync', 'queued', 'syncing', 'conflict', 'sync_error')
                    OR (state = 'draft' AND user_id = $2))
           ), days AS (
             SELECT left(d.day, 10) COLLATE "C" AS day FROM held
             CROSS JOIN LATERAL (VALUES (fields ->> 'originalStart'), (fields ->> 'originalEnd'),
                                        (fields ->> 'forecastStart'), (fields ->> 'forecastEnd'),
                                        (fields ->> 'actualStart'), (fields ->> 'actualEnd')) AS d (day)
           )
           SELECT min(day) AS first, max(day) AS last, (now() AT TIME ZONE 'UTC')::date AS "today!"
           FROM days WHERE day ~ '^\d{4}-\d{2}-\d{2}$'"#,
        access.organization_id(),
        access.user_id()
    )
    .fetch_one(connection)
    .await?;
    let day = |text: Option<String>| text.and_then(|text| text.parse::<NaiveDate>().ok());
    Ok(DateSpan { first: day(row.first), last: day(row.last), today: row.today })
}
