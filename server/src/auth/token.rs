//! Session tokens: a signed name of a row in `sessions`. The row decides; the signature keeps guesses away from it.

use std::fmt;

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The user.
    pub sub: Uuid,
    /// The session.
    pub jti: Uuid,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
}

/// Signs and reads tokens.
#[derive(Clone)]
pub struct Tokens {
    signing: EncodingKey,
    reading: DecodingKey,
}

/// The token is none of ours, or was changed, or has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token is not valid")]
pub struct InvalidToken;

impl Tokens {
    pub fn new(secret: &SecretString) -> Self {
        let secret = secret.expose_secret().as_bytes();
        Self { signing: EncodingKey::from_secret(secret), reading: DecodingKey::from_secret(secret) }
    }

    pub fn issue(
        &self,
        user_id: Uuid,
        session_id: Uuid,
        issued_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let claims =
            Claims { sub: user_id, jti: session_id, iat: issued_at.timestamp(), exp: expires_at.timestamp() };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
    }

    pub fn read(&self, token: &str) -> Result<Claims, InvalidToken> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        jsonwebtoken::decode(token, &self.reading, &validation)
            .map(|token| token.claims)
            .map_err(|_| InvalidToken)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::clock;

    fn tokens(secret: &str) -> Tokens {
        Tokens::new(&SecretString::from(secret))
    }

    #[test]
    fn a_token_is_read_by_its_own_secret_until_it_expires() {
        let now = clock::system().now();
        let ours = tokens("one secret");
        let good =
            ours.issue(Uuid::from_u128(1), Uuid::from_u128(2), now, now + Duration::from_mins(1)).unwrap();
        let claims = ours.read(&good).unwrap();
        assert_eq!((claims.sub, claims.jti), (Uuid::from_u128(1), Uuid::from_u128(2)));
        assert_eq!(tokens("another secret").read(&good), Err(InvalidToken));
        let old = ours.issue(Uuid::nil(), Uuid::nil(), now, now - Duration::from_secs(5)).unwrap();
        assert_eq!(ours.read(&old), Err(InvalidToken));
    }

    #[test]
    fn an_unsigned_token_is_refused() {
        // {"alg":"none"} . {"sub":…,"jti":…,"exp":9999999999} .
        let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAiLCJqdGkiOiIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAiLCJpYXQiOjAsImV4cCI6OTk5OTk5OTk5OX0.";
        assert_eq!(tokens("x").read(unsigned), Err(InvalidToken));
    }
}
