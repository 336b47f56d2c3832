//! `/o/:org/notifications/choices`: what the user wants to be told, and how.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use crate::backend::{NotificationChoice, NotificationChoices, NotificationKind};
use crate::components::action_outcome::{ActionError, on_success};
use crate::components::loaded::Loaded;
use crate::components::notice::{Notice, NoticeBanner};
use crate::components::place_inputs::PlaceInputs;
use crate::components::table_frame::TableFrame;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::fetched::fetched;
use crate::layout::inbox::use_unread;
use crate::server_fns::notifications::{ChooseNotifications, chosen_notifications};
use crate::session::use_organization;

/// What the kinds are about.
const fn told(kind: NotificationKind) -> (&'static str, &'static str) {
    match kind {
        NotificationKind::Conflict => {
            ("Conflicts", "Somebody in PEMS changed what you changed, or decided it for you")
        }
        NotificationKind::Failure => ("Failures", "PEMS refused a change of yours, or reading failed"),
        NotificationKind::Rollback => ("Rollbacks", "One waits for your approval, or yours was decided"),
        NotificationKind::Paused => ("Stopped servers", "PEMS is out of reach or refuses our password"),
    }
}

/// The page.
#[component]
pub fn ChoicesPage() -> impl IntoView {
    let choose = ServerAction::<ChooseNotifications>::new();
    let toasts = use_toasts();
    let unread = use_unread();
    let choices = fetched(|| (), |()| chosen_notifications());
    on_success(choose, move |()| {
        unread.refetch();
        toasts.say(Tone::Ok, Notice::ChoicesSaved.text());
    });
    let inbox = format!("/o/{}/notifications", use_organization().code);
    view! {
        <Title text="What you are told" />
        <div class="page">
            <p>
                <A href=inbox>"Notifications"</A>
            </p>
            <h1>"What you are told"</h1>
            <NoticeBanner />
            <ActionError action=choose />
            <Loaded resource=choices what="your choices" let:choices>
                <Form choices choose />
            </Loaded>
        </div>
    }
    .into_any()
}

#[component]
fn Form(choices: NotificationChoices, choose: ServerAction<ChooseNotifications>) -> impl IntoView {
    let NotificationChoices { choices, sends_mail, address } = choices;
    let rows = choices.into_iter().map(|choice| view! { <Row choice sends_mail /> }).collect_view();
    let hint = if sends_mail {
        format!(
            "Mail goes to {address}, about what you have not read within a minute; much at once is one mail."
        )
    } else {
        "This server sends no mail: whoever runs it has to set SMTP_URL first.".to_owned()
    };
    view! {
        <ActionForm action=choose attr:class="panel notification-choices">
            <PlaceInputs back="notifications/choices" />
            <TableFrame label="What you are told">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"About"</th>
                            <th scope="col">"In the app"</th>
                            <th scope="col">"By mail"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </TableFrame>
            <p class="field-hint">{hint}</p>
            <button class="button button-primary" type="submit" disabled=move || choose.pending().get()>
                "Save"
            </button>
        </ActionForm>
    }
    .into_any()
}

#[component]
fn Row(choice: NotificationChoice, sends_mail: bool) -> impl IntoView {
    let NotificationChoice { kind, in_app, by_mail } = choice;
    let (name, what) = told(kind);
    view! {
        <tr>
            <th scope="row">
                {name}
                <span class="muted notification-what">{what}</span>
            </th>
            <td>
                <input
                    type="checkbox"
                    name="in_app[]"
                    value=kind.as_str()
                    checked=in_app
                    aria-label=format!("{name} in the app")
                />
            </td>
            <td>
                <input
                    type="checkbox"
                    name="by_mail[]"
                    value=kind.as_str()
                    checked=by_mail
                    disabled=!sends_mail
                    aria-label=format!("{name} by mail")
                />
            </td>
        </tr>
    }
    .into_any()
}
