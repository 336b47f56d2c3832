//! `/o/:org/conflicts/merged`: changes that were put together with PEMS's own, because they were about other fields.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};
use uuid::Uuid;
use vanguard_domain::permission::Permission;
use vanguard_domain::undo::UndoState;

use super::tabs::{Tab, Tabs};
use crate::backend::{MergePage, MergeUndo, MergeView};
use crate::components::action_outcome::{ActionError, on_success};
use crate::components::change_list::ChangeList;
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::empty_state::EmptyState;
use crate::components::loaded::Loaded;
use crate::components::notice::{Notice, NoticeBanner};
use crate::components::pages::{Page, Pages};
use crate::components::place_inputs::PlaceInputs;
use crate::components::record_link::RecordLink;
use crate::components::relative_time::RelativeTime;
use crate::components::table_frame::TableFrame;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::paths;
use crate::server_fns::conflicts::{UndoMerge, merges};
use crate::session::{may, use_organization};

/// The address of a page of the list within the organisation, and of the question over it whether a merge is to be undone.
fn here(page: Page, undo: Option<Uuid>) -> String {
    let query: Vec<String> = page.query().into_iter().chain(undo.map(|id| format!("undo={id}"))).collect();
    paths::with_query("conflicts/merged", &query.join("&"))
}

/// The page. `?page=` says which part of the list, `?undo=` asks whether a merge is to be undone.
#[component]
pub fn MergesPage() -> impl IntoView {
    let id = use_organization().id;
    let events = use_events();
    let query = use_query_map();
    let page = Memo::new(move |_| query.with(Page::read));
    let undo = ServerAction::<UndoMerge>::new();
    // The own action counts up as well: it shows its effect even while live updates are paused.
    let versions = move || (page.get(), events.version(EventKind::Modification), undo.version().get());
    let list = fetched(versions, move |(page, ..)| merges(id, page));
    go_on_after(undo, page);
    view! {
        <Title text="Merged changes" />
        <div class="page">
            <div class="page-head">
                <h1>"Conflicts"</h1>
                <Tabs tab=Signal::stored(Tab::Merges) />
            </div>
            <NoticeBanner />
            <ActionError action=undo />
            <Loaded resource=list what="the merges" let:list>
                <Merges list page=page.get_untracked() />
            </Loaded>
            <Ask undo page />
        </div>
    }
    .into_any()
}

#[component]
fn Merges(list: MergePage, page: Page) -> impl IntoView {
    let MergePage { merges, total } = list;
    if total == 0 {
        return view! {
            <div class="panel">
                <EmptyState title="Nothing was merged yet">
                    <p>
                        "When PEMS changes other fields of a record than you did, both changes are kept; where a rule says who
                        owns a field, nobody is asked. Each such merge is listed here and can be undone."
                    </p>
                </EmptyState>
            </div>
        }
        .into_any();
    }
    let (code, listed) = (use_organization().code, merges.len());
    let link = move |page| format!("/o/{code}/{}", here(page, None));
    view! {
        <TableFrame label="Merged changes">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Record"</th>
                        <th scope="col">"Ours"</th>
                        <th scope="col">"In PEMS meanwhile"</th>
                        <th scope="col">"Merged"</th>
                        <th scope="col">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>{merges.into_iter().map(|merge| view! { <Row merge page /> }).collect_view()}</tbody>
            </table>
        </TableFrame>
        <Pages page listed total link />
    }
    .into_any()
}

#[component]
fn Row(merge: MergeView, page: Page) -> impl IntoView {
    let by_rule = merge.rule.zip(merge.conflict_id).map(|(rule, conflict_id)| {
        let href = format!("/o/{}/conflicts/{conflict_id}", use_organization().code);
        view! {
            <span class="row-note">
                "By the rule: " <A href=href>{rule}</A>
            </span>
        }
    });
    let end = view! { <Undo pfa_id=merge.pfa_id.clone() merge_id=merge.id undo=merge.undo page /> };
    let given_up = (!merge.given_up.is_empty()).then(|| {
        view! {
            <span class="row-note">"Given up:"</span>
            <ChangeList before=merge.theirs.clone() after=merge.given_up />
        }
    });
    view! {
        <tr>
            <th scope="row">
                <RecordLink pfa_id=merge.pfa_id />
                <span class="row-note">{format!("version {} → {}", merge.from_version, merge.onto_version)}</span>
                {by_rule}
            </th>
            <td>
                <ChangeList before=merge.ours_before after=merge.ours />
                {given_up} <span class="row-note">{format!("by {}", merge.modified_by)}</span>
            </td>
            <td>
                <ChangeList before=merge.theirs_before after=merge.theirs />
                <span class="row-note">{format!("by {}", merge.pems_updated_by)}</span>
            </td>
            <td>
                <RelativeTime at=merge.merged_at />
            </td>
            <td>{end}</td>
        </tr>
    }
    .into_any()
}

