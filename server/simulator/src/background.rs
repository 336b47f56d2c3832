//! PEMS users at work: plausible edits at a rate, so that a client meets changes that it did not make.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt;
use rand_distr::{Distribution, Exp};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::generator::{Random, edits};
use crate::journal::{Origin, Write, WriteOperation};
use crate::shared::Shared;

/// Edits until stopped; the gaps are exponential, as arrivals of independent people are.
pub(crate) async fn run(shared: Arc<Shared>, mut rng: Random, stopping: CancellationToken) {
    let mut rate = shared.background.subscribe();
    loop {
        let per_minute = *rate.borrow_and_update();
        let gap = gap(per_minute, &mut rng);
        tokio::select! {
            () = stopping.cancelled() => return,
            changed = rate.changed() => if changed.is_err() { return },
            () = sleep(gap.unwrap_or_default()), if gap.is_some() => {
                edit_one(&shared, &mut rng);
            }
        }
    }
}

/// Time to the next edit; `None` when nobody is at work.
fn gap(per_minute: f64, rng: &mut Random) -> Option<Duration> {
    let gaps = Exp::new(per_minute / 60.0).ok().filter(|_| per_minute > 0.0)?;
    Duration::try_from_secs_f64(gaps.sample(rng)).ok()
}

/// One edit of one record picked at random; `None` if nobody would touch that one, or it is locked.
pub(crate) fn edit_one(shared: &Shared, rng: &mut Random) -> Option<Write> {
    let (organization, pfa_id, changes) = shared.with(|world| {
        let total = world.store.organizations().map(|(_, records)| records).sum::<usize>();
        let mut nth = if total == 0 { return None } else { rng.random_range(0..total) };
        let (organization, _) = world.store.organizations().find(|(_, records)| {
            let here = nth < *records;
            nth -= if here { 0 } else { *records };
            here
        })?;
        let pfa_id = world.store.ids(organization).nth(nth)?;
        let entry = world.store.entry(organization, pfa_id).filter(|entry| !entry.locked)?;
        let changes = edits::plausible(&entry.record, rng)?;
        Some((organization.to_owned(), pfa_id.to_owned(), changes))
    })?;
    let user = edits::user(rng);
    let record = (organization.as_str(), pfa_id.as_str());
    // A rule may forbid it after all; then this user gives up, as people do.
    shared.edit(record, WriteOperation::Update, changes, user, Origin::Background).ok()
}
