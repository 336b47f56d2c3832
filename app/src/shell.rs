//! The HTML document around the app.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::routes::App;

/// Runs before the first paint: a theme that the user chose here earlier replaces the system's, without a flash.
///
/// Whoever goes back before the page was taken over gets that address' page anew: what the server rendered for one address
/// cannot be taken over at another one.
///
/// A constant, so that a content security policy can name its hash.
pub const FIRST_SCRIPT: &str = "const d=document.documentElement.dataset,l=location,u=l.pathname+l.search;\
    try{const t=localStorage.getItem('theme');if(t==='light'||t==='dark')d.theme=t}catch{}\
    addEventListener('popstate',e=>{if(!d.hydrated&&l.pathname+l.search!==u){\
    e.stopImmediatePropagation();d.leaving='true';l.reload()}})";

/// The document; the server renders every page inside of it. `assets` is where its files are, and names their version:
/// `/assets/1a2b3c`.
pub fn shell(options: LeptosOptions, assets: &str) -> impl IntoView + use<> {
    let style = format!("{assets}/pkg/vanguard.css");
    let root = assets.to_owned();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <script inner_html=FIRST_SCRIPT></script>
                <link rel="stylesheet" href=style />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <AutoReload options=options.clone() />
                <HydrationScripts options root />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
