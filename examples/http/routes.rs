//! What is answered to whom. It knows nothing of sockets.
//!
//! axum is made for many threads: state and the futures of handlers have to be `Send`. Here is one thread, so what is
//! not `Send` (a `RefCell` that is shared, our timers, sockets and channels) goes into a `ThreadBound`, which checks
//! that it stays here.

use std::cell::RefCell;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::routing::{get, post};
use runtime::stream;
use runtime::task::ThreadBound;
use runtime::time::{self, Duration};

type Visits = Arc<ThreadBound<RefCell<u64>>>;

pub(crate) fn router() -> Router {
    Router::new()
        .route("/", get(hello))
        .route("/greet", get(greet))
        .route("/echo", post(echo))
        .route("/slow", get(slow))
        .route("/count", get(count))
        .with_state(Arc::new(ThreadBound::new(RefCell::new(0))))
}

/// No atomics and no lock: one thread counts.
async fn hello(State(visits): State<Visits>) -> String {
    let mut visits = visits.borrow_mut();
    *visits += 1;
    format!("hello, visitor {visits}\n")
}

async fn greet(Query(query): Query<HashMap<String, String>>) -> String {
    let name = query.get("name").map_or("nobody", String::as_str);
    format!("hello, {name}\n")
}

/// axum takes bodies of at most 2 MB, and refuses others by itself.
async fn echo(body: Bytes) -> Bytes {
    body
}

/// Others are served meanwhile.
async fn slow() -> &'static str {
    sleep(Duration::from_millis(500)).await;
    "that took a while\n"
}

/// A body that comes line by line.
async fn count() -> Body {
    let lines = stream::unfold(1, |line| async move {
        if line > 5 {
            return None;
        }
        sleep(Duration::from_millis(100)).await;
        Some((Ok::<_, Infallible>(format!("{line}\n")), line + 1))
    });
    Body::from_stream(lines)
}

/// Our sleep, as a future that may be named where `Send` is asked for. Any future of ours can be wrapped so.
fn sleep(duration: Duration) -> impl Future<Output = ()> + Send {
    ThreadBound::new(time::sleep(duration))
}
