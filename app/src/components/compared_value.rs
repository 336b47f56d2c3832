//! A field's value beside another one: what differs in it is marked, and how far apart they are is said.

use leptos::prelude::*;
use vanguard_domain::contrast::{distance, pieces};
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{Field, Value};

use super::field_value::{FieldValue, grouped};
use crate::session::may;

/// `value`, as it differs from `from`.
#[component]
pub fn ComparedValue(
    field: Field,
    #[prop(optional_no_strip)] value: Option<Value>,
    #[prop(optional_no_strip)] from: Option<Value>,
) -> impl IntoView {
    let is_hidden = field.is_money() && !may(Permission::ViewFinancials);
    let (Some(value), Some(from)) = (value.clone(), from) else {
        return view! { <FieldValue field value /> }.into_any();
    };
    if is_hidden || value == from {
        return view! { <FieldValue field value=Some(value) /> }.into_any();
    }
    let shown = match (&value, &from) {
        (Value::Text(text), Value::Text(other)) => marked(text, other),
        (Value::Date(_), Value::Date(_)) => {
            view! { <span class="nowrap">{marked(&value.to_string(), &from.to_string())}</span> }.into_any()
        }
        _ => view! { <FieldValue field value=Some(value.clone()) /> }.into_any(),
    };
    let distance = distance(&from, &value)
        .map(|apart| view! { <span class="distance">{grouped_amounts(&apart)}</span> });
    view! {
        {shown}
        {distance}
    }
    .into_any()
}

/// A text whose pieces that the other one lacks are marked.
fn marked(text: &str, other: &str) -> AnyView {
    pieces(text, other)
        .into_iter()
        .map(|piece| {
            if piece.differs {
                view! { <mark class="differs">{piece.text}</mark> }.into_any()
            } else {
                piece.text.into_any()
            }
        })
        .collect_view()
        .into_any()
}

/// "+1234567.00 (+9.1 %)" with its thousands set apart.
pub fn grouped_amounts(distance: &str) -> String {
    let Some(sign) = distance.chars().next().filter(|sign| matches!(sign, '+' | '−')) else {
        return distance.to_owned();
    };
    let rest = &distance[sign.len_utf8()..];
    let (amount, share) = rest.find(' ').map_or((rest, ""), |blank| rest.split_at(blank));
    format!("{sign}{}{share}", grouped(amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_amounts_are_set_apart() {
        assert_eq!(grouped_amounts("+1234567.00 (+9.1 %)"), "+1,234,567.00 (+9.1 %)");
        assert_eq!(grouped_amounts("−500.00"), "−500.00");
        assert_eq!(grouped_amounts("1400 days later"), "1400 days later");
    }
}
