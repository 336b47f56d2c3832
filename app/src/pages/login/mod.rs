//! `/login`.

pub mod form;
#[cfg(feature = "ssr")]
pub mod remembered_name;
pub mod wait;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::ChooseView;
use leptos_router::hooks::use_query_map;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use self::form::LoginForm;
use crate::components::notice::NoticeBanner;
use crate::session::use_user;
use crate::{parts, paths, respond};

/// The page, as a part of the app of its own.
#[derive(Debug, Clone, Copy)]
pub struct Login;

impl ChooseView for Login {
    async fn choose(self) -> AnyView {
        parts::page("login", login()).await
    }

    async fn preload(&self) {
        // If it fails, it is tried again when the page is chosen.
        let _ = load_login().await;
    }
}

#[wasm_split(login, preload(load_login), fallible)]
fn login() -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <LoginPage /> }.into_any())
}

/// Asks for name and password. Whoever is logged in already is led on.
#[component]
pub fn LoginPage() -> impl IntoView {
    let next = use_query_map()
        .with_untracked(|query| query.get("next"))
        .and_then(|next| paths::on_this_site(&next))
        .unwrap_or_else(|| "/".to_owned());
    let logged_in = use_user().is_some();
    if logged_in {
        respond::redirect(&next);
    }
    view! {
        <Title text="Log in" />
        <main class="page-alone login">
            <div class="login-brand">
                <span class="brand-mark" aria-hidden="true">
                    "V"
                </span>
                <span>"PFA Vanguard"</span>
            </div>
            <section class="panel login-panel">
                <h1>"Log in"</h1>
                <NoticeBanner />
                <LoginForm next />
            </section>
            <p class="login-foot muted">"Plan, forecast and actuals, kept in step with PEMS."</p>
        </main>
    }
    .into_any()
}
