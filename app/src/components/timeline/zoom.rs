//! How many pixels a day has.

use super::ticks::Unit;

/// What one sees at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zoom {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Zoom {
    /// From the nearest to the farthest.
    pub const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// As the address has it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::Day => "Day",
            Self::Week => "Week",
            Self::Month => "Month",
            Self::Quarter => "Quarter",
            Self::Year => "Year",
        }
    }

    /// Reads what [`Self::name`] writes.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|zoom| zoom.name() == name)
    }

    /// Width of a day in eighths of a CSS pixel: exact in binary, so that no place drifts over the years.
    pub const fn eighths(self) -> i32 {
        match self {
            Self::Day => 192,
            Self::Week => 64,
            Self::Month => 24,
            Self::Quarter => 8,
            Self::Year => 3,
        }
    }

    /// The units that the axis tells: the wide one, and the narrow one within it.
    pub const fn units(self) -> (Unit, Unit) {
        match self {
            Self::Day => (Unit::Month, Unit::Day),
            Self::Week => (Unit::Month, Unit::Week),
            Self::Month => (Unit::Year, Unit::Month),
            Self::Quarter => (Unit::Quarter, Unit::Month),
            Self::Year => (Unit::Year, Unit::Quarter),
        }
    }

    /// One step in; `None` if it is the nearest.
    pub fn nearer(self) -> Option<Self> {
        let place = self.place();
        place.checked_sub(1).map(|place| Self::ALL[place])
    }

    /// One step out; `None` if it is the farthest.
    pub fn farther(self) -> Option<Self> {
        Self::ALL.get(self.place() + 1).copied()
    }

    fn place(self) -> usize {
        Self::ALL.iter().position(|zoom| *zoom == self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_zooms_step_by_step_and_stops_at_the_ends() {
        assert_eq!(Zoom::Month.nearer(), Some(Zoom::Week));
        assert_eq!(Zoom::Month.farther(), Some(Zoom::Quarter));
        assert_eq!(Zoom::Day.nearer(), None);
        assert_eq!(Zoom::Year.farther(), None);
    }

    #[test]
    fn every_zoom_has_an_address() {
        for zoom in Zoom::ALL {
            assert_eq!(Zoom::parse(zoom.name()), Some(zoom));
        }
        assert_eq!(Zoom::parse("minute"), None);
    }
}
