//! Connections, each of them a task that hyper's own part serves; what is served it does not know.

use axum::Router;
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use runtime::hyper::{HyperExecutor, HyperIo, HyperTimer};
use runtime::net::TcpListener;
use runtime::time::{Duration, timeout};

/// Who asks nothing for so long, or so slowly, is let go; who has asked may stay.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until nobody was there for a while.
pub(crate) async fn serve(
    listener: &TcpListener,
    router: Router,
    idle: Duration,
    connections: &GracefulShutdown,
) {
    let mut server = auto::Builder::new(HyperExecutor);
    server
        .http1()
        .timer(HyperTimer)
        .header_read_timeout(PATIENCE);
    server
        .http2()
        .timer(HyperTimer)
        .keep_alive_interval(Duration::from_secs(20));
    loop {
        match timeout(idle, listener.accept()).await {
            Ok(Ok((stream, peer))) => {
                let service = TowerToHyperService::new(router.clone());
                let (server, watcher) = (server.clone(), connections.watcher());
                drop(runtime::spawn(async move {
                    // hyper looks without a clock which version is spoken: so the first byte is waited for here.
                    if !matches!(timeout(PATIENCE, stream.peek(&mut [0])).await, Ok(Ok(1))) {
                        return;
                    }
                    let connection = server.serve_connection(HyperIo::new(stream), service);
                    if let Err(error) = watcher.watch(connection.into_owned()).await {
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
