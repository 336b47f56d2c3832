//! Whose value holds when both sides changed a field: an administrator's choice for each field, off by default.
//!
//! A rule decides what otherwise a person would be asked: "PEMS owns actual dates" gives our value up, "Vanguard owns
//! forecast dates" sends it over PEMS's. A field without a rule stays with a person, and so does the whole conflict
//! if what the rules leave would break a rule of validation: ownership says whose value holds, not that it is sound.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::conflict::Resolution;
use crate::delta::Operation;
use crate::modification::UnknownState;
use crate::record::{EditRule, Field, FieldMap};
use crate::three_way::Sides;
use crate::validation::check_rules;

/// The side whose value holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Owner {
    Pems,
    Vanguard,
}

impl Owner {
    /// The name in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pems => "pems",
            Self::Vanguard => "vanguard",
        }
    }

    /// What people call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Pems => "PEMS",
            Self::Vanguard => "Vanguard",
        }
    }
}

impl std::str::FromStr for Owner {
    type Err = UnknownState;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Pems, Self::Vanguard]
            .into_iter()
            .find(|owner| owner.as_str() == name)
            .ok_or_else(|| UnknownState(name.to_owned()))
    }
}

/// Fields that are usually owned together. Rules are kept for each field; groups are for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldGroup {
    ForecastDates,
    ActualDates,
    Amounts,
    Equipment,
    Classification,
    Flags,
    Terms,
}

impl FieldGroup {
    /// Every group, in the order in which the settings show them.
    pub const ALL: [Self; 7] = [
        Self::ForecastDates,
        Self::ActualDates,
        Self::Amounts,
        Self::Equipment,
        Self::Classification,
        Self::Flags,
        Self::Terms,
    ];

    /// The name in forms and addresses; no field has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ForecastDates => "forecastDates",
            Self::ActualDates => "actualDates",
            Self::Amounts => "amounts",
            Self::Equipment => "equipmentDetails",
            Self::Classification => "classification",
            Self::Flags => "flags",
            Self::Terms => "terms",
        }
    }

    /// As it stands within a sentence.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ForecastDates => "forecast dates",
            Self::ActualDates => "actual dates",
            Self::Amounts => "amounts",
            Self::Equipment => "equipment details",
            Self::Classification => "classification",
            Self::Flags => "flags",
            Self::Terms => "description, source and DOR",
        }
    }

    /// The group of a field; none for the locked plan, which we never write.
    pub const fn of(field: Field) -> Option<Self> {
        use Field as F;
        if matches!(field.spec().edit, EditRule::ReadOnly) {
            return None;
        }
        Some(match field {
            F::ForecastStart | F::ForecastEnd => Self::ForecastDates,
            F::ActualStart | F::ActualEnd => Self::ActualDates,
            F::MonthlyRate | F::PurchasePrice => Self::Amounts,
            F::Manufacturer | F::Model | F::Contract | F::Equipment => Self::Equipment,
            F::AreaSilo | F::Class | F::Category | F::CategoryDescription => Self::Classification,
            F::IsActualized | F::IsDiscontinued | F::IsFundsTransferable => Self::Flags,
            F::Description | F::Source | F::Dor | F::OriginalStart | F::OriginalEnd => Self::Terms,
        })
    }

    /// Its fields, in the order of the field table.
    pub fn fields(self) -> impl Iterator<Item = Field> {
        Field::ALL.into_iter().filter(move |field| Self::of(*field) == Some(self))
    }
}

/// The rules of an organisation; a field that is missing has none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OwnershipRules(BTreeMap<Field, Owner>);

impl OwnershipRules {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn owner(&self, field: Field) -> Option<Owner> {
        self.0.get(&field).copied()
    }

