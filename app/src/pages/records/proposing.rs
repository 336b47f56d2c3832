//! Changes of many records: asked for, looked at, then saved as drafts.

use leptos::prelude::*;
use leptos::task::spawn_local;
use rust_decimal::Decimal;

use super::commit_result::plural;
use crate::backend::{BackendError, Proposed, ProposedChange, RefusedProposal};
use crate::components::change_list::{ChangeList, sides};
use crate::components::field_value::grouped;
use crate::components::grid::state::use_grid;
use crate::components::progress::Progress;
use crate::components::record_link::RecordLink;
use crate::error::ErrorMessage;
use crate::hydration::use_hydrated;

/// How far a dialog of this kind has come. `R` is what it asks for. A handle: copy it around.
#[derive(Debug)]
pub struct Proposing<R: Send + Sync + 'static> {
    /// What was looked at, and what it would do.
    looked_at: RwSignal<Option<(R, Proposed)>>,
    /// What was done.
    done: RwSignal<Option<Proposed>>,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<BackendError>>,
}

impl<R: Send + Sync + 'static> Clone for Proposing<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: Send + Sync + 'static> Copy for Proposing<R> {}

impl<R: Clone + Send + Sync + 'static> Proposing<R> {
    pub fn begin() -> Self {
        Self {
            looked_at: RwSignal::new(None),
            done: RwSignal::new(None),
            is_busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    /// Something else is going to be asked for: what was looked at is about it no more.
    pub fn forget(self) {
        self.looked_at.set(None);
        self.failure.set(None);
    }

    /// Says why nothing can be asked.
    pub fn fail(self, error: BackendError) {
        self.failure.set(Some(error));
    }

    /// Whether an answer is awaited. Reactive.
    pub fn is_busy(self) -> bool {
        self.is_busy.get()
    }

    /// Whether it is done. Reactive.
    pub fn is_done(self) -> bool {
        self.done.with(Option::is_some)
    }

    /// Asks what `request` would do.
    pub fn look<F>(self, request: R, ask: impl FnOnce(R) -> F)
    where
        F: Future<Output = Result<Proposed, BackendError>> + 'static,
    {
        let answer = ask(request.clone());
        self.run(answer, move |proposed| self.looked_at.set(Some((request, proposed))));
    }

    /// Has it done.
    fn carry_out<F>(self, act: impl FnOnce(R) -> F, then: impl FnOnce(&Proposed) + 'static)
    where
        F: Future<Output = Result<Proposed, BackendError>> + 'static,
    {
        let Some((request, _)) = self.looked_at.get_untracked() else { return };
        self.run(act(request), move |proposed| {
            then(&proposed);
            self.done.set(Some(proposed));
        });
    }

    fn run(
        self,
        answer: impl Future<Output = Result<Proposed, BackendError>> + 'static,
        then: impl FnOnce(Proposed) + 'static,
    ) {
        self.is_busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let answer = answer.await;
            // The dialog may have been closed meanwhile.
            if self.is_busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(proposed) => then(proposed),
                Err(error) => self.failure.set(Some(error)),
            }
        });
    }
}

/// What would be done with the button that does it, or what was.
#[component]
pub fn Proposal<R, F>(
    proposing: Proposing<R>,
    /// Does what was looked at.
    act: impl Fn(R) -> F + Copy + Send + Sync + 'static,
) -> impl IntoView
where
    R: Clone + Send + Sync + 'static,
    F: Future<Output = Result<Proposed, BackendError>> + 'static,
{
    let grid = use_grid();
    let hydrated = use_hydrated();
    let save = move |_| {
        // A save that is still under way would replace the new drafts.
        grid.after_saving(Callback::new(move |()| {
            proposing.carry_out(act, move |proposed| {
                grid.drafts_replaced(&proposed.saved);
                grid.say(format!("{} drafted.", plural(proposed.changed, "record")));
            });
        }));
    };
    let shown = move || {
        if let Some(done) = proposing.done.get() {
            return view! { <Counted proposed=done is_done=true /> }.into_any();
        }
        let Some((_, proposed)) = proposing.looked_at.get() else { return ().into_any() };
        let changed = proposed.changed;
        view! {
            <Counted proposed is_done=false />
            {(changed > 0)
                .then(|| {
                    view! {
                        <div class="button-row">
                            <button
                                type="button"
                                class="button button-primary"
                                disabled=move || !hydrated.get() || proposing.is_busy.get()
                                on:click=save
                            >
                                {format!("Draft {}", plural(changed, "change"))}
                            </button>
                        </div>
                    }
                })}
        }
        .into_any()
    };
    view! {
        {move || proposing.failure.get().map(|error| view! { <ErrorMessage error /> })}
        {move || {
            proposing
                .is_busy
                .get()
                .then(|| view! { <Progress label="Checking every record" text=String::new() share=None /> })
        }}
        <div class="proposal" aria-live="polite">{shown}</div>
    }
    .into_any()
}

