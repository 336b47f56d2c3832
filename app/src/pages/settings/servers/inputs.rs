//! The inputs of an API server's form.

use leptos::prelude::*;

use crate::backend::ApiServerView;
use crate::components::form_field::{Refusal, TextField};
use crate::pages::settings::typed::Typed;

/// They begin with what was typed before, or else with what is stored.
#[component]
pub fn Inputs(
    #[prop(optional_no_strip)] server: Option<ApiServerView>,
    #[prop(optional_no_strip)] typed: Option<Typed>,
    refusal: Refusal,
) -> impl IntoView {
    let is_new = server.is_none();
    let begin = |name: &str, stored: fn(&ApiServerView) -> &String| {
        let typed = typed.as_ref().and_then(|typed| typed.get(name));
        typed.or_else(|| server.as_ref().map(stored).cloned()).unwrap_or_default()
    };
    let batches = match &typed {
        Some(typed) => typed.get("supports_batch").as_deref() == Some("true"),
        None => server.as_ref().is_none_or(|server| server.supports_batch),
    };
    let name = begin("name", |server| &server.name);
    let base_url = begin("base_url", |server| &server.base_url);
    let tenant = begin("tenant", |server| &server.tenant);
    let username = begin("username", |server| &server.username);
    let password_hint = if is_new {
        "It is encrypted and never shown again."
    } else {
        "Leave it empty to keep it. It is needed again where address, tenant or user name change."
    };
    view! {
        <TextField name="name" label="Name" value=name refusal required=true hint="How people here call it." />
        <TextField
            name="base_url"
            field="baseUrl"
            label="Address"
            kind="url"
            value=base_url
            refusal
            required=true
            hint="As https://pems.example.com/api/pems"
        />
        <TextField name="tenant" label="Tenant" value=tenant refusal required=true />
        <TextField name="username" label="User name" value=username refusal required=true />
        <TextField
            name="password"
            label="Password"
            kind="password"
            autocomplete="new-password"
            value=""
            refusal
            required=is_new
            hint=password_hint
        />
        <label class="settings-check">
            <input type="checkbox" name="supports_batch" value="true" checked=batches />
            <span>
                "It takes several changes in one request"
                <span class="field-hint">" (batches). Off: each change is a request of its own."</span>
            </span>
        </label>
    }
    .into_any()
}
