//! A form whose faults stand at its inputs.
//!
//! Nothing typed is lost when the server refuses: with scripts the inputs stay as they are; without them the page that
//! says why begins with what was typed.

use leptos::html;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::banner::Banner;
use super::icon::{Glyph, Icon};
use super::tone::Tone;
use crate::backend::BackendError;
use crate::error::ErrorMessage;

/// Why the last try was refused. A handle: copy it around.
#[derive(Debug, Clone, Copy)]
pub struct Refusal(Memo<Option<BackendError>>);

impl Refusal {
    /// Of an action, or of the plain form that was posted before this page.
    pub fn of<S>(action: ServerAction<S>) -> Self
    where
        S: ServerFn<Error = BackendError> + Clone + Send + Sync + 'static,
        S::Output: Send + Sync + 'static,
    {
        let value = action.value();
        Self(Memo::new(move |_| {
            value.with(|value| value.as_ref().and_then(|answer| answer.as_ref().err().cloned()))
        }))
    }

    /// What is wrong with a field, by its name in the API.
    pub fn at(self, field: &str) -> Option<String> {
        self.0.with(|error| match error {
            Some(BackendError::Invalid { errors, .. }) => {
                errors.iter().find(|error| error.field == field).map(|error| error.message.clone())
            }
            _ => None,
        })
    }
}

/// The refusal itself, over the inputs. With scripts the first input that is at fault gets the focus.
#[component]
pub fn RefusalMessage(refusal: Refusal) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if refusal.0.with(Option::is_some) {
            // After the inputs have been marked.
            request_animation_frame(move || {
                let form = node.get_untracked().and_then(|node| node.closest("form, section").ok().flatten());
                let first = form.and_then(|form| form.query_selector("[aria-invalid=true]").ok().flatten());
                if let Some(input) = first.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
                    // Only an element that is gone cannot be focused.
                    let _ = input.focus();
                }
            });
        }
    });
    view! {
        <div node_ref=node>
            {move || {
                refusal
                    .0
                    .get()
                    .map(|error| match error {
                        BackendError::Invalid { errors, .. } if !errors.is_empty() => {
                            view! {
                                <Banner tone=Tone::Bad role="alert">
                                    <p>"Nothing was saved. What is wrong stands at the fields."</p>
                                </Banner>
                            }
                                .into_any()
                        }
                        error => view! { <ErrorMessage error /> }.into_any(),
                    })
            }}
        </div>
    }
    .into_any()
}

/// A labelled input with its hint and its fault.
#[component]
pub fn TextField(
    /// In the form; the input's id as well.
    name: &'static str,
    label: &'static str,
    /// What it begins with.
    #[prop(into)]
    value: String,
    refusal: Refusal,
    /// The field's name in the API, if that is another one.
    #[prop(optional)]
    field: Option<&'static str>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let field = field.unwrap_or(name);
    let error = Memo::new(move |_| refusal.at(field));
    let has_hint = hint.is_some();
    let described = move || {
        let ids = [
            has_hint.then(|| format!("{name}-hint")),
            error.with(Option::is_some).then(|| format!("{name}-error")),
        ];
        let ids: Vec<String> = ids.into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                class="input"
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                required=required
                autofocus=error.get_untracked().is_some()
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described
            />
            {hint
                .map(|hint| {
                    view! {
                        <p class="field-hint" id=format!("{name}-hint")>
                            {hint}
                        </p>
                    }
                })} <FieldFault id=format!("{name}-error") error />
        </div>
    }
    .into_any()
}

/// What is wrong with an input; nothing if it is all right.
#[component]
pub fn FieldFault(
    /// What the input's `aria-describedby` says.
    id: String,
    #[prop(into)] error: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        error.get().map(|error| {
            view! {
                <p class="field-error" id=id.clone()>
                    <Icon glyph=Glyph::Warning />
                    {error}
                </p>
            }
        })
    }
}
