//! A port that can be closed, as in an outage, and opened again at the same address.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::connection::{CuttableListener, Scissors};

#[derive(Debug)]
pub(crate) struct Port {
    address: SocketAddr,
    /// Closes the port for good, with the whole simulator.
    stopping: CancellationToken,
    serving: Mutex<Option<Serving>>,
}

#[derive(Debug)]
struct Serving {
    closing: CancellationToken,
    task: JoinHandle<()>,
}

impl Port {
    /// Takes the address, so that it is known; nothing is accepted until [`Port::serve`].
    pub(crate) async fn bind(
        address: SocketAddr,
        stopping: CancellationToken,
    ) -> io::Result<(Self, TcpListener)> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok((Self { address, stopping, serving: Mutex::new(None) }, listener))
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves the router on this listener.
    pub(crate) async fn serve(&self, listener: TcpListener, router: Router) {
        *self.serving.lock().await = Some(Serving::start(listener, router, self.stopping.child_token()));
    }

    /// Opens the port again, if it is closed.
    pub(crate) async fn open(&self, router: Router) -> io::Result<()> {
        let mut serving = self.serving.lock().await;
        if serving.is_none() {
            let listener = TcpListener::bind(self.address).await?;
            *serving = Some(Serving::start(listener, router, self.stopping.child_token()));
        }
        Ok(())
    }

    /// Refuses new connections and cuts those that there are. Requests in work are finished all the same, unheard.
    pub(crate) async fn close(&self) {
        if let Some(serving) = self.serving.lock().await.take() {
            serving.closing.cancel();
            // It ends at once; a panic in it has been reported by the runtime already.
            let _ = serving.task.await;
        }
    }

    pub(crate) async fn is_open(&self) -> bool {
        self.serving.lock().await.is_some()
    }
}

impl Serving {
    fn start(listener: TcpListener, router: Router, closing: CancellationToken) -> Self {
        let listener = CuttableListener { listener, closing: closing.clone() };
        let service = router.into_make_service_with_connect_info::<Scissors>();
        let closed = closing.clone();
        let task = tokio::spawn(async move {
            tokio::select! {
                () = closed.cancelled() => {}
                result = async { axum::serve(listener, service).await } => {
                    if let Err(error) = result {
                        tracing::error!(%error, "the port stopped serving");
                    }
                }
            }
        });
        Self { closing, task }
    }
}
