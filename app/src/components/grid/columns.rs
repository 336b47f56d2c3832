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

    /// The name in addresses and among what users keep; none for those that always stand first.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Select | Self::Key => None,
            Self::State => Some("state"),
            Self::Field(field) => Some(field.name()),
            Self::ForecastCost => Some("forecastCost"),
            Self::Version => Some("version"),
            Self::UpdatedAt => Some("updatedAt"),
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

/// The columns that users choose among, in the order in which one who has chosen nothing sees them.
pub fn choosable() -> impl Iterator<Item = Column> {
    default_columns().into_iter().filter(|column| column.name().is_some())
}

/// The columns that these names ask for. A name that is none is left out, as is one that is said twice.
pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Column> {
    let mut columns = Vec::new();
    for name in names {
        let found = choosable().find(|column| column.name() == Some(name));
        columns.extend(found.filter(|column| !columns.contains(column)));
    }
    columns
}

/// What the grid shows for a choice: what always stands first, and then that; everything if nothing was chosen.
pub fn shown(chosen: &[Column]) -> Vec<Column> {
    if chosen.is_empty() {
        return default_columns();
    }
    let mut columns = vec![Column::Select, Column::Key];
    columns.extend_from_slice(chosen);
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
    fn chosen_columns_come_back_by_their_names() {
        let names: Vec<&str> = choosable().filter_map(Column::name).collect();
        assert_eq!(shown(&named(names)), default_columns());
        assert_eq!(
            shown(&named(["model", "colour", "state", "model"])),
            [Column::Select, Column::Key, Column::Field(Field::Model), Column::State]
        );
        assert_eq!(shown(&named(["colour"])), default_columns(), "nothing that is known");
    }

    #[test]
    fn the_derived_cost_stands_behind_the_amounts_that_it_comes_from() {
        let columns = default_columns();
        let at = |wanted| columns.iter().position(|column| *column == wanted).unwrap();
        assert_eq!(at(Column::ForecastCost), at(Column::Field(Field::PurchasePrice)) + 1);
    }
}