    pub fn set(&mut self, field: Field, owner: Owner) {
        self.0.insert(field, owner);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (Field, Owner)> {
        self.0.iter().map(|(field, owner)| (*field, *owner))
    }

    /// The rules about those fields that `keep` says yes to.
    #[must_use]
    pub fn only(&self, keep: impl Fn(Field) -> bool) -> Self {
        self.iter().filter(|(field, _)| keep(*field)).collect()
    }

    /// The owner of a whole group, if all of its fields have the same one.
    pub fn owner_of(&self, group: FieldGroup) -> Option<Owner> {
        let mut owners = group.fields().map(|field| self.owner(field));
        let first = owners.next()??;
        owners.all(|owner| owner == Some(first)).then_some(first)
    }

    /// The rules that `before` has not: what would be switched on.
    #[must_use]
    pub fn beyond(&self, before: &Self) -> Self {
        self.iter().filter(|(field, owner)| before.owner(*field) != Some(*owner)).collect()
    }

    /// The rules about `fields` in words: "PEMS owns actual dates; Vanguard owns Monthly rate".
    pub fn words(&self, fields: impl IntoIterator<Item = Field>) -> String {
        let mut labels_of: BTreeMap<Owner, Vec<&'static str>> = BTreeMap::new();
        for field in fields {
            let Some(owner) = self.owner(field) else { continue };
            let group = FieldGroup::of(field).filter(|group| self.owner_of(*group) == Some(owner));
            let label = group.map_or(field.label(), FieldGroup::label);
            let labels = labels_of.entry(owner).or_default();
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        let sentence =
            |(owner, labels): (&Owner, &Vec<_>)| format!("{} owns {}", owner.label(), listed(labels));
        labels_of.iter().map(sentence).collect::<Vec<_>>().join("; ")
    }
}

impl FromIterator<(Field, Owner)> for OwnershipRules {
    fn from_iter<T: IntoIterator<Item = (Field, Owner)>>(rules: T) -> Self {
        Self(rules.into_iter().collect())
    }
}

fn listed(labels: &[&str]) -> String {
    match labels {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What the rules make of a conflict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// The fields that the rules decide.
    pub decided: BTreeMap<Field, (Owner, Sides)>,
    /// The fields that have no rule: a person decides.
    pub left: BTreeMap<Field, Sides>,
    /// What goes to PEMS: our changes that nobody disputes, and our values of what Vanguard owns.
    pub change: FieldMap,
}

impl Ruling {
    /// Whether nobody has to be asked.
    pub fn is_whole(&self) -> bool {
        self.left.is_empty()
    }

    /// Our values that stay behind, because PEMS owns the fields.
    pub fn given_up(&self) -> FieldMap {
        self.ours(Owner::Pems)
    }

    /// Our values that replace PEMS's, because Vanguard owns the fields.
    pub fn prevailing(&self) -> FieldMap {
        self.ours(Owner::Vanguard)
    }

    /// One side of the decided fields.
    pub fn side(&self, of: impl Fn(&Sides) -> &crate::record::Value) -> FieldMap {
        self.decided.iter().map(|(field, (_, sides))| (*field, of(sides).clone())).collect()
    }

    /// The value that each decided field gets.
    pub fn values(&self) -> FieldMap {
        let value = |(field, (owner, sides)): (&Field, &(Owner, Sides))| match owner {
            Owner::Pems => (*field, sides.pems.clone()),
            Owner::Vanguard => (*field, sides.local.clone()),
        };
        self.decided.iter().map(value).collect()
    }

    /// The same as a person would have chosen it.
    pub fn resolution(&self) -> Resolution {
        let all = |wanted| self.decided.values().all(|(owner, _)| *owner == wanted);
        match (all(Owner::Pems), all(Owner::Vanguard)) {
            (true, _) => Resolution::UsePems,
            (_, true) => Resolution::UseLocal,
            _ => Resolution::Merge,
        }
    }

    fn ours(&self, wanted: Owner) -> FieldMap {
        let owned = self.decided.iter().filter(|(_, (owner, _))| *owner == wanted);
        owned.map(|(field, (_, sides))| (*field, sides.local.clone())).collect()
    }
}

/// A conflict, as far as rules are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    pub operation: Operation,
    /// The whole record as PEMS has it.
    pub pems: FieldMap,
    /// The disputed fields.
    pub fields: BTreeMap<Field, Sides>,
    /// Those of them that rules may decide; without a rule they are for a person as well.
    pub open_to_rules: BTreeSet<Field>,
    /// Our other changes, which nobody disputes.
    pub undisputed: FieldMap,
}

impl Dispute {
    /// Who owns a disputed field, if a rule may decide it.
    pub fn owner(&self, rules: &OwnershipRules, field: Field) -> Option<Owner> {
        rules.owner(field).filter(|_| self.open_to_rules.contains(&field))
    }
}

/// A version of a record: which side made it, and its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeVersion {
    pub by_pems: bool,
    pub fields: FieldMap,
}

/// Those of the disputed `fields` whose value was last changed by somebody in PEMS: rules decide between PEMS and us, not
/// between colleagues.
///
/// `versions` are those that we have, oldest first, beginning with the one that our change is based on. Each is compared with
/// the one before it, not with what our author saw: he may have seen a colleague's change that never reached PEMS.
pub fn changed_in_pems(fields: impl IntoIterator<Item = Field>, versions: &[MadeVersion]) -> BTreeSet<Field> {
    let last_was_pems = |field: &Field| {
        let changed = |pair: &&[MadeVersion]| pair[0].fields.value(*field) != pair[1].fields.value(*field);
        versions.windows(2).rfind(changed).is_some_and(|pair| pair[1].by_pems)
    };
    fields.into_iter().filter(last_was_pems).collect()
}

/// What `rules` decide of a conflict. `None`: nothing, so that a person decides all of it; because no field that rules may
/// decide has one, or because what would be sent breaks a rule of validation.
pub fn apply(rules: &OwnershipRules, dispute: &Dispute) -> Option<Ruling> {
    let change = dispute.undisputed.clone();
    let mut ruling = Ruling { decided: BTreeMap::new(), left: BTreeMap::new(), change };
    for (field, sides) in &dispute.fields {
        match dispute.owner(rules, *field) {
            Some(owner) => {
                ruling.decided.insert(*field, (owner, sides.clone()));
            }
            None => {
                ruling.left.insert(*field, sides.clone());
            }
        }
    }
    ruling.change.overlay(&ruling.prevailing());
    let is_sound =
        ruling.change.is_empty() || check_rules(&dispute.pems, dispute.operation, &ruling.change).is_empty();
    (!ruling.decided.is_empty() && is_sound).then_some(ruling)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::conflict::resolve;
    use crate::record::Value;
    use crate::three_way::compare;

    fn map(json: Json) -> FieldMap {
        serde_json::from_value(json).unwrap()
    }

    fn rules(json: Json) -> OwnershipRules {
        serde_json::from_value(json).unwrap()
    }

    /// A conflict in which PEMS changed every disputed field.
    fn dispute(base: &FieldMap, local: &FieldMap, pems: &FieldMap) -> Dispute {
        let compared = compare(base, local, pems);
        Dispute {
            operation: Operation::Update,
            pems: pems.clone(),
            open_to_rules: compared.conflicts.keys().copied().collect(),
            fields: compared.conflicts,
            undisputed: compared.ours,
        }
    }

    fn ruled(rules: &OwnershipRules, base: Json, local: Json, pems: Json) -> Option<Ruling> {
        apply(rules, &dispute(&map(base), &map(local), &map(pems)))
    }

    #[test]
    fn what_pems_owns_is_given_up_and_the_rest_goes() {
        let ruling = ruled(
            &rules(json!({"model": "pems"})),
            json!({"model": "A", "contract": null}),
            json!({"model": "B", "contract": "C-1"}),
            json!({"model": "X", "contract": null}),
        )
        .unwrap();
        assert!(ruling.is_whole());
        assert_eq!(ruling.change, map(json!({"contract": "C-1"})));
        assert_eq!(ruling.given_up(), map(json!({"model": "B"})));
        assert_eq!(ruling.resolution(), Resolution::UsePems);
    }

    #[test]
    fn what_nobody_owns_is_left_to_a_person() {
        let ruling = ruled(
            &rules(json!({"model": "vanguard"})),
            json!({"model": "A", "contract": null}),
            json!({"model": "B", "contract": "C-1"}),
            json!({"model": "X", "contract": "C-2"}),
        )
        .unwrap();
        assert_eq!(ruling.left.keys().collect::<Vec<_>>(), [&Field::Contract]);
        assert_eq!(ruling.change, map(json!({"model": "B"})));
    }

    #[test]
    fn what_is_not_open_to_rules_is_left_to_a_person_whoever_owns_it() {
        let (base, local) =
            (map(json!({"model": "A", "contract": "1"})), map(json!({"model": "B", "contract": "2"})));
        let mut dispute = dispute(&base, &local, &map(json!({"model": "X", "contract": "3"})));
        dispute.open_to_rules.remove(&Field::Model);
        let ruling = apply(&rules(json!({"model": "vanguard", "contract": "vanguard"})), &dispute).unwrap();
        assert_eq!(ruling.left.keys().collect::<Vec<_>>(), [&Field::Model]);
        assert_eq!(ruling.change, map(json!({"contract": "2"})));
    }

    fn model_changed_in_pems(versions: &[(bool, &str)]) -> bool {
        let version = |(by_pems, model): &(bool, &str)| MadeVersion {
            by_pems: *by_pems,
            fields: map(json!({"model": model})),
        };
        let versions: Vec<MadeVersion> = versions.iter().map(version).collect();
        !changed_in_pems([Field::Model], &versions).is_empty()
    }

    #[test]
    fn rules_are_about_what_was_changed_in_pems_not_by_a_colleague() {
        assert!(model_changed_in_pems(&[(false, "A"), (true, "X")]));
        assert!(
            model_changed_in_pems(&[(false, "A"), (false, "B"), (true, "X"), (false, "X")]),
            "ours was about another field"
        );
        assert!(!model_changed_in_pems(&[(true, "A"), (false, "B")]), "a colleague's change");
        assert!(!model_changed_in_pems(&[(true, "A"), (true, "X"), (false, "B")]), "a colleague came last");
    }

    #[test]
    fn what_a_colleague_committed_and_pems_never_had_was_not_changed_in_pems() {
        assert!(!model_changed_in_pems(&[(true, "A")]));
        assert!(!model_changed_in_pems(&[(true, "A"), (true, "A")]), "PEMS changed another field");
        assert!(!model_changed_in_pems(&[]), "and nothing is known of a record that we do not have");
    }

    #[test]
    fn a_result_that_is_not_sound_is_for_a_person() {
        let crossed = |owner: &str| {
            ruled(
                &rules(json!({"forecastEnd": owner})),
                json!({"forecastStart": "2026-01-01", "forecastEnd": "2026-06-30"}),
                json!({"forecastEnd": "2026-03-31"}),
                json!({"forecastStart": "2026-05-01", "forecastEnd": "2026-07-31"}),
            )
        };
        assert_eq!(crossed("vanguard"), None, "it would end before it starts");
        assert!(crossed("pems").unwrap().change.is_empty());
    }

    #[test]
    fn rules_are_told_by_group_where_they_cover_it() {
        let dates = rules(json!({"actualStart": "pems", "actualEnd": "pems", "monthlyRate": "vanguard"}));
        assert_eq!(dates.words([Field::ActualEnd]), "PEMS owns actual dates");
        assert_eq!(
            dates.words([Field::ActualStart, Field::ActualEnd, Field::MonthlyRate]),
            "PEMS owns actual dates; Vanguard owns Monthly rate"
        );
        assert_eq!(dates.words([Field::Model]), "");
    }

    #[test]
    fn every_field_that_we_may_write_belongs_to_one_group() {
        let grouped: Vec<Field> = FieldGroup::ALL.into_iter().flat_map(FieldGroup::fields).collect();
        assert_eq!(grouped.len(), Field::ALL.len() - 2, "all but the locked plan");
        assert!(FieldGroup::ALL.into_iter().all(|group| group.fields().next().is_some()));
        assert!(FieldGroup::ALL.into_iter().all(|group| group.name().parse::<Field>().is_err()));
    }

    #[test]
    fn only_what_is_new_is_switched_on() {
        let before = rules(json!({"model": "pems", "contract": "pems"}));
        let after = rules(json!({"model": "pems", "contract": "vanguard"}));
        assert_eq!(after.beyond(&before), rules(json!({"contract": "vanguard"})));
        assert!(OwnershipRules::new().beyond(&before).is_empty());
    }

    const FIELDS: [Field; 4] = [Field::Model, Field::Contract, Field::Manufacturer, Field::Description];

    /// Small alphabets make the interesting coincidences likely.
    fn any_map() -> impl Strategy<Value = FieldMap> {
        proptest::collection::vec(0_u8..3, FIELDS.len()).prop_map(|values| {
            FIELDS.iter().zip(values).map(|(field, n)| (*field, Value::Text(n.to_string()))).collect()
        })
    }

    fn any_rules() -> impl Strategy<Value = OwnershipRules> {
        proptest::collection::vec(0_u8..3, FIELDS.len()).prop_map(|owners| {
            let owner = |n| [None, Some(Owner::Pems), Some(Owner::Vanguard)][usize::from(n)];
            FIELDS.iter().zip(owners).filter_map(|(field, n)| Some((*field, owner(n)?))).collect()
        })
    }

    proptest! {
        #[test]
        fn each_disputed_field_is_decided_or_left_and_no_value_is_invented(
            rules in any_rules(), base in any_map(), local in any_map(), pems in any_map(),
        ) {
            let compared = compare(&base, &local, &pems);
            let found = apply(&rules, &dispute(&base, &local, &pems));
            let concerned = compared.conflicts.keys().any(|field| rules.owner(*field).is_some());
            prop_assert_eq!(found.is_some(), concerned);
            let Some(ruling) = found else { return Ok(()) };
            for (field, sides) in &compared.conflicts {
                let owner = rules.owner(*field);
                prop_assert_eq!(ruling.decided.get(field).map(|(owner, _)| *owner), owner);
                prop_assert_eq!(ruling.left.contains_key(field), owner.is_none());
                let sent = ruling.change.get(*field);
                prop_assert_eq!(sent, (owner == Some(Owner::Vanguard)).then_some(&sides.local));
            }
            prop_assert_eq!(ruling.change.only(compared.ours.fields()), compared.ours);
        }

        #[test]
        fn a_whole_ruling_is_what_a_person_could_have_chosen(
            rules in any_rules(), base in any_map(), local in any_map(), pems in any_map(),
        ) {
            let compared = compare(&base, &local, &pems);
            let found = apply(&rules, &dispute(&base, &local, &pems));
            let Some(ruling) = found.filter(Ruling::is_whole) else { return Ok(()) };
            let by_hand = resolve(&compared.conflicts, &compared.ours, Resolution::Merge, &ruling.values());
            prop_assert_eq!(by_hand.as_ref(), Ok(&ruling.change));
            let chosen = if ruling.resolution() == Resolution::Merge { ruling.values() } else { FieldMap::new() };
            let short = resolve(&compared.conflicts, &compared.ours, ruling.resolution(), &chosen);
            prop_assert_eq!(short, by_hand);
        }
    }
}
