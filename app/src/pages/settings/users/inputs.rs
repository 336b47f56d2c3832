//! The inputs of a user's form.

use leptos::prelude::*;
use vanguard_domain::permission::Role;

use super::role_label;
use crate::backend::{ManagedUser, OrganizationRef};
use crate::components::form_field::{FieldFault, Refusal, TextField};
use crate::pages::settings::typed::Typed;
use crate::session::{use_organization, use_user};

/// They begin with what was typed before, or else with what is stored.
#[component]
pub fn Inputs(user: Option<ManagedUser>, typed: Option<Typed>, refusal: Refusal) -> impl IntoView {
    let before = |name: &str| typed.as_ref().and_then(|typed| typed.get(name));
    let email = before("email").or_else(|| user.as_ref().map(|user| user.email.clone())).unwrap_or_default();
    let role = before("role")
        .and_then(|role| role.parse().ok())
        .or_else(|| user.as_ref().map(|user| user.role))
        .unwrap_or(Role::Viewer);
    let is_new = user.is_none();
    let name = match &user {
        None => view! {
            <TextField
                name="username"
                label="User name"
                value=before("username").unwrap_or_default()
                refusal
                required=true
                hint="Lower-case letters, digits, dots, dashes and underscores. It stays as it is."
            />
        }
        .into_any(),
        Some(user) => view! {
            <div class="field">
                <span class="field-label">"User name"</span>
                <span>{user.username.clone()}</span>
            </div>
        }
        .into_any(),
    };
    let options = Role::ALL
        .into_iter()
        .map(|choice| {
            view! {
                <option value=choice.as_str() selected=choice == role>
                    {role_label(choice)}
                </option>
            }
        })
        .collect_view();
    let password_hint = if is_new {
        "12 characters or more. Tell it to the user by another way than e-mail."
    } else {
        "Leave it empty to keep it. A new one logs the user out everywhere."
    };
    view! {
        {name}
        <TextField name="email" label="E-mail" kind="email" value=email refusal required=true />
        <div class="field">
            <label for="role">"Role"</label>
            <select class="input" id="role" name="role">
                {options}
            </select>
        </div>
        <TextField
            name="password"
            label=if is_new { "Password" } else { "New password" }
            kind="password"
            autocomplete="new-password"
            value=""
            refusal
            required=is_new
            hint=password_hint
        />
        <Memberships user typed refusal />
    }
    .into_any()
}

#[component]
fn Memberships(user: Option<ManagedUser>, typed: Option<Typed>, refusal: Refusal) -> impl IntoView {
    let here = use_organization().id;
    let mine = use_user().map(|me| me.organizations).unwrap_or_default();
    let is_member = move |one: &OrganizationRef| match (&typed, &user) {
        (Some(typed), _) => typed.get(&format!("member of {}", one.code)).is_some(),
        (None, Some(user)) => user.organizations.iter().any(|other| other.id == one.id),
        (None, None) => one.id == here,
    };
    let boxes = mine
        .into_iter()
        .map(|one| {
            let checked = is_member(&one);
            view! {
                <label class="settings-check">
                    <input
                        type="checkbox"
                        name=format!("member_of[{}]", one.code)
                        value=one.id.to_string()
                        checked=checked
                    />
                    <span>{format!("{} ({})", one.name, one.code)}</span>
                </label>
            }
        })
        .collect_view();
    let error = Memo::new(move |_| refusal.at("organizationIds"));
    view! {
        <fieldset class="field" aria-describedby=move || error.with(Option::is_some).then_some("member_of-error")>
            <legend class="field-label">"Organisations"</legend>
            {boxes}
            <FieldFault id="member_of-error".to_owned() error />
        </fieldset>
    }
    .into_any()
}
