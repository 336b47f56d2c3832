//! Items of a batch that are made to fail.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Misspelt;
use crate::refusal::Refusal;

/// One item of a batch that is made to fail, and the error that it answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ItemFailure {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// An error code of the contract, or `INTERNAL_ERROR`.
    pub error: ErrorCode,
}

impl ItemFailure {
    pub fn new(index: usize, error: ErrorCode) -> Self {
        Self { index, error }
    }
}

impl FromStr for ItemFailure {
    type Err = Misspelt;

    fn from_str(text: &str) -> Result<Self, Misspelt> {
        let (index, error) = text.split_once('=').ok_or(Misspelt("INDEX=ERROR"))?;
        let index = index.parse().map_err(|_| Misspelt("INDEX=ERROR"))?;
        let error = <ErrorCode as clap::ValueEnum>::from_str(error, true);
        Ok(Self { index, error: error.map_err(|_| Misspelt("an error code of the contract"))? })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    InvalidRequest,
    BusinessRule,
    Unauthorized,
    NotFound,
    VersionConflict,
    RecordLocked,
    RateLimited,
    InternalError,
}

impl ErrorCode {
    /// The refusal that this code stands for, about this record at this version.
    pub fn refusal(self, pfa_id: &str, version: u64) -> Refusal {
        match self {
            Self::InvalidRequest => Refusal::InvalidRequest("not a valid request".to_owned()),
            Self::BusinessRule => Refusal::BusinessRule("a rule of PEMS forbids it".to_owned()),
            Self::Unauthorized => Refusal::Unauthorized("no longer authorised"),
            Self::NotFound => Refusal::NotFound(pfa_id.to_owned()),
            Self::VersionConflict => Refusal::VersionConflict {
                current: version,
                expected: version,
                conflicting_fields: Vec::new(),
            },
            Self::RecordLocked => Refusal::RecordLocked(pfa_id.to_owned()),
            Self::RateLimited => Refusal::RateLimited,
            Self::InternalError => Refusal::Internal,
        }
    }
}
