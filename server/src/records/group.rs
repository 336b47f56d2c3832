//! Records by the value of a field, with what each group costs.

use std::collections::BTreeMap;

use vanguard_app::backend::{Access, RecordGroup, RecordRow};
use vanguard_domain::modification::ModificationState;
use vanguard_domain::permission::Permission;
use vanguard_domain::portfolio::Costs;
use vanguard_domain::record::{Field, Value};

/// The groups so far, by value.
pub(super) struct Groups {
    by: Field,
    shows_costs: bool,
    found: BTreeMap<Value, RecordGroup>,
}

impl Groups {
    pub(super) fn new(access: &Access, by: Field) -> Self {
        Self { by, shows_costs: access.may(Permission::ViewFinancials), found: BTreeMap::new() }
    }

    pub(super) fn count(&mut self, rows: &[RecordRow]) {
        for row in rows {
            let value = row.fields.value(self.by);
            let group = self.found.entry(value.clone()).or_insert_with(|| RecordGroup {
                value: as_filter(value),
                records: 0,
                open: 0,
                costs: self.shows_costs.then(Costs::default),
            });
            group.records += 1;
            group.open += i64::from(row.sync_state != ModificationState::Synced);
            if let Some(costs) = &mut group.costs {
                *costs += Costs::of_record(&row.fields);
            }
        }
    }

    pub(super) fn into_list(self) -> Vec<RecordGroup> {
        self.found.into_values().collect()
    }
}

fn as_filter(value: &Value) -> String {
    match value.to_json() {
        serde_json::Value::String(text) => text,
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    }
}
