//! A conflict's states and its three resolutions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::modification::UnknownState;
use crate::record::{Field, FieldMap};
use crate::three_way::Sides;
use crate::validation::FieldError;

/// Where a conflict stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictStatus {
    Unresolved,
    /// A person decided.
    ResolvedManual,
    /// An ownership rule decided.
    ResolvedAuto,
}

impl ConflictStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unresolved => "unresolved",
            Self::ResolvedManual => "resolved_manual",
            Self::ResolvedAuto => "resolved_auto",
        }
    }
}

impl std::str::FromStr for ConflictStatus {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Unresolved, Self::ResolvedManual, Self::ResolvedAuto]
            .into_iter()
            .find(|status| status.as_str() == name)
            .ok_or_else(|| UnknownState(name.to_owned()))
    }
}

/// What the user chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// Our value for every disputed field.
    UseLocal,
    /// PEMS's value for every disputed field; our undisputed changes still go.
    UsePems,
    /// A value for each disputed field.
    Merge,
}

impl Resolution {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UseLocal => "use_local",
            Self::UsePems => "use_pems",
            Self::Merge => "merge",
        }
    }
}

impl std::str::FromStr for Resolution {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::UseLocal, Self::UsePems, Self::Merge]
            .into_iter()
            .find(|resolution| resolution.as_str() == name)
            .ok_or_else(|| UnknownState(name.to_owned()))
    }
}

/// A resolution that cannot be carried out, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolutionError {
    #[error("choose a value for {}", list(.0))]
    Undecided(Vec<Field>),
    #[error("{} not in conflict; leave out what is undisputed", list(.0))]
    NotInConflict(Vec<Field>),
    #[error("the result breaks a rule")]
    Invalid(Vec<FieldError>),
}

fn list(fields: &[Field]) -> String {
    let labels: Vec<_> = fields.iter().map(|field| field.label()).collect();
    format!("{} {}", labels.join(", "), if labels.len() == 1 { "is" } else { "are" })
        .trim_end_matches(" is")
        .trim_end_matches(" are")
        .to_owned()
}

/// The change that remains to be sent after a decision: the chosen values that PEMS does not have, and our
/// undisputed changes. Empty when PEMS has everything already.
///
/// `chosen` is what the user gave for [`Resolution::Merge`], one value per disputed field, no more and no less.
pub fn resolve(
    fields: &BTreeMap<Field, Sides>,
    undisputed: &FieldMap,
    resolution: Resolution,
    chosen: &FieldMap,
) -> Result<FieldMap, ResolutionError> {
    let decided: FieldMap = match resolution {
        Resolution::UseLocal => fields.iter().map(|(field, sides)| (*field, sides.local.clone())).collect(),
        Resolution::UsePems => fields.iter().map(|(field, sides)| (*field, sides.pems.clone())).collect(),
        Resolution::Merge => {
            let undecided: Vec<_> = fields.keys().copied().filter(|field| !chosen.contains(*field)).collect();
            if !undecided.is_empty() {
                return Err(ResolutionError::Undecided(undecided));
            }
            let foreign: Vec<_> = chosen.fields().filter(|field| !fields.contains_key(field)).collect();
            if !foreign.is_empty() {
                return Err(ResolutionError::NotInConflict(foreign));
            }
            chosen.clone()
        }
    };
    let mut change = undisputed.clone();
    for (field, value) in decided.iter() {
        if fields[&field].pems != *value {
            change.set(field, value.clone());
        }
    }
    Ok(change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Value;

    fn text(value: &str) -> Value {
        Value::Text(value.into())
    }

    fn dispute() -> BTreeMap<Field, Sides> {
        BTreeMap::from([
            (Field::Model, Sides { base: text("A"), local: text("B"), pems: text("C") }),
            (Field::Contract, Sides { base: Value::Empty, local: text("1"), pems: text("2") }),
        ])
    }

    fn undisputed() -> FieldMap {
        FieldMap::from_iter([(Field::Description, text("new"))])
    }

    #[test]
    fn use_local_sends_our_side() {
        let change = resolve(&dispute(), &undisputed(), Resolution::UseLocal, &FieldMap::new()).unwrap();
        assert_eq!(change.text(Field::Model), "B");
        assert_eq!(change.len(), 3);
    }

    #[test]
    fn use_pems_sends_only_what_nobody_disputes() {
        let change = resolve(&dispute(), &undisputed(), Resolution::UsePems, &FieldMap::new()).unwrap();
        assert_eq!(change, undisputed());
    }

    #[test]
    fn a_merge_needs_every_field_and_no_other() {
        let one = FieldMap::from_iter([(Field::Model, text("D"))]);
        assert_eq!(
            resolve(&dispute(), &undisputed(), Resolution::Merge, &one),
            Err(ResolutionError::Undecided(vec![Field::Contract]))
        );
        let mut all = one.clone();
        all.set(Field::Contract, text("2"));
        let change = resolve(&dispute(), &undisputed(), Resolution::Merge, &all).unwrap();
        assert_eq!(change.text(Field::Model), "D");
        assert!(!change.contains(Field::Contract), "PEMS has that value already");
        all.set(Field::Manufacturer, text("X"));
        assert_eq!(
            resolve(&dispute(), &undisputed(), Resolution::Merge, &all),
            Err(ResolutionError::NotInConflict(vec![Field::Manufacturer]))
        );
    }
}
