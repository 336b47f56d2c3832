//! Secrets at rest: AES-256-GCM under a key that lives outside of the database.
//!
//! Each row says by which key it was encrypted ([`Sealed::key_id`]), so that keys can be rotated: start with the
//! new key as `ENCRYPTION_KEY` and the one before in `ENCRYPTION_KEY_OLD`; what is saved from then on uses the new
//! one, what was saved before can still be read.

mod cipher;
mod key;

pub use cipher::{Cipher, SealError, Sealed};
pub use key::{EncryptionKey, InvalidKey};
