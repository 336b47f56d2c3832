//! PEMS's own words may quote amounts ("5500.00 is above the budget"), and so may the beginning of an answer that
//! could not be read. Those who may not see amounts are told what happened in our words alone.

use super::PemsError;

/// A stored failure without what PEMS said.
pub fn in_our_words(stored: &str) -> String {
    let ours = PemsError::SUMMARIES.into_iter().find(|summary| stored.starts_with(summary));
    let ours = ours.unwrap_or("PEMS gave a reason");
    format!("{ours} (the rest may quote amounts, which you may not see)")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pems::Answer;

    #[test]
    fn only_our_own_part_of_a_failure_is_left() {
        let answer = || Answer::none("5500.00 is above the budget");
        for (error, ours) in [
            (PemsError::Invalid(answer()), "PEMS refused it ("),
            (PemsError::Locked(answer()), "PEMS has it locked ("),
            (PemsError::RateLimited { retry_after: None, answer: answer() }, "PEMS's rate limit was met ("),
            (PemsError::OutcomeUnknown(answer()), "the answer was lost ("),
        ] {
            let left = in_our_words(&error.to_string());
            assert!(left.starts_with(ours) && !left.contains("5500"), "{left}");
        }
        assert!(in_our_words("5500.00").starts_with("PEMS gave a reason ("));
    }
}
