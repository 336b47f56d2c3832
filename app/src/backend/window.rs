//! Parts of long lists.

use super::BackendError;

/// A part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub offset: u32,
    /// 1 to [`Window::MOST`].
    pub limit: u32,
}

impl Window {
    /// The most that one answer holds.
    pub const MOST: u32 = 1_000;

    /// The beginning of a list, as much of it as one answer holds.
    pub const START: Self = Self { offset: 0, limit: Self::MOST };

    /// Refuses a window that no answer has room for.
    pub fn check(self) -> Result<(), BackendError> {
        if (1..=Self::MOST).contains(&self.limit) {
            return Ok(());
        }
        let message = format!("limit must be 1 to {}, not {}.", Self::MOST, self.limit);
        Err(BackendError::field("limit", "outOfRange", message))
    }
}