#[component]
fn Counted(proposed: Proposed, is_done: bool) -> impl IntoView {
    let Proposed { changed, unchanged, refused, cost, examples, refusals, .. } = proposed;
    let lines: Vec<(i64, &str)> = [
        (
            changed,
            if is_done { "drafted; nothing goes to PEMS until you commit" } else { "would be drafted" },
        ),
        (unchanged, "have nothing to change"),
        (refused, if is_done { "left alone" } else { "would be left alone" }),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0 || changed + unchanged + refused == 0)
    .collect();
    let lines = lines
        .into_iter()
        .map(|(number, what)| view! { <li><strong>{grouped(&number.to_string())}</strong> " " {what}</li> })
        .collect_view();
    let cost = cost.filter(|cost| !cost.is_zero() && changed > 0).map(|cost| {
        view! { <p>{format!("Forecast cost: {}", signed(cost))}</p> }
    });
    view! {
        <ul class="proposal-counts">{lines}</ul>
        {cost}
        <Refusals refusals refused />
        {(!is_done).then(|| view! { <Examples examples changed /> })}
    }
    .into_any()
}

#[component]
fn Refusals(refusals: Vec<RefusedProposal>, refused: i64) -> impl IntoView {
    let beyond = refused - i64::try_from(refusals.len()).unwrap_or(refused);
    (refused > 0).then(|| {
        let items = refusals
            .into_iter()
            .map(|refusal| {
                let reasons: Vec<String> = refusal.errors.into_iter().map(|error| error.message).collect();
                let line = refusal.line.map(|line| format!("Line {line}, ")).unwrap_or_default();
                view! { <li>{format!("{line}{}: {}", refusal.pfa_id, reasons.join(" "))}</li> }
            })
            .collect_view();
        view! {
            <details class="proposal-refused" open=refused <= 10>
                <summary>{format!("Why {} left alone", plural(refused, "record"))}</summary>
                <ul>
                    {items}
                    {(beyond > 0).then(|| view! { <li>{format!("… and {beyond} more.")}</li> })}
                </ul>
            </details>
        }
    })
}

#[component]
fn Examples(examples: Vec<ProposedChange>, changed: i64) -> impl IntoView {
    let beyond = changed - i64::try_from(examples.len()).unwrap_or(changed);
    (!examples.is_empty()).then(|| {
        let items = examples
            .into_iter()
            .map(|ProposedChange { pfa_id, changes }| {
                let (before, after) = sides(&changes);
                view! {
                    <li>
                        <RecordLink pfa_id />
                        <ChangeList before after />
                    </li>
                }
            })
            .collect_view();
        view! {
            <ul class="proposal-examples" tabindex="0" aria-label="Changes">
                {items}
                {(beyond > 0).then(|| view! { <li class="muted">{format!("… and {} more.", grouped(&beyond.to_string()))}</li> })}
            </ul>
        }
    })
}

/// `+1,234.00`
fn signed(amount: Decimal) -> String {
    let sign = if amount.is_sign_negative() { "−" } else { "+" };
    format!("{sign}{}", grouped(&format!("{:.2}", amount.abs())))
}
