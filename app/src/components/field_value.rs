//! The value of a record's field, for reading.

use leptos::prelude::*;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{Field, Value};

use crate::session::may;

/// A value as people read it. Amounts that the reader may not see are "—"; empty is said, not left blank.
#[component]
pub fn FieldValue(
    field: Field,
    /// None: not known.
    #[prop(optional_no_strip)]
    value: Option<Value>,
) -> impl IntoView {
    match value {
        _ if field.is_money() && !may(Permission::ViewFinancials) => view! {
            <span class="muted" title="Amounts need the permission ViewFinancials">
                "—"
                <span class="visually-hidden">" hidden"</span>
            </span>
        }
        .into_any(),
        None => view! { <span class="muted">"unknown"</span> }.into_any(),
        Some(Value::Empty) => view! { <span class="muted">"empty"</span> }.into_any(),
        Some(Value::Money(amount)) => {
            view! { <span class="nowrap">{grouped(&format!("{amount:.2}"))}</span> }.into_any()
        }
        Some(value @ Value::Date(_)) => view! { <span class="nowrap">{value.to_string()}</span> }.into_any(),
        Some(value) => value.to_string().into_any(),
    }
}

/// A number with its thousands set apart: `1234567.00` → `1,234,567.00`.
pub fn grouped(number: &str) -> String {
    let (whole, rest) = number.find('.').map_or((number, ""), |point| number.split_at(point));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut result = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            result.push(',');
        }
        result.push(digit);
    }
    result.push_str(rest);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped("0.00"), "0.00");
        assert_eq!(grouped("999"), "999");
        assert_eq!(grouped("1234567.50"), "1,234,567.50");
        assert_eq!(grouped("-100000"), "-100,000");
    }
}
