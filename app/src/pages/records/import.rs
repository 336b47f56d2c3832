//! A file of records: checked row by row before anything is saved.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::proposing::{Proposal, Proposing};
use super::steering::use_steering;
use crate::backend::{BackendError, ImportRequest};
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::grid::state::use_grid;
use crate::hydration::use_hydrated;
use crate::server_fns::proposals::import_records;

/// The largest file, in bytes; the server takes no more at once.
const LARGEST: f64 = 12_000_000.0;

/// The dialog.
#[component]
pub fn Import() -> impl IntoView {
    let grid = use_grid();
    let steering = use_steering();
    let hydrated = use_hydrated();
    let close = steering.address.with_untracked(|address| address.with_dialog(None).link());
    let organization_id = grid.input.organization_id;
    let input = NodeRef::<html::Input>::new();
    let proposing = Proposing::<ImportRequest>::begin();
    let chosen = move |_| {
        proposing.forget();
        let file = input.get_untracked().and_then(|input| input.files()).and_then(|files| files.get(0));
        let Some(file) = file else { return };
        if file.size() > LARGEST {
            let message = "The file is larger than 12 MB. Do it in parts.";
            proposing.fail(BackendError::field("csv", "tooLarge", message));
            return;
        }
        spawn_local(async move {
            let Some(csv) = text_of(&file).await else {
                let message = "The file could not be read. Choose it once more.";
                proposing.fail(BackendError::field("csv", "unreadable", message));
                return;
            };
            // What is typed and not saved yet belongs to what is looked at.
            grid.after_saving(Callback::new(move |()| {
                let request = ImportRequest { csv: csv.clone(), dry_run: true };
                proposing.look(request, move |request| import_records(organization_id, request));
            }));
        });
    };
    let act = move |request: ImportRequest| {
        import_records(organization_id, ImportRequest { dry_run: false, ..request })
    };
    view! {
        <Dialog title="Import from a spreadsheet" close wide=true>
            <p>
                "A CSV file as \u{201c}Export\u{201d} makes it: one row for each record, with the record's key and whichever columns
                shall change. A cell that is empty empties its field. Every row is checked first; nothing is saved before you say so."
            </p>
            <div class="field">
                <label for="import-file">"File"</label>
                <input
                    class="input"
                    id="import-file"
                    type="file"
                    accept=".csv,text/csv,.txt,.tsv"
                    node_ref=input
                    disabled=move || !hydrated.get() || proposing.is_busy() || proposing.is_done()
                    on:change=chosen
                />
            </div>
            <Proposal proposing act />
            <div class="button-row">
                <CloseDialog label="Close" />
            </div>
        </Dialog>
    }
    .into_any()
}

/// The file's text, read as UTF-8.
async fn text_of(file: &File) -> Option<String> {
    JsFuture::from(file.text()).await.ok()?.as_string()
}
