//! From the form's inputs to rules and back: `forecastDates=pems` for a whole group, or `forecastDates=each` with an
//! input for each field. A plain form puts them into the address, which is where the page reads them.

use vanguard_domain::ownership::{FieldGroup, Owner, OwnershipRules};
use vanguard_domain::record::Field;

/// The input that says that somebody asked.
pub const LOOK: &str = "look";

/// What is chosen for a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// A person decides.
    Nobody,
    Owner(Owner),
    /// Each field has a choice of its own.
    Each,
}

impl Choice {
    /// The value of the option.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Nobody => "",
            Self::Owner(owner) => owner.as_str(),
            Self::Each => "each",
        }
    }

    /// What people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Nobody => "Nobody: ask a person",
            Self::Owner(owner) => owner.label(),
            Self::Each => "Each field by itself",
        }
    }

    /// What `rules` say about a group.
    pub fn of(group: FieldGroup, rules: &OwnershipRules) -> Self {
        match rules.owner_of(group) {
            Some(owner) => Self::Owner(owner),
            None if group.fields().any(|field| rules.owner(field).is_some()) => Self::Each,
            None => Self::Nobody,
        }
    }

    /// What `rules` say about a field.
    pub fn of_field(field: Field, rules: &OwnershipRules) -> Self {
        rules.owner(field).map_or(Self::Nobody, Self::Owner)
    }
}

/// The rules that an address asks about; none if it does not ask. What is no owner is nobody.
pub fn asked(query: impl Fn(&str) -> Option<String>) -> Option<OwnershipRules> {
    query(LOOK)?;
    let owner = |name: &str| query(name).and_then(|value| value.parse::<Owner>().ok());
    let mut rules = OwnershipRules::new();
    for group in FieldGroup::ALL {
        let each = query(group.name()).as_deref() == Some(Choice::Each.value());
        let whole = owner(group.name());
        for field in group.fields() {
            if let Some(owner) = if each { owner(field.name()) } else { whole } {
                rules.set(field, owner);
            }
        }
    }
    Some(rules)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Option<OwnershipRules> {
        asked(|name| query.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn a_group_stands_for_its_fields_unless_each_has_a_choice_of_its_own() {
        let rules = read(&[
            ("forecastDates", "vanguard"),
            ("forecastEnd", "pems"),
            ("actualDates", "each"),
            ("actualEnd", "pems"),
            ("amounts", "nonsense"),
            (LOOK, ""),
        ])
        .unwrap();
        assert_eq!(rules.owner_of(FieldGroup::ForecastDates), Some(Owner::Vanguard));
        assert_eq!(rules.owner(Field::ActualEnd), Some(Owner::Pems));
        assert_eq!(rules.iter().count(), 3);
        assert_eq!(Choice::of(FieldGroup::ActualDates, &rules), Choice::Each);
        assert_eq!(Choice::of(FieldGroup::Amounts, &rules), Choice::Nobody);
    }

    #[test]
    fn an_address_that_does_not_ask_says_nothing() {
        assert_eq!(read(&[("forecastDates", "pems")]), None);
        assert_eq!(read(&[(LOOK, "")]), Some(OwnershipRules::new()));
    }
}
