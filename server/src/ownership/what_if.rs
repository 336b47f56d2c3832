//! What rules would have done, for whoever is about to switch them on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use vanguard_app::backend::{Access, WhatIfExample, WhatIfReport};
use vanguard_domain::ownership::OwnershipRules;
use vanguard_domain::permission::Permission;
use vanguard_domain::what_if::{Extent, Judged, PastConflict, Tally, judge};

use super::store::NamedPast;

/// Conflicts looked at: more would tell no more, and hold the answer up.
pub(super) const MOST_CONFLICTS: i64 = 10_000;
/// Examples shown.
const MOST_EXAMPLES: usize = 20;

/// Counts, and shows examples: first those that people decided otherwise, then the other ones that the rules would
/// have decided, then those that they would have left; each the newest first.
pub(super) fn report(
    access: &Access,
    current: &OwnershipRules,
    rules: &OwnershipRules,
    past: &[NamedPast],
) -> WhatIfReport {
    let mut tally = Tally::default();
    let mut judged: Vec<(&NamedPast, Judged)> = Vec::with_capacity(past.len());
    for conflict in past {
        let one = judge(rules, &conflict.past);
        tally.count(&one);
        if one.extent != Extent::NotAtAll {
            judged.push((conflict, one));
        }
    }
    judged.sort_by_key(|(_, one)| (one.same != Some(false), one.extent == Extent::Unsound));
    let examples =
        judged.into_iter().take(MOST_EXAMPLES).map(|(past, one)| example(access, rules, past, one)).collect();
    WhatIfReport {
        tally,
        is_cut: i64::try_from(past.len()).is_ok_and(|looked_at| looked_at >= MOST_CONFLICTS),
        examples,
        seen: fingerprint(access, current, rules),
    }
}

fn example(access: &Access, rules: &OwnershipRules, named: &NamedPast, judged: Judged) -> WhatIfExample {
    let PastConflict { dispute, by_person } = &named.past;
    let concerned = || dispute.fields.iter().filter(|(field, _)| dispute.owner(rules, **field).is_some());
    let mut example = WhatIfExample {
        conflict_id: named.id,
        pfa_id: named.pfa_id.clone(),
        status: named.status,
        created_at: named.created_at,
        extent: judged.extent,
        ours: concerned().map(|(field, sides)| (*field, sides.local.clone())).collect(),
        pems: concerned().map(|(field, sides)| (*field, sides.pems.clone())).collect(),
        by_rule: judged.by_rule,
        by_person: by_person.as_ref().map(|chosen| chosen.only(concerned().map(|(field, _)| *field))),
        same: judged.same,
    };
    if !access.may(Permission::ViewFinancials) {
        let sides = [&mut example.ours, &mut example.pems, &mut example.by_rule];
        sides
            .into_iter()
            .chain(&mut example.by_person)
            .for_each(vanguard_domain::record::FieldMap::hide_money);
    }
    example
}

/// Says which rules were looked at, against which ones in force: what is switched on is what was seen.
pub(super) fn fingerprint(access: &Access, current: &OwnershipRules, rules: &OwnershipRules) -> String {
    let mut hasher = Sha256::new();
    hasher.update(access.organization_id().as_bytes());
    for side in [current, rules] {
        for (field, owner) in side.iter() {
            hasher.update(format!("{field}={};", owner.as_str()));
        }
        hasher.update("|");
    }
    URL_SAFE_NO_PAD.encode(hasher.finalize())
}
