//! Data from the server with everything that may happen to it: on its way, failed, not found, there.

use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos::tachys::reactive_graph::OwnedView;

use super::loading::Loading;
use crate::backend::BackendError;
use crate::error::ErrorMessage;
use crate::fetched::Fetched;
use crate::pages::not_found::NotFound;
use crate::respond;

/// Shows `resource` once it is there, and keeps showing the old data while new is being fetched.
///
/// ```ignore
/// <Loaded resource=conflicts what="conflicts" let:list>
///     <ConflictTable list />
/// </Loaded>
/// ```
#[component]
pub fn Loaded<T, F, V>(
    resource: Fetched<T>,
    /// "Loading `what` …"
    what: &'static str,
    /// Shows the data. Runs anew with every answer: keep what the user typed outside of it.
    children: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    // What is shown belongs to this component and lives until something else is shown in its place. It must not
    // belong to the closure below: that begins anew with each fetch, while the old data is still shown and used.
    let keeper = Owner::current().expect("a component has an owner");
    view! {
        <Transition fallback=move || view! { <Loading what /> }>
            {move || {
                let (children, keeper) = (children.clone(), keeper.clone());
                Suspend::new(async move {
                    match resource.await {
                        Ok(data) => {
                            let owner = keeper.child();
                            let shown = owner.with(|| children(data));
                            EitherOf3::A(OwnedView::new_with_owner(shown, owner))
                        }
                        Err(BackendError::NotFound { what }) => EitherOf3::B(view! { <NotFound what /> }),
                        Err(error) => {
                            respond::failed(&error);
                            EitherOf3::C(view! { <ErrorMessage error /> })
                        }
                    }
                })
            }}
        </Transition>
    }
}
