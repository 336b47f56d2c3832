//! `/o/:org/settings/users`: who works here, and as what.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::activity::ActivityDialog;
use super::role_label;
use super::roles::Roles;
use crate::backend::ManagedUser;
use crate::components::action_outcome::ActionError;
use crate::components::icon::Glyph;
use crate::components::loaded::Loaded;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::components::tag::Tag;
use crate::components::tone::Tone;
use crate::fetched::fetched;
use crate::server_fns::users::{ActivateUser, users};
use crate::session::{use_organization, use_user};

/// The page. `?deactivate=` and `?activate=` ask whether a user may log in.
#[component]
pub fn UsersPage() -> impl IntoView {
    let organization = use_organization();
    let id = organization.id;
    let activate = ServerAction::<ActivateUser>::new();
    let list = fetched(move || activate.version().get(), move |_| users(id));
    view! {
        <Title text="Users" />
        <section aria-labelledby="users-heading">
            <div class="section-head">
                <h2 id="users-heading">"Users"</h2>
                <a class="button button-primary" href=format!("/o/{}/settings/users/new", organization.code)>
                    "Add a user"
                </a>
            </div>
            <ActionError action=activate />
            <Loaded resource=list what="the users" let:users>
                <Users users />
            </Loaded>
        </section>
        <Roles />
        <ActivityDialog activate />
    }
    .into_any()
}

#[component]
fn Users(users: Vec<ManagedUser>) -> impl IntoView {
    let rows = users.into_iter().map(|user| view! { <Row user /> }).collect_view();
    view! {
        <TableFrame label="Users">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"User"</th>
                        <th scope="col">"Role"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Organisations"</th>
                        <th scope="col">"Last login"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
    }
    .into_any()
}

#[component]
fn Row(user: ManagedUser) -> impl IntoView {
    let page = format!("/o/{}/settings/users", use_organization().code);
    let edit_page = format!("{page}/{}", user.id);
    let is_me = use_user().is_some_and(|me| me.id == user.id);
    let (ask, label) = if user.is_active {
        (format!("{page}?deactivate={}", user.id), "Deactivate")
    } else {
        (format!("{page}?activate={}", user.id), "Activate")
    };
    let state = if user.is_active {
        view! { <Tag tone=Tone::Ok glyph=Glyph::Check label="Active" /> }.into_any()
    } else {
        view! { <Tag tone=Tone::Neutral glyph=Glyph::Ban label="Deactivated" /> }.into_any()
    };
    let organizations: Vec<String> = user.organizations.into_iter().map(|one| one.code).collect();
    let name = user.username.clone();
    view! {
        <tr>
            <th scope="row">
                <A href=edit_page.clone()>{user.username}</A>
                {is_me.then(|| view! { <span class="muted">" (you)"</span> })}
                <span class="row-note">{user.email}</span>
            </th>
            <td>{role_label(user.role)}</td>
            <td>{state}</td>
            <td>{organizations.join(", ")}</td>
            <td>
                {match user.last_login_at {
                    Some(at) => view! { <RelativeTime at /> }.into_any(),
                    None => view! { <span class="muted">"never, or long ago"</span> }.into_any(),
                }}
            </td>
            <td>
                <div class="button-row">
                    <a href=edit_page class="button button-small" aria-label=format!("Edit: {name}")>
                        "Edit"
                    </a>
                    {(!is_me)
                        .then(|| {
                            view! {
                                <A
                                    href=ask
                                    scroll=false
                                    {..}
                                    class="button button-small"
                                    aria-label=format!("{label} … {name}")
                                >
                                    {label}
                                    " …"
                                </A>
                            }
                        })}
                </div>
            </td>
        </tr>
    }
    .into_any()
}
