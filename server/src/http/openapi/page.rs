//! The API's description as a page: plain HTML, made once at the start. The usual browsers of such documents load
//! their scripts from other hosts; ours loads nothing.

use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::http::problem::KINDS;

/// The page brings its styles along, and runs nothing.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

const STYLE: &str = "
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
details { border: 1px solid #8886; border-radius: .4rem; margin: .4rem 0; padding: .4rem .8rem; }
summary { cursor: pointer; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { overflow-x: auto; background: #8881; padding: .6rem; border-radius: .3rem; }
.method { display: inline-block; min-width: 4rem; font-weight: 700; }
table { border-collapse: collapse; }
td, th { text-align: start; padding: .2rem .8rem .2rem 0; vertical-align: top; }
";

pub(super) fn render(document: &Json) -> String {
    let mut html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>PFA Vanguard API</title><style>{STYLE}</style></head><body><main><h1>PFA Vanguard API</h1>\
         <p>{}</p><p>Log in with <code>POST /api/auth/login</code> and send the token as \
         <code>Authorization: Bearer …</code>. For tools: <a href=\"/api/openapi.json\">openapi.json</a>.</p>",
        text(&document["info"]["description"])
    );
    let mut area = "";
    for (path, method, operation) in operations(document) {
        let tag = operation["tags"][0].as_str().unwrap_or("other");
        if tag != area {
            let _ = write!(html, "<h2>{}</h2>", escaped(tag));
            area = tag;
        }
        endpoint(&mut html, path, method, operation);
    }
    html.push_str("<h2>Data</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let _ = write!(
            html,
            "<details id=\"schema-{0}\"><summary><code>{0}</code> {1}</summary>{2}</details>",
            escaped(name),
            text(&schema["description"]),
            source(schema)
        );
    }
    html.push_str("<h2>Problems</h2><table><tr><th>Kind<th>Status<th>Meaning</tr>");
    for (code, status, title) in KINDS {
        let _ = write!(
            html,
            "<tr id=\"problem-{code}\"><td><code>{code}</code><td>{}<td>{title}</tr>",
            status.as_u16()
        );
    }
    html.push_str("</table></main></body></html>");
    html
}

/// Grouped by area, in the order of their paths.
fn operations(document: &Json) -> Vec<(&str, &str, &Json)> {
    let mut operations: Vec<_> = document["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .filter(|(_, _, operation)| operation.get("responses").is_some())
        .collect();
    operations.sort_by_key(|(path, method, operation)| {
        (operation["tags"][0].as_str().unwrap_or_default().to_owned(), *path, *method)
    });
    operations
}

fn endpoint(html: &mut String, path: &str, method: &str, operation: &Json) {
    let _ = write!(
        html,
        "<details><summary><span class=\"method\">{}</span> <code>{}</code> — {}</summary><p>{}</p>",
        method.to_uppercase(),
        escaped(path),
        text(&operation["summary"]),
        text(&operation["description"])
    );
    if let Some(parameters) = operation["parameters"].as_array() {
        html.push_str("<h3>Parameters</h3><table>");
        for parameter in parameters {
            let needed = if parameter["required"] == true { "needed" } else { "" };
            let _ = write!(
                html,
                "<tr><td><code>{}</code><td>{}<td>{}<td>{needed}</tr>",
                text(&parameter["name"]),
                text(&parameter["in"]),
                text(&parameter["description"])
            );
        }
        html.push_str("</table>");
    }
    for (title, part) in [("Body", &operation["requestBody"]), ("Answers", &operation["responses"])] {
        if !part.is_null() {
            let _ = write!(html, "<h3>{title}</h3>{}", source(part));
        }
    }
    html.push_str("</details>");
}

fn source(json: &Json) -> String {
    format!("<pre>{}</pre>", escaped(&format!("{json:#}")))
}

fn text(json: &Json) -> String {
    escaped(json.as_str().unwrap_or_default())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
