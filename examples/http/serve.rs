//! Connections, each of them a task that hyper's own part serves; what is served it does not know.

use std::future::pending;
use std::rc::Rc;

use axum::Router;
use hyper::service::{Service, service_fn};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use runtime::future::or;
use runtime::hyper::{HyperExecutor, HyperIo, HyperTimer};
use runtime::net::TcpListener;
use runtime::sync::Notify;
use runtime::time::{Duration, timeout};

/// What it waits for, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// When nobody was there for so long, the server ends.
    pub(crate) idle: Duration,
    /// Who asks nothing for so long, or so slowly, is let go; who has asked may stay.
    pub(crate) patience: Duration,
}

/// Serves until nobody was there for a while.
pub(crate) async fn serve(
    listener: &TcpListener,
    router: Router,
    limits: Limits,
    connections: &GracefulShutdown,
) {
    let mut server = auto::Builder::new(HyperExecutor);
    server
        .http1()
        .timer(HyperTimer)
        .header_read_timeout(limits.patience);
    server
        .http2()
        .timer(HyperTimer)
        .keep_alive_interval(Duration::from_secs(20));
    loop {
        match timeout(limits.idle, listener.accept()).await {
            Ok(Ok((stream, peer))) => {
                let asked = Rc::new(Notify::new());
                let silence = silence(asked.clone(), limits.patience);
                let routes = TowerToHyperService::new(router.clone());
                let service = service_fn(move |request| {
                    asked.notify_one();
                    routes.call(request)
                });
                let connection = server.serve_connection(HyperIo::new(stream), service);
                let connection = connections.watch(connection.into_owned());
                drop(runtime::spawn(async move {
                    if let Some(Err(error)) = or(async { Some(connection.await) }, silence).await {
                        eprintln!("{peer}: {error}");
                    }
                }));
            }
            Ok(Err(error)) => eprintln!("{error}"), // No descriptor is left, say: the next `accept` waits a little.
            Err(_) if connections.count() == 0 => return,
            Err(_) => {}
        }
    }
}

/// Ready when nothing was asked in time. hyper looks without a clock which version is spoken, and over HTTP/2 it waits
/// without one for the first request.
async fn silence<T>(asked: Rc<Notify>, patience: Duration) -> Option<T> {
    match timeout(patience, asked.notified()).await {
        Ok(()) => pending().await,
        Err(_) => None,
    }
}
