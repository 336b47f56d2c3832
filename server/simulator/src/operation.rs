//! What a request asks for, as faults, latency and journal tell requests apart.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "camelCase")]
pub enum Operation {
    Health,
    List,
    Get,
    Update,
    Delete,
    Batch,
    /// A path or method that the contract does not have.
    Unknown,
}

impl Operation {
    pub fn writes(self) -> bool {
        matches!(self, Self::Update | Self::Delete | Self::Batch)
    }
}
