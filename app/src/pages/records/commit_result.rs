//! What became of a commit: on its way, arrived, in conflict, refused.

use leptos::prelude::*;

use crate::components::banner::Banner;
use crate::components::grid::cell_text::count;
use crate::components::progress::Progress;
use crate::components::tone::Tone;
use crate::error::ErrorMessage;
use crate::session::use_organization;

use super::commit::{Committed, Stage, use_commit};

#[component]
pub fn CommitResult() -> impl IntoView {
    let commit = use_commit();
    move || match commit.stage.get() {
        Stage::Idle | Stage::WaitingForSaves | Stage::Committing => ().into_any(),
        Stage::Failed(error) => view! {
            <div class="records-failure">
                <ErrorMessage error />
                <p>"Your drafts are kept."</p>
                <div class="button-row">
                    <button type="button" class="button" on:click=move |_| commit.start()>"Try again"</button>
                    <button type="button" class="button" on:click=move |_| commit.dismiss()>"Dismiss"</button>
                </div>
            </div>
        }
        .into_any(),
        Stage::Committed(committed) => view! { <Result committed /> }.into_any(),
    }
}

#[component]
fn Result(committed: Committed) -> impl IntoView {
    let commit = use_commit();
    let code = use_organization().code;
    let Committed { changes, seconds, progress, .. } = committed.clone();
    let (arrived, failed, disputed) =
        progress.map_or((0, 0, 0), |job| (job.items_completed, job.items_failed, job.items_in_conflict));
    let tone = match (committed.is_over(), failed, disputed) {
        (_, 1.., _) => Tone::Bad,
        (_, _, 1..) => Tone::Warn,
        (true, ..) => Tone::Ok,
        (false, ..) => Tone::Info,
    };
    let text = match (committed.is_over(), changes) {
        (true, 1) if arrived == 1 => "The change of 1 record is in PEMS.".to_owned(),
        (true, _) if arrived >= changes => {
            format!("The changes of {} are in PEMS.", plural(changes, "record"))
        }
        (true, _) => format!("{} of {} changed records are in PEMS.", amount(arrived), amount(changes)),
        (false, 1) => format!("The change of 1 record is on its way; it reaches PEMS in about {seconds} s."),
        (false, _) => {
            let records = plural(changes, "record");
            format!("The changes of {records} are on their way; they reach PEMS in about {seconds} s.")
        }
    };
    let bar = (!committed.is_over() && changes > 0).then(|| {
        view! { <Progress label="In PEMS" text=format!("{} of {}", amount(arrived), amount(changes)) share=Some(share(arrived, changes)) /> }
    });
    let conflicts = (disputed > 0).then(|| {
        view! {
            <p>
                <a href=format!("/o/{code}/conflicts")>{format!("{} to decide", plural(disputed, "conflict"))}</a>
            </p>
        }
    });
    let failures = (failed > 0).then(|| {
        view! { <p><a href=format!("/o/{code}/sync/dead-letters")>{format!("{} failed", plural(failed, "change"))}</a></p> }
    });
    view! {
        <div class="records-result" role="status">
            <Banner tone>
                <p>{text}</p>
                {bar}
                {conflicts}
                {failures}
            </Banner>
            <button type="button" class="button button-small" on:click=move |_| commit.dismiss()>"Dismiss"</button>
        </div>
    }
    .into_any()
}

fn amount(number: i64) -> String {
    count(number.unsigned_abs())
}

/// `1 change`, `1,200 changes`.
pub fn plural(number: i64, what: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {what}{ending}", amount(number))
}

#[expect(clippy::cast_precision_loss, reason = "a bar of some hundred pixels needs no more")]
fn share(part: i64, whole: i64) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        assert_eq!(plural(1, "draft"), "1 draft");
        assert_eq!(plural(1200, "record"), "1,200 records");
    }
}
