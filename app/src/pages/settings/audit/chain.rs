//! Whether the log is as it was written: asked by the address, so that it can be asked without scripts.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::backend::ChainReport;
use crate::components::banner::Banner;
use crate::components::field_value::grouped;
use crate::components::loaded::Loaded;
use crate::components::tone::Tone;
use crate::fetched::fetched;
use crate::server_fns::audit::verify_audit;
use crate::session::use_organization;

/// The result, while the address asks: `?verify=`.
#[component]
pub fn Chain() -> impl IntoView {
    let id = use_organization().id;
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| query.get("verify")).is_some());
    let report = fetched(
        move || asked.get(),
        move |asked| async move { if asked { verify_audit(id).await.map(Some) } else { Ok(None) } },
    );
    view! {
        <Loaded resource=report what="whether the log is intact" let:report>
            {report.map(|report| view! { <Report report /> })}
        </Loaded>
    }
    .into_any()
}

#[component]
fn Report(report: ChainReport) -> impl IntoView {
    if report.intact {
        let rows = grouped(&report.rows.unwrap_or_default().to_string());
        return view! {
            <Banner tone=Tone::Ok role="status">
                <p>{format!("The log is as it was written: {rows} entries, each linked to the one before.")}</p>
            </Banner>
        }
        .into_any();
    }
    let problem = report.problem.unwrap_or_default();
    view! {
        <Banner tone=Tone::Bad role="alert">
            <p>{format!("The log is not as it was written: {problem}.")}</p>
            <p>"Every administrator was told. Keep a copy of the database, and find out who could write to it."</p>
        </Banner>
    }
    .into_any()
}
