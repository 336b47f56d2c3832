//! What waits for the user, each with the way there.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::backend::{Needs, SyncStatus};
use crate::components::empty_state::EmptyState;
use crate::components::field_value::grouped;
use crate::components::icon::{Glyph, Icon};
use crate::session::use_organization;

/// One thing that waits.
struct Need {
    count: i64,
    glyph: Glyph,
    /// For one of them, and for many.
    what: (&'static str, &'static str),
    more: Option<String>,
    /// Within the organisation.
    path: &'static str,
}

/// All that waits; that nothing does is said too.
#[component]
pub fn NeedsYou(needs: Needs, status: SyncStatus) -> impl IntoView {
    let code = use_organization().code;
    let needs: Vec<Need> = cards(&needs, &status).into_iter().filter(|need| need.count > 0).collect();
    let list = if needs.is_empty() {
        view! {
            <div class="panel">
                <EmptyState title="Nothing waits for you">
                    <p>
                        "No conflict, failure or approval is open, and you have no drafts. Plan on the "
                        <A href=format!("/o/{code}/records")>"Records"</A> " page."
                    </p>
                </EmptyState>
            </div>
        }
        .into_any()
    } else {
        let cards = needs.into_iter().map(|need| view! { <Card need code=code.clone() /> }).collect_view();
        view! { <ul class="needs">{cards}</ul> }.into_any()
    };
    view! {
        <section aria-labelledby="needs-heading">
            <h2 id="needs-heading">"Needs you now"</h2>
            {list}
        </section>
    }
    .into_any()
}

fn cards(needs: &Needs, status: &SyncStatus) -> [Need; 4] {
    let own = (needs.own_conflicts > 0).then(|| match needs.own_conflicts {
        own if own == status.conflicts => "about your own changes".to_owned(),
        own => format!("{} about your own changes", grouped(&own.to_string())),
    });
    let outdated = (needs.outdated_drafts > 0)
        .then(|| format!("PEMS has changed {} since you began", grouped(&needs.outdated_drafts.to_string())));
    [
        Need {
            count: status.conflicts,
            glyph: Glyph::Collision,
            what: ("conflict to decide", "conflicts to decide"),
            more: own,
            path: "conflicts",
        },
        Need {
            count: status.dead_letters,
            glyph: Glyph::Warning,
            what: ("failed change", "failed changes"),
            more: Some("PEMS refused them, or their retries are used up".to_owned()),
            path: "sync/dead-letters",
        },
        Need {
            count: needs.approvals,
            glyph: Glyph::User,
            what: ("rollback to approve", "rollbacks to approve"),
            more: None,
            path: "rollbacks",
        },
        Need {
            count: needs.drafts,
            glyph: Glyph::Pencil,
            what: ("draft to commit", "drafts to commit"),
            more: outdated,
            path: "records?dialog=review",
        },
    ]
}

#[component]
fn Card(need: Need, code: String) -> impl IntoView {
    let what = if need.count == 1 { need.what.0 } else { need.what.1 };
    view! {
        <li>
            <A href=format!("/o/{code}/{}", need.path) attr:class="need">
                <Icon glyph=need.glyph />
                <strong class="need-count">{grouped(&need.count.to_string())}</strong>
                <span>{what}</span>
                {need.more.map(|more| view! { <span class="need-more muted">{more}</span> })}
            </A>
        </li>
    }
    .into_any()
}
