//! The outcome that an address tells: "The change is on its way to PEMS."
//!
//! Whoever posts a form without scripts is led to a page that says what happened: `?notice=write-started`. Only
//! codes of ours are shown, never a text from the address.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::banner::Banner;
use super::tone::Tone;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    LoggedOut,
    WriteStarted,
    ReadStarted,
    ItemCancelled,
    ItemRetried,
    LettersReprocessed,
    LettersDiscarded,
    /// A failed change was sent again with other values.
    LetterCorrected,
    /// A conflict was decided; something is on its way.
    DecisionSent,
    /// A conflict was decided; PEMS has everything already.
    DecisionDone,
    /// A merge is being undone.
    MergeUndone,
    RollbackRequested,
    RollbackApproved,
    RollbackRejected,
    RollbackCancelled,
    /// Many conflicts were given to one side.
    ManyDecided,
    /// Ownership rules were switched on or off.
    RulesChanged,
    /// Nothing in the inbox is new any more.
    AllRead,
    /// What the user wants to be told.
    ChoicesSaved,
}

impl Notice {
    const ALL: [Self; 19] = [
        Self::LoggedOut,
        Self::WriteStarted,
        Self::ReadStarted,
        Self::ItemCancelled,
        Self::ItemRetried,
        Self::LettersReprocessed,
        Self::LettersDiscarded,
        Self::LetterCorrected,
        Self::DecisionSent,
        Self::DecisionDone,
        Self::MergeUndone,
        Self::RollbackRequested,
        Self::RollbackApproved,
        Self::RollbackRejected,
        Self::RollbackCancelled,
        Self::ManyDecided,
        Self::RulesChanged,
        Self::AllRead,
        Self::ChoicesSaved,
    ];

    /// The code in the address.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LoggedOut => "logged-out",
            Self::WriteStarted => "write-started",
            Self::ReadStarted => "read-started",
            Self::ItemCancelled => "item-cancelled",
            Self::ItemRetried => "item-retried",
            Self::LettersReprocessed => "letters-reprocessed",
            Self::LettersDiscarded => "letters-discarded",
            Self::LetterCorrected => "letter-corrected",
            Self::DecisionSent => "decision-sent",
            Self::DecisionDone => "decision-done",
            Self::MergeUndone => "merge-undone",
            Self::RollbackRequested => "rollback-requested",
            Self::RollbackApproved => "rollback-approved",
            Self::RollbackRejected => "rollback-refused",
            Self::RollbackCancelled => "rollback-cancelled",
            Self::ManyDecided => "many-decided",
            Self::RulesChanged => "rules-changed",
            Self::AllRead => "all-read",
            Self::ChoicesSaved => "choices-saved",
        }
    }

    /// What people read.
    pub const fn text(self) -> &'static str {
        match self {
            Self::LoggedOut => "You are logged out.",
            Self::WriteStarted => "Everything that waits is being sent to PEMS now.",
            Self::ReadStarted => "Reading from PEMS has started.",
            Self::ItemCancelled => "Taken back. It does not go to PEMS.",
            Self::ItemRetried => "It is tried again at once.",
            Self::LettersReprocessed => "The failed changes are in the queue again.",
            Self::LettersDiscarded => "The failed changes were discarded. They do not go to PEMS.",
            Self::LetterCorrected => "The change is on its way to PEMS with the values that you gave it.",
            Self::DecisionSent => "Your decision was saved, and the change is on its way to PEMS.",
            Self::DecisionDone => {
                "Your decision was saved. Nothing had to be sent: PEMS has these values already."
            }
            Self::MergeUndone => "Our change is being taken back in PEMS. What PEMS users changed stays.",
            Self::RollbackRequested => "You asked for this rollback. The administrators were told.",
            Self::RollbackApproved => "The rollback is approved, and its changes are on their way to PEMS.",
            Self::RollbackRejected => "The rollback is refused. Whoever asked for it was told.",
            Self::RollbackCancelled => "The request is cancelled. Nothing was changed.",
            Self::ManyDecided => "The conflicts were decided. What has to be sent is on its way to PEMS.",
            Self::RulesChanged => "The rules were saved. They hold for every conflict from now on.",
            Self::AllRead => "All notifications are marked as read.",
            Self::ChoicesSaved => "Your choice was saved. It holds for everything from now on.",
        }
    }

    /// `path` with the notice in its query.
    pub fn at(self, path: &str) -> String {
        let glue = match path {
            path if path.ends_with('?') => "",
            path if path.contains('?') => "&",
            _ => "?",
        };
        format!("{path}{glue}notice={}", self.code())
    }
}

/// Shows the notice of the address, if there is one.
#[component]
pub fn NoticeBanner() -> impl IntoView {
    let query = use_query_map();
    let notice = Memo::new(move |_| {
        let code = query.with(|query| query.get("notice"))?;
        Notice::ALL.into_iter().find(|notice| notice.code() == code)
    });
    move || {
        notice.get().map(|notice| {
            view! {
                <Banner tone=Tone::Ok role="status">
                    <p>{notice.text()}</p>
                </Banner>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_joins_the_query_that_is_there() {
        assert_eq!(Notice::ReadStarted.at("/o/RIO/sync"), "/o/RIO/sync?notice=read-started");
        assert_eq!(Notice::ReadStarted.at("?"), "?notice=read-started");
        assert_eq!(Notice::ReadStarted.at("/o/RIO/sync?a=b"), "/o/RIO/sync?a=b&notice=read-started");
    }
}
