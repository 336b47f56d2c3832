//! What the address of the queue or of the dead letters says: which of them, from where on, and what is asked.

use leptos_router::location::Url;
use leptos_router::params::ParamsMap;
use uuid::Uuid;

use crate::components::pages::Page;
use crate::paths;
use crate::server_fns::many_writes::WriteAct;
use crate::server_fns::queue::Filter;

/// One of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    Queue,
    DeadLetters,
}

impl List {
    /// The path within the organisation.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Queue => "sync/queue",
            Self::DeadLetters => "sync/dead-letters",
        }
    }

    /// What can be asked of it: the word in the address, and the act.
    const fn acts(self) -> [(&'static str, WriteAct); 2] {
        match self {
            Self::Queue => [("cancel", WriteAct::CancelItems), ("retry", WriteAct::RetryItems)],
            Self::DeadLetters => [("retry", WriteAct::RetryLetters), ("discard", WriteAct::DiscardLetters)],
        }
    }
}

/// What an act is to be done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// All that match.
    Matching,
    /// The rows that are ticked.
    Selection,
    One(Uuid),
}

/// The question whether something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    pub act: WriteAct,
    pub of: Of,
}

/// The address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub list: List,
    pub filter: Filter,
    pub page: Page,
    pub ask: Option<Ask>,
}

impl Address {
    /// What it does not know, it leaves out.
    pub fn read(list: List, query: &ParamsMap) -> Self {
        let word = |name| query.get(name).filter(|word| !word.is_empty());
        let asked = word("ask");
        let act = list.acts().into_iter().find(|(name, _)| asked.as_deref() == Some(name));
        let of = match word("of").as_deref() {
            None => Some(Of::Matching),
            Some("selection") => Some(Of::Selection),
            Some(id) => Uuid::parse_str(id).ok().map(Of::One),
        };
        Self {
            list,
            filter: Filter { status: word("status"), cause: word("cause"), search: word("search") },
            page: Page::read(query),
            ask: act.zip(of).map(|((_, act), of)| Ask { act, of }),
        }
    }

    /// A list from its beginning.
    pub fn of(list: List, filter: Filter) -> Self {
        Self { list, filter, page: Page::default(), ask: None }
    }

    /// The page within the organisation.
    pub fn link(&self, organization: &str) -> String {
        format!("/o/{organization}/{}", self.place())
    }

    /// The path within the organisation, with its query.
    pub fn place(&self) -> String {
        let value = |name: &str, value: &Option<String>| {
            value.as_ref().map(|value| format!("{name}={}", Url::escape(value)))
        };
        let ask = self.ask.and_then(|ask| {
            let (name, _) = self.list.acts().into_iter().find(|(_, act)| *act == ask.act)?;
            Some(format!("ask={name}"))
        });
        let of = self.ask.and_then(|ask| match ask.of {
            Of::Matching => None,
            Of::Selection => Some("of=selection".to_owned()),
            Of::One(id) => Some(format!("of={id}")),
        });
        let Filter { status, cause, search } = &self.filter;
        let pairs = [
            value("status", status),
            value("cause", cause),
            value("search", search),
            self.page.query(),
            ask,
            of,
        ];
        let query: Vec<String> = pairs.into_iter().flatten().collect();
        paths::with_query(self.list.path(), &query.join("&"))
    }

    /// Without the dialog.
    #[must_use]
    pub fn closed(&self) -> Self {
        Self { ask: None, ..self.clone() }
    }

    /// Another page of the same list.
    #[must_use]
    pub fn at(&self, page: Page) -> Self {
        Self { page, ..self.closed() }
    }

    /// With a question.
    #[must_use]
    pub fn asking(&self, act: WriteAct, of: Of) -> Self {
        Self { ask: Some(Ask { act, of }), ..self.clone() }
    }

    /// Whether anything but the status narrows the list.
    pub const fn is_narrowed(&self) -> bool {
        self.filter.cause.is_some() || self.filter.search.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: List, query: &[(&str, &str)]) -> Address {
        let mut map = ParamsMap::new();
        for (name, value) in query {
            map.insert((*name).to_owned(), (*value).to_owned());
        }
        Address::read(list, &map)
    }

    #[test]
    fn what_is_read_is_what_was_linked() {
        let id = "6a8a1f6e-0a3c-4a6e-9d0c-0d8a3f0e7b11";
        for (list, query) in [
            (List::Queue, &[][..]),
            (List::Queue, &[("status", "failed"), ("cause", "locked"), ("page", "3")]),
            (List::Queue, &[("search", "manager"), ("ask", "cancel")]),
            (List::Queue, &[("ask", "retry"), ("of", id)]),
            (List::DeadLetters, &[("status", "all"), ("ask", "discard"), ("of", "selection")]),
        ] {
            let text: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let question_mark = if query.is_empty() { "" } else { "?" };
            let expected = format!("/o/RIO/{}{question_mark}{}", list.path(), text.join("&"));
            assert_eq!(read(list, query).link("RIO"), expected);
        }
    }

    #[test]
    fn what_is_typed_into_the_search_is_one_value() {
        let address = read(List::Queue, &[("search", "a&b=c d")]);
        assert_eq!(address.place(), "sync/queue?search=a%26b%3Dc%20d");
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let nothing = Address::of(List::Queue, Filter::default());
        assert_eq!(read(List::Queue, &[("ask", "discard"), ("page", "0"), ("search", "")]), nothing);
        assert_eq!(read(List::Queue, &[("ask", "retry"), ("of", "nonsense")]), nothing);
    }
}
