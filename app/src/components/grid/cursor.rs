//! The active cell, and how it moves.

/// A way to move the active cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    Up,
    Down,
    Left,
    Right,
    RowStart,
    RowEnd,
    PageUp,
    PageDown,
    /// First cell of the first row.
    First,
    /// Last cell of the last row.
    Last,
}

/// Where the active cell can be: the headings, or one of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    Heading,
    Row(u32),
}

/// The active cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub line: Line,
    pub column: usize,
}

/// How far the grid reaches.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    pub rows: u32,
    pub columns: usize,
    /// Rows that Page Up and Page Down move by.
    pub page: u32,
}

impl Cursor {
    pub const fn new(row: u32, column: usize) -> Self {
        Self { line: Line::Row(row), column }
    }

    /// The row, unless the cursor is in the headings.
    pub const fn row(self) -> Option<u32> {
        match self.line {
            Line::Heading => None,
            Line::Row(row) => Some(row),
        }
    }

    /// The cell that `motion` leads to. At an edge the cursor stays; it never wraps, so that a held key ends
    /// where people expect.
    #[must_use]
    pub fn moved(self, motion: Motion, extent: Extent) -> Self {
        let last_column = extent.columns.saturating_sub(1);
        let last_row = extent.rows.checked_sub(1).map_or(Line::Heading, Line::Row);
        let Self { line, column } = self;
        match motion {
            Motion::Up => Self { line: up(line, 1), column },
            Motion::Down => Self { line: down(line, 1, last_row), column },
            Motion::Left => Self { line, column: column.saturating_sub(1) },
            Motion::Right => Self { line, column: (column + 1).min(last_column) },
            Motion::RowStart => Self { line, column: 0 },
            Motion::RowEnd => Self { line, column: last_column },
            Motion::PageUp => Self { line: page_up(line, extent.page), column },
            Motion::PageDown => Self { line: down(line, extent.page, last_row), column },
            Motion::First => Self { line: last_row.min(Line::Row(0)), column: 0 },
            Motion::Last => Self { line: last_row, column: last_column },
        }
    }

    /// The cell to its own or the nearest one that exists, after rows came or went.
    #[must_use]
    pub fn within(self, extent: Extent) -> Self {
        let last_row = extent.rows.checked_sub(1).map_or(Line::Heading, Line::Row);
        Self { line: self.line.min(last_row), column: self.column.min(extent.columns.saturating_sub(1)) }
    }
}

fn up(line: Line, by: u32) -> Line {
    match line {
        Line::Row(row) if row >= by => Line::Row(row - by),
        _ => Line::Heading,
    }
}

/// A page up from somewhere in the rows ends in the first row, not in the headings.
fn page_up(line: Line, by: u32) -> Line {
    match line {
        Line::Row(row) => Line::Row(row.saturating_sub(by)),
        Line::Heading => Line::Heading,
    }
}

fn down(line: Line, by: u32, last: Line) -> Line {
    match line {
        Line::Heading => Line::Row(by - 1).min(last),
        Line::Row(row) => Line::Row(row.saturating_add(by)).min(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTENT: Extent = Extent { rows: 100, columns: 5, page: 20 };

    fn moved(cursor: Cursor, motion: Motion) -> Cursor {
        cursor.moved(motion, EXTENT)
    }

    #[test]
    fn arrows_move_by_one_and_stop_at_the_edges() {
        assert_eq!(moved(Cursor::new(3, 2), Motion::Down), Cursor::new(4, 2));
        assert_eq!(moved(Cursor::new(99, 2), Motion::Down), Cursor::new(99, 2));
        assert_eq!(moved(Cursor::new(3, 0), Motion::Left), Cursor::new(3, 0));
        assert_eq!(moved(Cursor::new(3, 4), Motion::Right), Cursor::new(3, 4));
    }

    #[test]
    fn above_the_first_row_stand_the_headings() {
        let heading = Cursor { line: Line::Heading, column: 2 };
        assert_eq!(moved(Cursor::new(0, 2), Motion::Up), heading);
        assert_eq!(moved(heading, Motion::Up), heading);
        assert_eq!(moved(heading, Motion::Down), Cursor::new(0, 2));
        assert_eq!(moved(heading, Motion::PageDown), Cursor::new(19, 2));
        assert_eq!(moved(Cursor::new(5, 2), Motion::PageUp), Cursor::new(0, 2));
    }

    #[test]
    fn the_ends_are_reached_at_once() {
        assert_eq!(moved(Cursor::new(50, 2), Motion::First), Cursor::new(0, 0));
        assert_eq!(moved(Cursor::new(50, 2), Motion::Last), Cursor::new(99, 4));
        assert_eq!(moved(Cursor::new(50, 2), Motion::RowEnd), Cursor::new(50, 4));
        assert_eq!(moved(Cursor::new(50, 2), Motion::PageDown), Cursor::new(70, 2));
    }

    #[test]
    fn without_rows_only_the_headings_remain() {
        let none = Extent { rows: 0, ..EXTENT };
        assert_eq!(Cursor::new(7, 2).within(none).line, Line::Heading);
        assert_eq!(Cursor::new(7, 2).moved(Motion::First, none).line, Line::Heading);
    }
}