/// What became of undoing the merge, and the way to ask for it where that is possible.
#[component]
fn Undo(pfa_id: String, merge_id: Uuid, undo: Option<MergeUndo>, page: Page) -> impl IntoView {
    let may_ask = undo.as_ref().is_none_or(|undo| undo.state.may_be_asked_again());
    let ask = (may_ask && may(Permission::Sync)).then(|| {
        let href = format!("/o/{}/{}", use_organization().code, here(page, Some(merge_id)));
        let label = format!("Undo the merge of {pfa_id}");
        view! {
            <A href=href scroll=false {..} class="button button-small" aria-label=label>
                "Undo …"
            </A>
        }
    });
    view! {
        {ask}
        {undo.map(|undo| view! { <Asked undo /> })}
    }
    .into_any()
}

/// An undoing that was asked for: it is done once its change is in PEMS.
#[component]
fn Asked(undo: MergeUndo) -> impl IntoView {
    let MergeUndo { state, conflict_id, asked_by, asked_at, .. } = undo;
    let code = use_organization().code;
    let text = match state {
        UndoState::OnItsWay => "Being undone, asked by ",
        UndoState::Undecided => "Not undone yet, asked by ",
        UndoState::Undone => "Undone by ",
        UndoState::GivenUp => "Not undone: the change was given up. Asked by ",
    };
    let decide = (state == UndoState::Undecided).then(|| match conflict_id {
        Some(id) => (format!("/o/{code}/conflicts/{id}"), "Decide the conflict"),
        None => (format!("/o/{code}/sync/dead-letters"), "Retry or discard it"),
    });
    view! {
        <span class="row-note">
            {text} {asked_by} " " <RelativeTime at=asked_at />
            {decide.map(|(href, label)| view! { ". " <A href=href>{label}</A> })}
        </span>
    }
    .into_any()
}

/// The question before a merge is undone.
#[component]
fn Ask(undo: ServerAction<UndoMerge>, page: Memo<Page>) -> impl IntoView {
    let query = use_query_map();
    let asked =
        Memo::new(move |_| query.with(|query| query.get("undo")).and_then(|id| Uuid::parse_str(&id).ok()));
    let code = use_organization().code;
    let pending = undo.pending();
    move || {
        asked.get().map(|merge| {
            let back = here(page.get(), None);
            view! {
                <Dialog title="Undo our change?" close=format!("/o/{code}/{back}")>
                    <p>
                        "PEMS gets back the values from before our change, as a new change that is checked like any
                        other. What PEMS users changed stays. Where a rule decided, each field that it decided gets the
                        other side’s value."
                    </p>
                    <ActionForm action=undo>
                        <PlaceInputs back />
                        <input type="hidden" name="merge_id" value=merge.to_string() />
                        <div class="button-row">
                            <CloseDialog />
                            <button class="button button-primary" type="submit" disabled=move || pending.get()>
                                "Undo our change"
                            </button>
                        </div>
                    </ActionForm>
                </Dialog>
            }
        })
    }
}

/// Says it, and closes the dialog; that also when it failed, because the reason stands on the page.
fn go_on_after(undo: ServerAction<UndoMerge>, page: Memo<Page>) {
    let code = use_organization().code;
    let toasts = use_toasts();
    let navigate = use_navigate();
    on_success(undo, move |()| toasts.say(Tone::Ok, Notice::MergeUndone.text()));
    Effect::new(move || {
        if undo.value().with(Option::is_some) {
            let options = NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() };
            navigate(&format!("/o/{code}/{}", here(page.get_untracked(), None)), options);
        }
    });
}
