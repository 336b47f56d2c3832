//! Text columns that hold one of a few names. CHECK constraints keep out any other.

use std::error::Error;
use std::str::FromStr;

/// What the name in a column stands for.
pub(crate) fn parsed<T>(text: &str) -> Result<T, sqlx::Error>
where
    T: FromStr,
    T::Err: Error + Send + Sync + 'static,
{
    text.parse().map_err(decode)
}

/// What the database holds and the domain does not know.
pub(crate) fn decode<E: Error + Send + Sync + 'static>(error: E) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}
