//! Reading settings one by one, remembering every problem.

use std::fmt::Display;

use secrecy::SecretString;

use super::problem::{ConfigError, Problem};
use super::table::Setting;

/// Where values come from: the environment, or a test's list.
pub(super) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

pub(super) struct Reader<'a> {
    lookup: Lookup<'a>,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(lookup: Lookup<'a>) -> Self {
        Self { lookup, problems: Vec::new() }
    }

    /// The configuration, if nothing was wrong.
    pub(super) fn finish<T>(self, config: Option<T>) -> Result<T, ConfigError> {
        match config {
            Some(config) if self.problems.is_empty() => Ok(config),
            _ => Err(ConfigError(self.problems)),
        }
    }

    pub(super) fn complain(&mut self, setting: &Setting, value: Option<&str>, message: impl Display) {
        self.problems.push(Problem {
            name: setting.name.to_owned(),
            value: value.filter(|_| !setting.secret).map(str::to_owned),
            message: format!("{message}; expected {}", setting.expected),
        });
    }

    /// Read by `parse`; `None` after a complaint, also when there is neither value nor default.
    pub(super) fn required<T, E: Display>(
        &mut self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let Some(text) = self.text(setting)? else {
            self.complain(setting, None, "it is not set");
            return None;
        };
        self.parse(setting, &text, parse)
    }

    /// Read by `parse`; the outer `None` after a complaint, the inner one when it is not set.
    #[expect(clippy::option_option, reason = "not set and not readable are different things")]
    pub(super) fn optional<T, E: Display>(
        &mut self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        match self.text(setting)? {
            None => Some(None),
            Some(text) => self.parse(setting, &text, parse).map(Some),
        }
    }

    pub(super) fn flag(&mut self, setting: &Setting) -> Option<bool> {
        self.required(setting, flag)
    }

    pub(super) fn number(&mut self, setting: &Setting, least: u32, most: u32) -> Option<u32> {
        self.required(setting, |text| match text.parse() {
            Ok(number) if (least..=most).contains(&number) => Ok(number),
            _ => Err("it is not such a number"),
        })
    }

    fn parse<T, E: Display>(
        &mut self,
        setting: &Setting,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        match parse(text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.complain(setting, Some(text), error);
                None
            }
        }
    }

    /// The value under its name, an alias, or in its file. An empty value counts as none.
    #[expect(clippy::option_option, reason = "not set and not readable are different things")]
    fn text(&mut self, setting: &Setting) -> Option<Option<String>> {
        let mut found: Option<(String, String)> = None;
        for name in std::iter::once(&setting.name).chain(setting.aliases) {
            let Some(value) = self.set(name) else { continue };
            match &found {
                Some((other, before)) if *before != value => {
                    self.complain(setting, None, format!("{other} and {name} contradict each other"));
                    return None;
                }
                _ => found = Some(((*name).to_owned(), value)),
            }
        }
        let file = if setting.secret { self.set(&format!("{}_FILE", setting.name)) } else { None };
        match (found, file) {
            (Some(_), Some(_)) => {
                self.complain(setting, None, format!("{0} and {0}_FILE are both set", setting.name));
                None
            }
            (Some((_, value)), None) => Some(Some(value)),
            (None, Some(path)) => match std::fs::read_to_string(&path) {
                Ok(content) => Some(Some(content.trim_end_matches(['\r', '\n']).to_owned())),
                Err(error) => {
                    self.complain(setting, None, format!("{path:?} cannot be read: {error}"));
                    None
                }
            },
            (None, None) => Some(setting.default.map(str::to_owned)),
        }
    }

    fn set(&self, name: &str) -> Option<String> {
        (self.lookup)(name).filter(|value| !value.trim().is_empty())
    }
}

pub(super) fn flag(text: &str) -> Result<bool, &'static str> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("it is neither"),
    }
}

/// A secret of at least `least` characters.
pub(super) fn secret(least: usize) -> impl Fn(&str) -> Result<SecretString, String> {
    move |text| {
        if text.chars().count() < least {
            Err(format!("it has less than {least} characters"))
        } else {
            Ok(SecretString::from(text))
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where parsers stand")]
pub(super) fn plain(text: &str) -> Result<String, std::convert::Infallible> {
    Ok(text.trim().to_owned())
}
