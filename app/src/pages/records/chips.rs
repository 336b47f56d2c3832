//! The filters in use, each with a way to take it off. Plain links: they work without scripts.

use leptos::prelude::*;

use crate::components::grid::list::{ListView, filter_label};
use crate::components::grid::state::use_grid;
use crate::components::icon::{Glyph, Icon};

use super::filters::state_label;

/// One filter in use, and the list without it.
struct Chip {
    label: String,
    without: ListView,
}

#[component]
pub fn FilterChips() -> impl IntoView {
    let list = use_grid().input.list;
    move || {
        let list = list.get();
        let chips = chips(&list);
        (!chips.is_empty()).then(|| {
            let all = list.unfiltered().link();
            let items: Vec<_> = chips.into_iter().map(chip_view).collect();
            view! {
                <ul class="records-chips" aria-label="Filters in use">
                    {items}
                    <li>
                        <a class="records-clear" href=all data-noscroll="true">"Clear all"</a>
                    </li>
                </ul>
            }
        })
    }
}

fn chip_view(chip: Chip) -> impl IntoView {
    let remove = format!("Remove filter {}", chip.label);
    view! {
        <li>
            <a class="records-chip" href=chip.without.link() data-noscroll="true" aria-label=remove>
                {chip.label}
                <Icon glyph=Glyph::Cross />
            </a>
        </li>
    }
    .into_any()
}

fn chips(list: &ListView) -> Vec<Chip> {
    let mut chips = Vec::new();
    if !list.search.trim().is_empty() {
        let without = ListView { search: String::new(), ..list.clone() };
        chips.push(Chip { label: format!("“{}”", list.search.trim()), without });
    }
    for (field, value) in &list.filter {
        chips.push(Chip { label: filter_label(*field, value), without: list.filtered(*field, "") });
    }
    if let Some(state) = list.state {
        let without = ListView { state: None, ..list.clone() };
        chips.push(Chip { label: format!("State: {}", state_label(state)), without });
    }
    chips
}

#[cfg(test)]
mod tests {
    use vanguard_domain::modification::ModificationState;
    use vanguard_domain::record::Field;

    use super::*;

    #[test]
    fn every_filter_has_a_chip_that_takes_off_it_alone() {
        let list =
            ListView { search: "crane".into(), state: Some(ModificationState::Draft), ..ListView::default() }
                .filtered(Field::Source, "Rental");
        let chips = chips(&list);
        let labels: Vec<_> = chips.iter().map(|chip| chip.label.as_str()).collect();
        assert_eq!(labels, ["“crane”", "Source: Rental", "State: Draft"]);
        assert!(chips[1].without.filter.is_empty() && chips[1].without.search == "crane");
    }
}
