//! A rule in a test's hand.

use std::future;
use std::sync::Arc;

use tokio::sync::watch;

use super::RuleId;
use crate::shared::Shared;

/// A rule that was added, to be watched and ended.
#[derive(Clone, Debug)]
pub struct FaultHandle {
    shared: Arc<Shared>,
    id: RuleId,
    met: watch::Receiver<u32>,
}

impl FaultHandle {
    pub(crate) fn new(shared: Arc<Shared>, id: RuleId, met: watch::Receiver<u32>) -> Self {
        Self { shared, id, met }
    }

    pub fn id(&self) -> RuleId {
        self.id
    }

    /// How many requests have met it.
    pub fn met(&self) -> u32 {
        *self.met.borrow()
    }

    /// Waits until so many requests have met it; for ever if the rule is cleared before.
    pub async fn wait_until_met(&self, times: u32) {
        if self.met.clone().wait_for(|met| *met >= times).await.is_err() {
            future::pending::<()>().await;
        }
    }

    /// Lets go the requests that it holds and stops it from holding more.
    pub fn release(&self) {
        self.shared.with(|world| world.faults.release(self.id));
    }

    pub fn clear(&self) {
        self.shared.with(|world| world.faults.clear(self.id));
    }
}
