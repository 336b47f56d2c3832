//! Field ownership: who owns what, asked group by group. One looks first at what the rules would have done, and switches
//! them on then.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use vanguard_domain::ownership::{FieldGroup, Owner, OwnershipRules};
use vanguard_domain::record::Field;

use super::choices::{Choice, LOOK, asked};
use super::report::Report;
use crate::backend::OwnershipRule;
use crate::components::action_outcome::{ActionError, on_success};
use crate::components::loaded::Loaded;
use crate::components::notice::Notice;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::fetched::fetched;
use crate::server_fns::ownership::{SetOwnership, ownership_rules, ownership_what_if};
use crate::session::use_organization;

/// The section.
#[component]
pub fn Ownership() -> impl IntoView {
    let organization = use_organization();
    let id = organization.id;
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.with(|query| asked(|name| query.get(name))));
    let set = ServerAction::<SetOwnership>::new();
    let rules = fetched(move || set.version().get(), move |_| ownership_rules(id));
    let what_if = fetched(
        move || wanted.get().and_then(|rules| serde_json::to_string(&rules).ok()),
        move |rules| async move {
            match rules {
                Some(rules) => ownership_what_if(id, rules).await.map(Some),
                None => Ok(None),
            }
        },
    );
    // The report is about what was chosen when it was asked for.
    let changed = RwSignal::new(false);
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let page = format!("/o/{}/settings", organization.code);
    on_success(set, move |()| {
        toasts.say(Tone::Ok, Notice::RulesChanged.text());
        navigate(&page, NavigateOptions { replace: true, ..NavigateOptions::default() });
    });
    view! {
        <section class="settings-section" aria-labelledby="ownership-heading">
            <div>
                <h2 id="ownership-heading">"Field ownership"</h2>
                <p>
                    "When somebody here and somebody in PEMS change the same field, a person decides. Where you say who owns a
                    field, nobody is asked: its owner’s value holds. Each such decision is listed, told to whoever’s value was
                    given up, and can be undone."
                </p>
            </div>
            <ActionError action=set />
            <Loaded resource=rules what="the rules" let:rules>
                <Choices rules wanted=wanted.get_untracked() changed />
            </Loaded>
            <Loaded resource=what_if what="what the rules would have done" let:report>
                {report.zip(wanted.get_untracked()).map(|(report, rules)| view! { <Report report rules changed set /> })}
            </Loaded>
        </section>
    }
    .into_any()
}

#[component]
fn Choices(
    rules: Vec<OwnershipRule>,
    /// What the address asks about.
    wanted: Option<OwnershipRules>,
    changed: RwSignal<bool>,
) -> impl IntoView {
    let in_force: OwnershipRules = rules.iter().map(|rule| (rule.field, rule.owner)).collect();
    let shown = wanted.unwrap_or(in_force);
    let rows = FieldGroup::ALL
        .into_iter()
        .map(|group| {
            let held: Vec<_> =
                rules.iter().filter(|rule| FieldGroup::of(rule.field) == Some(group)).cloned().collect();
            view! { <Row group held shown=shown.clone() /> }
        })
        .collect_view();
    let page = format!("/o/{}/settings", use_organization().code);
    view! {
        <form method="get" action=page on:change=move |_| changed.set(true)>
            <TableFrame label="Who owns which fields">
                <table class="table ownership">
                    <thead>
                        <tr>
                            <th scope="col">"Fields"</th>
                            <th scope="col">"Who owns them"</th>
                            <th scope="col">"Now"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableFrame>
            <div class="button-row settings-buttons">
                <button class="button button-primary" type="submit" name=LOOK value="1">
                    "What would it have done?"
                </button>
                <span class="field-hint">"Shows it for the conflicts of the past, and changes nothing."</span>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Row(group: FieldGroup, held: Vec<OwnershipRule>, shown: OwnershipRules) -> impl IntoView {
    let fields: Vec<Field> = group.fields().collect();
    let labels: Vec<_> = fields.iter().map(|field| field.label()).collect();
    let whole = [Choice::Nobody, Choice::Owner(Owner::Pems), Choice::Owner(Owner::Vanguard), Choice::Each];
    let each = fields
        .into_iter()
        .map(|field| {
            let chosen = Choice::of_field(field, &shown);
            let id = format!("owner-{field}");
            view! {
                <div class="ownership-field">
                    <label for=id.clone()>{field.label()}</label>
                    <select class="input" id=id name=field.name()>
                        {options(&whole[..3], chosen)}
                    </select>
                </div>
            }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row">
                {capitalised(group.label())}
                <span class="row-note ownership-note">{labels.join(", ")}</span>
            </th>
            <td>
                <select class="input ownership-group" name=group.name() aria-label=format!("Who owns {}", group.label())>
                    {options(&whole, Choice::of(group, &shown))}
                </select>
                <div class="ownership-each">{each}</div>
            </td>
            <td>
                <Now group held />
            </td>
        </tr>
    }
    .into_any()
}

fn options(offered: &[Choice], chosen: Choice) -> impl IntoView + use<> {
    let option = |choice: &Choice| {
        view! {
            <option value=choice.value() selected=*choice == chosen>
                {choice.label()}
            </option>
        }
    };
    offered.iter().map(option).collect_view()
}

/// The rules of a group that hold, since when and by whom.
#[component]
fn Now(group: FieldGroup, held: Vec<OwnershipRule>) -> impl IntoView {
    if held.is_empty() {
        return view! { <span class="muted">"A person decides"</span> }.into_any();
    }
    let same = held.iter().all(|rule| (rule.owner, rule.since) == (held[0].owner, held[0].since));
    if same && held.len() == group.fields().count() {
        let OwnershipRule { owner, since, set_by, .. } = held[0].clone();
        return view! {
            <strong>{format!("{} owns them", owner.label())}</strong>
            <span class="row-note">"by " {set_by} " " <RelativeTime at=since /></span>
        }
        .into_any();
    }
    held.into_iter()
        .map(|rule| {
            view! {
                <div>
                    <strong>{format!("{} owns {}", rule.owner.label(), rule.field.label())}</strong>
                    <span class="row-note">"by " {rule.set_by} " " <RelativeTime at=rule.since /></span>
                </div>
            }
        })
        .collect_view()
        .into_any()
}

fn capitalised(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
