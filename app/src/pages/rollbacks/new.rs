//! `/o/:org/rollbacks/new?job=` or `?record=&version=`: what a rollback would do, and asking for it.
//!
//! The preview stands still while one reads and writes: if the records move meanwhile, the request is not made, and
//! the preview is fetched anew.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};
use uuid::Uuid;
use vanguard_domain::permission::Permission;

use super::ask::Ask;
use super::choices::Choices;
use super::pick::Pick;
use super::words;
use crate::backend::{Overwrites, RollbackTarget, TargetFields};
use crate::components::action_outcome::on_success;
use crate::components::banner::Banner;
use crate::components::loaded::Loaded;
use crate::components::notice::Notice;
use crate::components::tone::Tone;
use crate::fetched::fetched;
use crate::server_fns::rollbacks::{AskForRollback, preview_rollback};
use crate::session::{may, use_organization};

/// What the address asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    /// Nothing yet.
    Nothing,
    /// Something that cannot be.
    Unclear,
    Target(RollbackTarget),
}

/// The page.
#[component]
pub fn NewRollbackPage() -> impl IntoView {
    let code = use_organization().code;
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.with(|query| wanted(|name| query.get(name))));
    let allowed = may(Permission::Sync);
    let body = move || {
        if !allowed {
            return view! { <NotAllowed /> }.into_any();
        }
        match wanted.get() {
            Wanted::Nothing => view! { <Pick /> }.into_any(),
            Wanted::Unclear => view! {
                <Banner tone=Tone::Bad role="alert">
                    <p>"This address names neither a write run nor a record with a version."</p>
                </Banner>
                <Pick />
            }
            .into_any(),
            Wanted::Target(target) => view! { <Prepare target /> }.into_any(),
        }
    };
    let heading = move || match wanted.get() {
        Wanted::Target(target) => format!("Roll back {}", words::target(&target)),
        _ => "New rollback".to_owned(),
    };
    view! {
        <Title text=heading />
        <div class="page">
            <p>
                <A href=format!("/o/{code}/rollbacks")>"All rollbacks"</A>
            </p>
            <h1>{heading}</h1>
            {body}
        </div>
    }
    .into_any()
}

fn wanted(query: impl Fn(&str) -> Option<String>) -> Wanted {
    let given = |name: &str| query(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let (job, record, version) = (given("job"), given("record"), given("version"));
    if job.is_none() && record.is_none() && version.is_none() {
        return Wanted::Nothing;
    }
    let job_id = job.as_ref().and_then(|id| Uuid::parse_str(id).ok());
    let to_version = version.as_ref().and_then(|version| version.parse().ok());
    if job.is_some() != job_id.is_some() || version.is_some() != to_version.is_some() {
        return Wanted::Unclear;
    }
    RollbackTarget::try_from(TargetFields { job_id, pfa_id: record, to_version })
        .map_or(Wanted::Unclear, Wanted::Target)
}

#[component]
fn NotAllowed() -> impl IntoView {
    view! {
        <Banner tone=Tone::Info>
            <p>
                "Asking for a rollback needs the permission Sync. Ask a portfolio manager to do it, or an administrator for
                the permission."
            </p>
        </Banner>
    }
    .into_any()
}

#[component]
fn Prepare(target: RollbackTarget) -> impl IntoView {
    let organization = use_organization();
    // Outside of what is shown anew with every fetch: what was chosen stays chosen, what was typed stays typed.
    let choices = Choices::new();
    let reason = RwSignal::new(String::new());
    let ask = ServerAction::<AskForRollback>::new();
    let wanted = target.clone();
    let preview = fetched(
        // A request that was not made may have found the records moved.
        move || ask.version().get(),
        move |_| {
            let target = wanted.clone();
            async move { preview_rollback(organization.id, target, Overwrites::new()).await }
        },
    );
    let navigate = use_navigate();
    let list = format!("/o/{}/rollbacks", organization.code);
    on_success(ask, move |id| {
        navigate(&Notice::RollbackRequested.at(&format!("{list}/{id}")), NavigateOptions::default());
    });
    view! {
        <Loaded resource=preview what="the preview" let:preview>
            <Ask target=target.clone() preview choices reason ask />
        </Loaded>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Wanted {
        wanted(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn an_address_names_a_run_or_a_record_with_a_version() {
        let job_id = Uuid::nil();
        assert_eq!(of(&[("job", &job_id.to_string())]), Wanted::Target(RollbackTarget::Job { job_id }));
        let record = RollbackTarget::Version { pfa_id: "RIO-1".into(), to_version: 3 };
        assert_eq!(of(&[("record", "RIO-1"), ("version", "3")]), Wanted::Target(record));
        assert_eq!(of(&[("record", " "), ("version", "")]), Wanted::Nothing);
        for unclear in [&[("job", "x")][..], &[("record", "RIO-1")], &[("record", "RIO-1"), ("version", "x")]]
        {
            assert_eq!(of(unclear), Wanted::Unclear);
        }
    }
}
