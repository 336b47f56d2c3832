//! Which organisation the page is about, and the way to the others.

use leptos::prelude::*;

use crate::backend::OrganizationRef;
use crate::components::icon::{Glyph, Icon};
use crate::session::{use_organization, use_user};

/// The organisation's name; a menu if the user belongs to several.
#[component]
pub fn OrganizationSwitch() -> impl IntoView {
    let current = use_organization();
    let all = use_user().map(|user| user.organizations).unwrap_or_default();
    if all.len() < 2 {
        return view! { <span class="bar-label" title=current.code>{current.name}</span> }.into_any();
    }
    let links = all
        .into_iter()
        .map(|organization| view! { <Link chosen=current.clone() organization /> })
        .collect_view();
    view! {
        <button
            type="button"
            class="bar-button"
            popovertarget="organization-menu"
            aria-label=format!("Organisation: {}. Change", current.name)
        >
            <span class="organization-name">{current.name.clone()}</span>
            <Icon glyph=Glyph::ChevronDown />
        </button>
        <nav id="organization-menu" class="menu" popover="auto" aria-label="Organisations">
            {links}
        </nav>
    }
    .into_any()
}

/// A new page, so that nothing of the other organisation stays behind.
#[component]
fn Link(organization: OrganizationRef, chosen: OrganizationRef) -> impl IntoView {
    let is_current = organization == chosen;
    let href = format!("/o/{}/records", organization.code);
    view! {
        <a
            class="menu-item"
            href=href
            rel="external"
            aria-current=is_current.then_some("true")
        >
            <span>{organization.name}</span>
            <span class="muted">{organization.code}</span>
        </a>
    }
    .into_any()
}
