//! What an entry changed: what it holds before and after, name by name. Pure.

use serde_json::Value as Json;

/// One name with its values; none where the entry does not hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// As it was written; empty for an entry that holds one value without a name.
    pub name: String,
    pub before: Option<Json>,
    pub after: Option<Json>,
}

/// What differs, in the order of the names. What stayed as it was is left out.
pub fn sides(before: Option<&Json>, after: Option<&Json>) -> Vec<Side> {
    let (Some(first), Some(second)) = (object(before), object(after)) else {
        return vec![Side { name: String::new(), before: before.cloned(), after: after.cloned() }];
    };
    let mut names: Vec<&String> = first.keys().chain(second.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|name| Side {
            name: name.clone(),
            before: first.get(name).cloned(),
            after: second.get(name).cloned(),
        })
        .filter(|side| side.before != side.after)
        .collect()
}

/// An object; an empty one where there is nothing, `None` for any other value.
fn object(json: Option<&Json>) -> Option<serde_json::Map<String, Json>> {
    match json {
        None | Some(Json::Null) => Some(serde_json::Map::new()),
        Some(Json::Object(object)) => Some(object.clone()),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let told = sides(Some(&json!({"a": 1, "b": 2})), Some(&json!({"b": 3, "a": 1, "c": null})));
        let names: Vec<_> = told.iter().map(|side| side.name.as_str()).collect();
        assert_eq!(names, ["b", "c"]);
        assert_eq!((&told[0].before, &told[0].after), (&Some(json!(2)), &Some(json!(3))));
    }

    #[test]
    fn an_entry_without_a_side_tells_the_other_one_whole() {
        assert_eq!(sides(None, Some(&json!({"a": 1, "b": 2}))).len(), 2);
        assert_eq!(sides(None, None), []);
    }

    #[test]
    fn what_is_no_object_is_told_as_it_is() {
        let told = sides(None, Some(&json!([1, 2])));
        assert_eq!((told[0].name.as_str(), &told[0].after), ("", &Some(json!([1, 2]))));
    }
}
