//! Cells copied from a spreadsheet: tab-separated columns, lines for rows.

/// More rows than this at once are refused: a whole file is an import, not a paste.
pub const MAX_ROWS: usize = 1000;

/// The cells of a clipboard text. A cell in quotes may hold tabs, line breaks and doubled quotes, as
/// spreadsheets write it.
pub fn cells(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut cell = String::new();
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            '\t' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_split_into_rows_and_cells() {
        assert_eq!(cells("a\tb\r\nc\t\r\n"), [["a", "b"], ["c", ""]]);
        assert_eq!(cells("alone"), [["alone"]]);
        assert!(cells("").is_empty());
    }

    #[test]
    fn quotes_hold_a_cell_together() {
        assert_eq!(cells("\"a\nb\"\tc"), [["a\nb", "c"]]);
        assert_eq!(cells("\"say \"\"so\"\"\""), [["say \"so\""]]);
        assert_eq!(cells("5\" pipe"), [["5\" pipe"]]);
    }
}
