//! How one value differs from another, for people who have to choose between them.

use std::ops::Range;

use rust_decimal::Decimal;
use similar::{Algorithm, capture_diff_slices};

use crate::record::Value;

/// How far it is from one value to the other: "14 days later", "+500.00 (+9.1 %)". `None` where there is no
/// distance to speak of, as between texts.
pub fn distance(from: &Value, to: &Value) -> Option<String> {
    match (from, to) {
        (Value::Date(from), Value::Date(to)) => {
            let days = (to.date_naive() - from.date_naive()).num_days();
            let unit = if days.abs() == 1 { "day" } else { "days" };
            match days {
                0 if from == to => None,
                0 => Some("another time of the same day".to_owned()),
                days if days > 0 => Some(format!("{days} {unit} later")),
                days => Some(format!("{} {unit} earlier", -days)),
            }
        }
        (Value::Money(from), Value::Money(to)) if from != to => Some(money_distance(*from, *to)),
        _ => None,
    }
}

/// The distance between two amounts of money, with its share of the first.
pub fn money_distance(from: Decimal, to: Decimal) -> String {
    let difference = to - from;
    let sign = if difference.is_sign_negative() { '−' } else { '+' };
    let amount = format!("{sign}{:.2}", difference.abs());
    let hundred = Decimal::from(100);
    let share = difference.checked_mul(hundred).and_then(|difference| difference.checked_div(from.abs()));
    match share {
        Some(share) => format!("{amount} ({sign}{:.1} %)", share.abs().round_dp(1)),
        // From nothing there is no share.
        None => amount,
    }
}

/// A part of a text, and whether the other text lacks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub text: String,
    pub differs: bool,
}

/// `text` in pieces, by what `other` has of it: word by word, with marks and blanks as words of their own. Together the
/// pieces are the text.
pub fn pieces(text: &str, other: &str) -> Vec<Piece> {
    let (ours, theirs) = (words(text), words(other));
    let mut kept = vec![false; ours.len()];
    for step in capture_diff_slices(Algorithm::Myers, &theirs, &ours) {
        if let similar::DiffOp::Equal { new_index, len, .. } = step {
            kept[new_index..new_index + len].fill(true);
        }
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for (word, kept) in ours.into_iter().zip(kept) {
        match pieces.last_mut() {
            Some(last) if last.differs != kept => last.text.push_str(word),
            _ => pieces.push(Piece { text: word.to_owned(), differs: !kept }),
        }
    }
    pieces
}

fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut word = 0..0;
    for (index, char) in text.char_indices() {
        let end = index + char.len_utf8();
        let begins = !char.is_alphanumeric() || ends_with_mark(&text[word.clone()]);
        if begins && !word.is_empty() {
            words.push(&text[word]);
            word = index..end;
        } else {
            word = Range { start: word.start, end };
        }
    }
    if !word.is_empty() {
        words.push(&text[word]);
    }
    words
}

fn ends_with_mark(word: &str) -> bool {
    word.chars().next_back().is_some_and(|char| !char.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::record::Field;

    fn date(text: &str) -> Value {
        Field::ForecastEnd.parse(&text.into()).unwrap()
    }

    fn money(text: &str) -> Value {
        Field::MonthlyRate.parse(&text.into()).unwrap()
    }

    #[test]
    fn dates_are_days_apart() {
        assert_eq!(distance(&date("2026-03-31"), &date("2026-04-14")).as_deref(), Some("14 days later"));
        assert_eq!(distance(&date("2026-03-02"), &date("2026-03-01")).as_deref(), Some("1 day earlier"));
        assert_eq!(distance(&date("2026-03-01"), &date("2026-03-01")), None);
    }

    #[test]
    fn amounts_are_apart_by_an_amount_and_a_share() {
        assert_eq!(distance(&money("5500"), &money("6000")).as_deref(), Some("+500.00 (+9.1 %)"));
        assert_eq!(distance(&money("6000"), &money("5500.50")).as_deref(), Some("−499.50 (−8.3 %)"));
        assert_eq!(distance(&money("0"), &money("10")).as_deref(), Some("+10.00"));
    }

    #[test]
    fn what_is_empty_is_at_no_distance() {
        assert_eq!(distance(&Value::Empty, &date("2026-03-01")), None);
        assert_eq!(distance(&money("1"), &Value::Empty), None);
    }

    fn marked(text: &str, other: &str) -> String {
        pieces(text, other)
            .into_iter()
            .map(|piece| if piece.differs { format!("[{}]", piece.text) } else { piece.text })
            .collect()
    }

    #[test]
    fn words_that_the_other_text_lacks_are_marked() {
        assert_eq!(marked("Crane 50 t, mobile", "Crane 80 t, mobile"), "Crane [50] t, mobile");
        assert_eq!(marked("2026-04-14", "2026-03-31"), "2026-[04]-[14]");
        assert_eq!(marked("same", "same"), "same");
        assert_eq!(marked("new", ""), "[new]");
    }

    proptest! {
        #[test]
        fn the_pieces_together_are_the_text(text in "[a-c ,é-]{0,20}", other in "[a-c ,é-]{0,20}") {
            let together: String = pieces(&text, &other).into_iter().map(|piece| piece.text).collect();
            prop_assert_eq!(&together, &text);
            prop_assert!(pieces(&text, &text).iter().all(|piece| !piece.differs));
        }

        #[test]
        fn what_is_not_marked_stands_in_the_other_text_too(text in "[a-c -]{0,12}", other in "[a-c -]{0,12}") {
            let kept: String = pieces(&text, &other).into_iter().filter(|p| !p.differs).map(|p| p.text).collect();
            let mut rest = other.chars();
            prop_assert!(kept.chars().all(|char| rest.any(|other| other == char)));
        }
    }
}
