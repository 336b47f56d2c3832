//! The columns of the grid, in the order in which it shows them.

use vanguard_domain::record::{Field, FieldKind};

/// One column. Which cells of it can be edited is the field table's matter, not the column's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// The check box that selects the row.
    Select,
    /// The record's key; stays in sight while the others scroll.
    Key,
    /// Where the row's most pressing change stands.
    State,
    Field(Field),
    /// Derived from dates and rate or price; never written.
    ForecastCost,
    /// The mirror's PEMS version.
    Version,
    /// When, and by whom, the record was last changed in PEMS.
    UpdatedAt,
}

impl Column {
    /// The heading that people see.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Select => "Select",
            Self::Key => "Record",
            Self::State => "State",
            Self::Field(field) => field.label(),
            Self::ForecastCost => "Forecast cost",
            Self::Version => "Version",
            Self::UpdatedAt => "Updated in PEMS",
        }
    }

    /// The name by which the server sorts, if it can sort by this column.
    pub const fn sort_name(self) -> Option<&'static str> {
        match self {
            Self::Key => Some("pfaId"),
            Self::Field(field) => Some(field.name()),
            Self::Version => Some("version"),
            Self::UpdatedAt => Some("updatedAt"),
            Self::Select | Self::State | Self::ForecastCost => None,
        }
    }

    /// The field that the column shows, if it shows one.
    pub const fn field(self) -> Option<Field> {
        match self {
            Self::Field(field) => Some(field),
            _ => None,
        }
    }

    /// The class that gives heading and cells their width and alignment; the widths stand in `grid.css`.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Select => "col-select",
            Self::Key => "col-key",
            Self::State => "col-state",
            Self::ForecastCost => "col-money",
            Self::Version => "col-number",
            Self::UpdatedAt => "col-updated",
            Self::Field(Field::Description | Field::CategoryDescription) => "col-wide",
            Self::Field(field) => match field.spec().kind {
                FieldKind::Text { max } if max <= 30 => "col-short",
                FieldKind::Text { .. } => "col-text",
                FieldKind::Choice(_) => "col-choice",
                FieldKind::Flag => "col-flag",
                FieldKind::Date => "col-date",
                FieldKind::Money => "col-money",
            },
        }
    }
}

/// Every column, in the order in which a user who has chosen nothing sees them.
pub fn default_columns() -> Vec<Column> {
    let mut columns = vec![Column::Select, Column::Key, Column::State];
    for field in Field::ALL {
        columns.push(Column::Field(field));
        if field == Field::PurchasePrice {
            columns.push(Column::ForecastCost);
        }
    }
    columns.extend([Column::Version, Column::UpdatedAt]);
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_a_column() {
        let columns = default_columns();
        for field in Field::ALL {
            assert!(columns.contains(&Column::Field(field)), "{field}");
        }
    }

    #[test]
    fn the_derived_cost_stands_behind_the_amounts_that_it_comes_from() {
        let columns = default_columns();
        let at = |wanted| columns.iter().position(|column| *column == wanted).unwrap();
        assert_eq!(at(Column::ForecastCost), at(Column::Field(Field::PurchasePrice)) + 1);
    }
}
