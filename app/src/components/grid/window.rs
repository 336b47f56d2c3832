//! Which rows are in sight, and which pages of rows the grid needs for them. Pure arithmetic: the
//! browser's measures in CSS pixels go in, row numbers come out.

use std::ops::Range;

/// Height of a row in CSS pixels; `--grid-row-height` in `grid.css` says the same.
pub const ROW_HEIGHT: u32 = 32;

/// Rows drawn beyond each edge of the view, so that a turn of the wheel does not show bare ground.
pub const OVERSCAN: u32 = 12;

/// Rows that the server is asked for at once, and that are cached together.
pub const PAGE_SIZE: u32 = 100;

/// Rows drawn before anything is measured: what the server renders.
pub const FIRST_ROWS: u32 = 50;

/// What the server renders of `total` rows, from row `from` on.
pub fn first_window(from: u32, total: u32) -> Range<u32> {
    let start = from.min(total);
    start..(start.saturating_add(FIRST_ROWS)).min(total)
}

/// The rows to draw for a view of `height` pixels, scrolled down by `top` pixels.
pub fn window(top: u32, height: u32, total: u32) -> Range<u32> {
    let first = top / ROW_HEIGHT;
    let visible = height.div_ceil(ROW_HEIGHT) + 1;
    let start = first.saturating_sub(OVERSCAN).min(total);
    let end = first.saturating_add(visible).saturating_add(OVERSCAN).min(total);
    start..end
}

/// How many whole rows a view of `height` pixels shows; at least one, so that Page Down always moves.
pub fn rows_in_view(height: u32) -> u32 {
    (height / ROW_HEIGHT).max(1)
}

/// The first row that is wholly in sight.
pub fn first_in_view(top: u32) -> u32 {
    top.div_ceil(ROW_HEIGHT)
}

/// The pages that hold the rows of `window`, with the next one in the direction of scrolling behind them.
pub fn pages(window: &Range<u32>, total: u32, downwards: bool) -> Vec<u32> {
    if window.is_empty() {
        // An empty list may have been filled meanwhile.
        return if total == 0 { vec![0] } else { Vec::new() };
    }
    let (first, last) = (window.start / PAGE_SIZE, (window.end - 1) / PAGE_SIZE);
    let mut wanted: Vec<u32> = (first..=last).collect();
    if downwards && (last + 1) * PAGE_SIZE < total {
        wanted.push(last + 1);
    }
    if !downwards && first > 0 {
        wanted.push(first - 1);
    }
    wanted
}

/// Where to scroll so that `row` is in sight, if it is not: as little as possible.
pub fn scroll_to(row: u32, top: u32, height: u32) -> Option<u32> {
    let start = row.saturating_mul(ROW_HEIGHT);
    let end = start.saturating_add(ROW_HEIGHT);
    if start < top {
        Some(start)
    } else if end > top.saturating_add(height) {
        Some(end.saturating_sub(height))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_holds_the_view_and_some_rows_beyond() {
        assert_eq!(window(0, 640, 10_000), 0..33);
        assert_eq!(window(32_000, 640, 10_000), 988..1033);
        assert_eq!(window(319_360, 640, 10_000), 9968..10_000);
    }

    #[test]
    fn the_window_never_leaves_the_rows() {
        assert_eq!(window(u32::MAX, 640, 100), 100..100);
        assert_eq!(window(0, 0, 5), 0..5);
        assert_eq!(window(0, 640, 0), 0..0);
    }

    #[test]
    fn the_next_page_in_the_direction_of_scrolling_is_fetched_ahead() {
        assert_eq!(pages(&(0..33), 10_000, true), [0, 1]);
        assert_eq!(pages(&(188..233), 10_000, true), [1, 2, 3]);
        assert_eq!(pages(&(188..233), 10_000, false), [1, 2, 0]);
        assert_eq!(pages(&(9968..10_000), 10_000, true), [99]);
        assert_eq!(pages(&(0..0), 0, true), [0], "an empty list may have been filled meanwhile");
    }

    #[test]
    fn scrolling_to_a_row_moves_as_little_as_possible() {
        assert_eq!(scroll_to(5, 0, 640), None);
        assert_eq!(scroll_to(20, 0, 640), Some(32));
        assert_eq!(scroll_to(5, 320, 640), Some(160));
    }

    #[test]
    fn the_first_window_starts_where_the_address_says() {
        assert_eq!(first_window(100, 10_000), 100..150);
        assert_eq!(first_window(9_990, 10_000), 9_990..10_000);
        assert_eq!(first_window(20_000, 10_000), 10_000..10_000);
    }
}
