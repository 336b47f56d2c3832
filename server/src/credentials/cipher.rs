//! Sealing and opening secrets.

use std::sync::Arc;

use aes_gcm::aead::{Aead, Generate, Nonce, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::EncryptionKey;

/// An encrypted secret, as its row holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub ciphertext: Vec<u8>,
    /// 12 bytes, drawn anew for each encryption.
    pub nonce: Vec<u8>,
    pub key_id: String,
}

/// Why a secret could not be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error(
        "the secret was encrypted with key {key_id}, which is neither ENCRYPTION_KEY nor in ENCRYPTION_KEY_OLD"
    )]
    UnknownKey { key_id: String },
    /// Damaged, or moved here from another record.
    #[error("the encrypted secret is not the one that was stored for record {record_id}")]
    NotAuthentic { record_id: Uuid },
    #[error("the secret could not be encrypted")]
    NotSealed,
}

/// Encrypts with the current key, decrypts with whichever key a row names.
#[derive(Debug, Clone)]
pub struct Cipher {
    current: Arc<EncryptionKey>,
    old: Arc<[EncryptionKey]>,
}

impl Cipher {
    pub fn new(current: EncryptionKey, old: Vec<EncryptionKey>) -> Self {
        Self { current: Arc::new(current), old: old.into() }
    }

    /// Encrypts `secret` for the record `record_id`: in another record it cannot be opened.
    pub fn seal(&self, record_id: Uuid, secret: &SecretString) -> Result<Sealed, SealError> {
        let nonce = Nonce::<Aes256Gcm>::generate();
        let payload = Payload { msg: secret.expose_secret().as_bytes(), aad: record_id.as_bytes() };
        let ciphertext = aes(&self.current).encrypt(&nonce, payload).map_err(|_| SealError::NotSealed)?;
        Ok(Sealed { ciphertext, nonce: nonce.to_vec(), key_id: self.current.id().to_owned() })
    }

    /// Decrypts what was sealed for the record `record_id`.
    pub fn open(&self, record_id: Uuid, sealed: &Sealed) -> Result<SecretString, SealError> {
        let key = self
            .keys()
            .find(|key| key.id() == sealed.key_id)
            .ok_or_else(|| SealError::UnknownKey { key_id: sealed.key_id.clone() })?;
        let not_authentic = || SealError::NotAuthentic { record_id };
        let nonce = Nonce::<Aes256Gcm>::try_from(sealed.nonce.as_slice()).map_err(|_| not_authentic())?;
        let payload = Payload { msg: &sealed.ciphertext, aad: record_id.as_bytes() };
        let plain = aes(key).decrypt(&nonce, payload).map_err(|_| not_authentic())?;
        String::from_utf8(plain).map(SecretString::from).map_err(|_| not_authentic())
    }

    /// Whether `sealed` uses an old key, and should be sealed anew.
    pub fn is_outdated(&self, sealed: &Sealed) -> bool {
        sealed.key_id != self.current.id()
    }

    fn keys(&self) -> impl Iterator<Item = &EncryptionKey> {
        std::iter::once(&*self.current).chain(self.old.iter())
    }
}

fn aes(key: &EncryptionKey) -> Aes256Gcm {
    Aes256Gcm::new(key.bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(digit: &str) -> EncryptionKey {
        EncryptionKey::from_hex(&digit.repeat(64)).unwrap()
    }

    fn secret() -> SecretString {
        SecretString::from("correct horse")
    }

    #[test]
    fn what_was_sealed_opens_for_its_own_record_only() {
        let cipher = Cipher::new(key("a"), Vec::new());
        let (mine, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = cipher.seal(mine, &secret()).unwrap();
        assert_eq!(cipher.open(mine, &sealed).unwrap().expose_secret(), "correct horse");
        assert_eq!(cipher.open(other, &sealed).unwrap_err(), SealError::NotAuthentic { record_id: other });
    }

    #[test]
    fn a_changed_byte_is_noticed() {
        let cipher = Cipher::new(key("a"), Vec::new());
        let id = Uuid::from_u128(1);
        let mut sealed = cipher.seal(id, &secret()).unwrap();
        sealed.ciphertext[0] ^= 1;
        assert_eq!(cipher.open(id, &sealed).unwrap_err(), SealError::NotAuthentic { record_id: id });
    }

    #[test]
    fn no_two_encryptions_look_alike() {
        let cipher = Cipher::new(key("a"), Vec::new());
        let [one, two] = [0, 1].map(|_| cipher.seal(Uuid::nil(), &secret()).unwrap());
        assert_ne!(one.nonce, two.nonce);
        assert_ne!(one.ciphertext, two.ciphertext);
    }

    #[test]
    fn an_old_key_still_opens_and_is_reported() {
        let sealed = Cipher::new(key("a"), Vec::new()).seal(Uuid::nil(), &secret()).unwrap();
        let rotated = Cipher::new(key("b"), vec![key("a")]);
        assert!(rotated.open(Uuid::nil(), &sealed).is_ok());
        assert!(rotated.is_outdated(&sealed));
        let forgotten = Cipher::new(key("b"), Vec::new());
        assert!(matches!(forgotten.open(Uuid::nil(), &sealed), Err(SealError::UnknownKey { .. })));
    }

    #[test]
    fn a_key_is_64_hexadecimal_digits_and_is_never_printed() {
        assert!(EncryptionKey::from_hex("abc").is_err());
        assert!(EncryptionKey::from_hex(&"g".repeat(64)).is_err());
        let printed = format!("{:?}", key("a"));
        assert!(!printed.contains("aaaa"), "{printed}");
    }
}
