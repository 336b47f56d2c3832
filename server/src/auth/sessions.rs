//! Who is behind a token.

use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use sqlx::PgPool;
use vanguard_app::backend::Caller;

use super::token::{InvalidToken, Tokens};
use super::{cookie, store};

/// How a request says who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential<'a> {
    /// From a script; no browser adds it by itself.
    Bearer(&'a str),
    /// From a browser, which adds it whichever site made the request.
    Cookie(&'a str),
}

impl<'a> Credential<'a> {
    /// What the request carries; a bearer token counts before a cookie. The error: an `Authorization` header
    /// that holds no bearer token.
    pub fn of(headers: &'a HeaderMap) -> Result<Option<Self>, InvalidToken> {
        match headers.get(AUTHORIZATION) {
            None => Ok(cookie::read(headers).map(Self::Cookie)),
            Some(value) => {
                let (scheme, token) =
                    value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or(InvalidToken)?;
                if scheme.eq_ignore_ascii_case("bearer") {
                    Ok(Some(Self::Bearer(token.trim())))
                } else {
                    Err(InvalidToken)
                }
            }
        }
    }

    pub const fn token(self) -> &'a str {
        match self {
            Self::Bearer(token) | Self::Cookie(token) => token,
        }
    }
}

/// Looks sessions up.
#[derive(Debug, Clone)]
pub struct Sessions {
    pool: PgPool,
    tokens: Arc<Tokens>,
}

impl Sessions {
    pub const fn new(pool: PgPool, tokens: Arc<Tokens>) -> Self {
        Self { pool, tokens }
    }

    /// The caller, if the token is ours and its session is live.
    pub async fn caller(&self, token: &str) -> Result<Option<Caller>, sqlx::Error> {
        let Ok(claims) = self.tokens.read(token) else { return Ok(None) };
        store::caller(&self.pool, claims.jti, claims.sub).await
    }

    /// The same caller as he is now; none if his session has ended meanwhile.
    pub async fn again(&self, caller: &Caller) -> Result<Option<Caller>, sqlx::Error> {
        store::caller(&self.pool, caller.session_id, caller.user.id).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(authorization: Option<&str>, cookie: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(value) = authorization {
            headers.insert(AUTHORIZATION, value.parse().unwrap());
        }
        if let Some(value) = cookie {
            headers.insert(http::header::COOKIE, format!("vanguard_session={value}").parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_bearer_token_counts_before_the_cookie() {
        let both = headers(Some("Bearer abc"), Some("def"));
        assert_eq!(Credential::of(&both), Ok(Some(Credential::Bearer("abc"))));
        let cookie = headers(None, Some("def"));
        assert_eq!(Credential::of(&cookie), Ok(Some(Credential::Cookie("def"))));
        assert_eq!(Credential::of(&headers(None, None)), Ok(None));
    }

    #[test]
    fn another_scheme_is_refused_rather_than_ignored() {
        for wrong in ["Basic YTpi", "Bearer", "nonsense"] {
            assert_eq!(Credential::of(&headers(Some(wrong), Some("def"))), Err(InvalidToken), "{wrong}");
        }
    }
}
