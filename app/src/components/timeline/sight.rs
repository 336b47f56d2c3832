//! Which part of the axis is drawn: more than is in sight, so that it need not be drawn anew with every step.

use std::ops::Range;

/// CSS pixels that the server draws: it does not know how wide the view is.
const FIRST: i32 = 6_000;

/// What the server draws of an axis of `width` pixels.
pub fn first_sight(width: i32) -> Range<i32> {
    0..width.min(FIRST)
}

/// What is to be drawn for a view of `view` pixels that begins at `left`, if that is not `drawn` already.
pub fn sight(drawn: &Range<i32>, left: i32, view: i32, width: i32) -> Option<Range<i32>> {
    let end = left.saturating_add(view).min(width);
    if drawn.start <= left.max(0) && end <= drawn.end && drawn.end <= width {
        return None;
    }
    let wanted = left.saturating_sub(view).max(0)..end.saturating_add(view).min(width);
    (wanted != *drawn).then_some(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_on_what_is_drawn_needs_nothing_drawn() {
        assert_eq!(sight(&(0..3_000), 1_000, 1_000, 50_000), None);
        assert_eq!(sight(&(0..3_000), 2_000, 1_000, 50_000), None);
    }

    #[test]
    fn a_view_beyond_it_gets_as_much_again_to_both_sides() {
        assert_eq!(sight(&(0..3_000), 2_500, 1_000, 50_000), Some(1_500..4_500));
        assert_eq!(sight(&(1_500..4_500), 100, 1_000, 50_000), Some(0..2_100));
        assert_eq!(sight(&(0..3_000), 49_500, 1_000, 50_000), Some(48_500..50_000));
    }

    #[test]
    fn an_axis_that_has_become_shorter_is_drawn_to_its_end_only() {
        assert_eq!(sight(&(0..6_000), 0, 1_000, 900), Some(0..900));
        assert_eq!(sight(&(0..900), 0, 1_000, 900), None);
    }
}
