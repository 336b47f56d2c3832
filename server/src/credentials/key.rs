//! One encryption key.

use std::fmt;

use secrecy::{ExposeSecret, SecretBox};
use sha2::{Digest, Sha256};

/// 256 bits for AES. Never printed; named by [`EncryptionKey::id`].
pub struct EncryptionKey {
    id: String,
    bytes: SecretBox<[u8; 32]>,
}

/// The text is no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no key")]
pub struct InvalidKey;

impl EncryptionKey {
    /// Reads 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Result<Self, InvalidKey> {
        let text = text.trim().as_bytes();
        if text.len() != 64 {
            return Err(InvalidKey);
        }
        let mut bytes = Box::new([0; 32]);
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            let digit =
                |at: usize| char::from(pair[at]).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            let (Some(high), Some(low)) = (digit(0), digit(1)) else { return Err(InvalidKey) };
            *byte = high << 4 | low;
        }
        Ok(Self { id: fingerprint(&bytes), bytes: SecretBox::new(bytes) })
    }

    /// A name that tells keys apart and nothing about them.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        self.bytes.expose_secret()
    }
}

/// The start of a hash: derived from the key, so that nobody has to name keys and no two get the same name.
fn fingerprint(key: &[u8; 32]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"vanguard encryption key id");
    hasher.update(key);
    let hash = hasher.finalize();
    let start = hash.iter().take(6).fold(0_u64, |start, byte| start << 8 | u64::from(*byte));
    format!("{start:012x}")
}

impl fmt::Debug for EncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EncryptionKey({})", self.id)
    }
}
