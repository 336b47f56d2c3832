//! The browser's `EventSource`, with its listeners kept for as long as it is open.

use uuid::Uuid;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{EventSource, MessageEvent};

use super::{EventKind, LiveEvent};

type Listener<E> = Closure<dyn FnMut(E)>;

/// An open connection; dropping it closes it.
#[derive(Debug)]
pub(super) struct Source {
    connection: EventSource,
    _opened: Listener<JsValue>,
    _lost: Listener<JsValue>,
    _received: Listener<MessageEvent>,
}

impl Source {
    /// `None` if the browser has no such thing.
    pub(super) fn open(
        organization_id: Uuid,
        opened: impl Fn() + 'static,
        lost: impl Fn(bool) + 'static,
        received: impl Fn(LiveEvent) + 'static,
    ) -> Option<Self> {
        let connection = EventSource::new(&format!("/api/events?organizationId={organization_id}")).ok()?;
        let opened = Listener::new(move |_: JsValue| opened());
        let handle = connection.clone();
        let lost = Listener::new(move |_: JsValue| lost(handle.ready_state() == EventSource::CLOSED));
        let received = Listener::new(move |message: MessageEvent| {
            let event =
                message.data().as_string().and_then(|data| serde_json::from_slice(data.as_bytes()).ok());
            if let Some(event) = event {
                received(event);
            }
        });
        connection.set_onopen(Some(opened.as_ref().unchecked_ref()));
        connection.set_onerror(Some(lost.as_ref().unchecked_ref()));
        for kind in EventKind::ALL {
            let listener = received.as_ref().unchecked_ref();
            connection.add_event_listener_with_callback(kind.as_str(), listener).ok()?;
        }
        Some(Self { connection, _opened: opened, _lost: lost, _received: received })
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.connection.set_onopen(None);
        self.connection.set_onerror(None);
        self.connection.close();
    }
}
