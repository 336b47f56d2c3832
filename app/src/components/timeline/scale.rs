//! From days to CSS pixels and back. Pixel 0 is where the first day of the span begins.

use chrono::{Days, NaiveDate};

use super::span::Span;
use super::zoom::Zoom;

/// Where days lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    pub span: Span,
    pub zoom: Zoom,
}

impl Scale {
    /// Where `day` begins, in CSS pixels.
    pub fn x(self, day: NaiveDate) -> f64 {
        // A calendar holds fewer days than an i32.
        let days = i32::try_from((day - self.span.first).num_days()).unwrap_or_default();
        f64::from(days) * self.day_width()
    }

    /// The day that lies at `x`.
    pub fn day_at(self, x: f64) -> NaiveDate {
        let days = whole((x / self.day_width()).floor());
        let first = self.span.first;
        let moved = match u64::try_from(days) {
            Ok(days) => first.checked_add_days(Days::new(days)),
            Err(_) => first.checked_sub_days(Days::new(days.unsigned_abs())),
        };
        moved.unwrap_or(first)
    }

    /// A distance in whole days, to the nearest.
    pub fn days_in(self, pixels: f64) -> i64 {
        whole((pixels / self.day_width()).round())
    }

    /// Width of all days, in CSS pixels.
    pub fn width(self) -> f64 {
        f64::from(self.span.days()) * self.day_width()
    }

    fn day_width(self) -> f64 {
        f64::from(self.zoom.eighths()) / 8.0
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "as many days as there are pixels on a screen, or a little more"
)]
const fn whole(days: f64) -> i64 {
    days as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scale(zoom: Zoom) -> Scale {
        let day = |text: &str| text.parse().unwrap();
        Scale { span: Span { first: day("2025-01-01"), end: day("2028-01-01") }, zoom }
    }

    #[test]
    fn a_day_has_its_width() {
        let scale = scale(Zoom::Week);
        assert!((scale.x("2025-01-08".parse().unwrap()) - 56.0).abs() < f64::EPSILON);
        assert!((scale.width() - 1095.0 * 8.0).abs() < f64::EPSILON);
        assert_eq!(scale.day_at(55.9), "2025-01-07".parse().unwrap());
        assert_eq!(scale.day_at(-0.5), "2024-12-31".parse().unwrap());
    }

    #[test]
    fn a_drag_goes_by_the_nearest_whole_days() {
        let scale = scale(Zoom::Month);
        assert_eq!(scale.days_in(1.4), 0);
        assert_eq!(scale.days_in(1.6), 1);
        assert_eq!(scale.days_in(-7.0), -2);
    }

    proptest! {
        #[test]
        fn from_a_day_to_its_place_and_back_is_the_same_day(days in -3_000_i32..20_000) {
            for zoom in Zoom::ALL {
                let scale = scale(zoom);
                let day = NaiveDate::from_epoch_days(20_089 + days).unwrap();
                prop_assert_eq!(scale.day_at(scale.x(day)), day);
                // Anywhere in it.
                prop_assert_eq!(scale.day_at(scale.x(day) + f64::from(zoom.eighths()) / 16.0), day);
            }
        }

        #[test]
        fn later_days_lie_farther_to_the_right(one in 0_i32..5_000, more in 1_i32..5_000) {
            for zoom in Zoom::ALL {
                let scale = scale(zoom);
                let x = |days| scale.x(NaiveDate::from_epoch_days(20_000 + days).unwrap());
                prop_assert!(x(one + more) > x(one));
                prop_assert_eq!(scale.days_in(x(one + more) - x(one)), i64::from(more));
            }
        }
    }
}
