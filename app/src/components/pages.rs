//! Page by page through a list that is too long for one: the newest rows are on the first page. Plain links, so that it
//! works without scripts.

use leptos::prelude::*;
use leptos_router::params::ParamsMap;
use serde::{Deserialize, Serialize};

use super::field_value::grouped;
use crate::backend::Window;

/// Which page of a list, from 1 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page(u32);

impl Page {
    /// Rows on a page.
    const ROWS: u32 = 100;

    /// `?page=` of an address; the first without it.
    pub fn read(query: &ParamsMap) -> Self {
        let number = query.get("page").and_then(|number| number.parse().ok());
        Self(number.filter(|number| *number > 0).unwrap_or(1))
    }

    /// What an address says about it.
    pub fn query(self) -> Option<String> {
        (self != Self::default()).then(|| format!("page={}", self.0))
    }

    /// Its part of the list.
    pub const fn window(self) -> Window {
        Window { offset: self.0.saturating_sub(1).saturating_mul(Self::ROWS), limit: Self::ROWS }
    }

    /// The pages with newer and with older rows in a list of `total`.
    fn neighbours(self, total: i64) -> (Option<Self>, Option<Self>) {
        let rows = u32::try_from(total).unwrap_or(u32::MAX);
        let last = rows.div_ceil(Self::ROWS).max(1);
        let newer = (self.0 > 1).then(|| Self(last.min(self.0 - 1)));
        let older = (self.0 < last).then(|| Self(self.0 + 1));
        (newer, older)
    }
}

impl Default for Page {
    fn default() -> Self {
        Self(1)
    }
}

/// The way to newer and older rows; nothing if the list has one page.
#[component]
pub fn Pages<F>(
    page: Page,
    /// Rows on this page.
    listed: usize,
    /// Rows in the whole list.
    total: i64,
    /// The address of a page.
    link: F,
) -> impl IntoView
where
    F: Fn(Page) -> String + 'static,
{
    let (newer, older) = page.neighbours(total);
    (newer.is_some() || older.is_some()).then(|| {
        let newer = newer.map(|newer| view! { <a class="button" href=link(newer) rel="prev">"Newer"</a> });
        let older = older.map(|older| view! { <a class="button" href=link(older) rel="next">"Older"</a> });
        view! {
            <nav class="button-row" aria-label="Pages">
                {newer}
                <span>{place(page, listed, total)}</span>
                {older}
            </nav>
        }
    })
}

/// "101 to 200 of 1,250".
fn place(page: Page, listed: usize, total: i64) -> String {
    let total = grouped(&total.to_string());
    if listed == 0 {
        return format!("The list ends before this page: it has {total}");
    }
    let first = u64::from(page.window().offset) + 1;
    let last = first + u64::try_from(listed - 1).unwrap_or_default();
    format!("{} to {} of {total}", grouped(&first.to_string()), grouped(&last.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(number: &str) -> Page {
        let mut query = ParamsMap::new();
        query.insert("page", number.to_owned());
        Page::read(&query)
    }

    #[test]
    fn what_is_no_page_is_the_first() {
        for wrong in ["", "0", "-1", "two", "99999999999"] {
            assert_eq!(read(wrong), Page::default(), "{wrong:?}");
        }
        assert_eq!(Page::read(&ParamsMap::new()), Page::default());
        assert_eq!((read("1").query(), read("3").query().as_deref()), (None, Some("page=3")));
    }

    #[test]
    fn each_row_is_on_one_page_and_every_page_can_be_reached() {
        assert_eq!(read("2").window(), Window { offset: 100, limit: 100 });
        assert_eq!(read("1").neighbours(100), (None, None));
        assert_eq!(read("1").neighbours(101), (None, Some(Page(2))));
        assert_eq!(read("2").neighbours(101), (Some(Page(1)), None));
        assert_eq!(read("9").neighbours(150), (Some(Page(2)), None), "the list has become shorter");
        assert_eq!(read("9").neighbours(0), (Some(Page(1)), None));
        assert_eq!(read("4294967295").window().offset, u32::MAX);
    }

    #[test]
    fn the_place_in_the_list_is_told() {
        assert_eq!(place(Page(2), 100, 1250), "101 to 200 of 1,250");
        assert_eq!(place(Page(13), 50, 1250), "1,201 to 1,250 of 1,250");
        assert_eq!(place(Page(3), 0, 150), "The list ends before this page: it has 150");
    }
}
