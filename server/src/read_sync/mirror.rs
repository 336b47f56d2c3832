//! The mirror: our copy of each record at its newest version, and gold, which is derived from it.
//!
//! Two writers: the read sync and confirmed writes. Both come through [`upsert`], within their own transaction. The
//! database archives what is replaced, and refuses a version that goes down.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::record::PfaRecord;

use super::{gold, store};

/// Where a version comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Read from PEMS.
    Pems,
    /// A write of ours that PEMS confirmed; the record is what we worked out that it now is.
    Vanguard,
}

impl Origin {
    /// The name in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pems => "pems",
            Self::Vanguard => "vanguard",
        }
    }
}

/// What taking records over changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MirrorChange {
    /// Records that are new, at a newer version, or healed.
    pub changed: Vec<String>,
    /// Those among them that had the version already, with other content: a copy that was not one.
    pub healed: usize,
}

/// Takes over those of `records` that are newer than the mirror, and derives gold from them.
///
/// A lower version is ignored. An equal one is, too, unless it was read from PEMS and differs from our copy: PEMS
/// is right. Records may repeat; the newest counts. A version of ours that the read sync brought first, or that it
/// skipped because PEMS had moved on, is marked as ours all the same.
pub async fn upsert(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    records: &[PfaRecord],
    origin: Origin,
) -> Result<MirrorChange, sqlx::Error> {
    let newest = newest(records);
    if newest.is_empty() {
        return Ok(MirrorChange::default());
    }
    let changed = store::upsert_mirror(&mut *connection, organisation_id, &newest, origin.as_str()).await?;
    if origin == Origin::Vanguard {
        store::credit_vanguard(&mut *connection, organisation_id, &newest).await?;
    }
    let mut healed = 0;
    let mut gold_rows = Vec::with_capacity(changed.len());
    let by_id: BTreeMap<&str, &PfaRecord> =
        newest.iter().map(|record| (record.pfa_id.as_str(), *record)).collect();
    for one in &changed {
        let Some(record) = by_id.get(one.pfa_id.as_str()) else { continue };
        let fields = one.healed_fields.as_ref().map_or(&record.fields, |json| &json.0);
        healed += usize::from(one.healed_fields.is_some());
        gold_rows.push(gold::derive(&record.pfa_id, record.version, fields));
    }
    store::upsert_gold(connection, organisation_id, &gold_rows).await?;
    if healed > 0 {
        tracing::warn!(%organisation_id, healed, "the mirror differed from PEMS at the same version; PEMS's values were taken");
    }
    Ok(MirrorChange { changed: changed.into_iter().map(|one| one.pfa_id).collect(), healed })
}

/// Each record once, at its highest version, the later one of equals; ordered by key, so that two writers lock rows
/// in the same order.
pub(super) fn newest(records: &[PfaRecord]) -> Vec<&PfaRecord> {
    let mut newest: BTreeMap<&str, &PfaRecord> = BTreeMap::new();
    for record in records {
        let kept = newest.entry(&record.pfa_id).or_insert(record);
        if record.version >= kept.version {
            *kept = record;
        }
    }
    newest.into_values().collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;
    use vanguard_domain::record::FieldMap;

    use super::*;

    fn record(pfa_id: u8, version: i64) -> PfaRecord {
        PfaRecord {
            pfa_id: format!("RIO-{pfa_id}"),
            organization: "RIO".into(),
            version,
            updated_at: DateTime::UNIX_EPOCH,
            updated_by: "pems".into(),
            fields: FieldMap::new(),
        }
    }

    proptest! {
        #[test]
        fn of_repeated_records_the_newest_counts(versions in prop::collection::vec((0_u8..5, 1_i64..9), 0..40)) {
            let records: Vec<_> = versions.iter().map(|(id, version)| record(*id, *version)).collect();
            let kept = newest(&records);
            prop_assert!(kept.windows(2).all(|pair| pair[0].pfa_id < pair[1].pfa_id), "ordered, each once");
            for record in &records {
                prop_assert!(kept.iter().any(|k| k.pfa_id == record.pfa_id && k.version >= record.version));
            }
        }
    }
}
