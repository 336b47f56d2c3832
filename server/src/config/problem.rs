//! What is wrong with the settings.

use std::fmt;

/// One setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub name: String,
    /// What was set; `None` if nothing was, or if it is secret.
    pub value: Option<String>,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// Everything that is wrong, so that it can be put right in one go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub Vec<Problem>);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server cannot start with these settings:")?;
        for problem in &self.0 {
            write!(f, "\n  {}", problem.name)?;
            if let Some(value) = &problem.value {
                write!(f, " = {value:?}")?;
            }
            write!(f, ": {}", problem.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
