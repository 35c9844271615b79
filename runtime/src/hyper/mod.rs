//! HTTP by hyper 1.x on this runtime: what hyper asks of a runtime, and nothing of HTTP itself.
//!
//! | hyper asks for | here it is |
//! |---|---|
//! | a stream ([`hyper::rt::Read`], [`Write`](hyper::rt::Write)) | [`HyperIo`] around any stream of `futures-io` |
//! | a place for its tasks ([`hyper::rt::Executor`]), for HTTP/2 | [`HyperExecutor`] |
//! | a clock ([`hyper::rt::Timer`]), for all timeouts | [`HyperTimer`] |
//!
//! Which parts of hyper are built (`client`, `server`, `http1`, `http2`) is your manifest's choice. Services, bodies
//! and what they hold need not be `Send`, only the pieces that a client sends (`Body::Data`: `Bytes`, mostly). Neither
//! need the streams, but for HTTP/1's upgrades, where [`ThreadBound`](crate::task::ThreadBound) helps.
//!
//! Set the timer on every server: by it hyper ends connections whose request does not come, which without it stay for
//! ever. To end a server in order, call `graceful_shutdown` on its connections: each ends when its requests are
//! answered.
//!
//! ```
//! use std::cell::Cell;
//! use std::convert::Infallible;
//! use std::rc::Rc;
//! use http_body_util::{BodyExt, Empty, Full};
//! use hyper::body::Bytes;
//! use hyper::service::service_fn;
//! use hyper::{Request, Response, client, server};
//! use runtime::hyper::{HyperIo, HyperTimer};
//! use runtime::net::{TcpListener, TcpStream};
//!
//! runtime::block_on(async {
//!     let listener = TcpListener::bind("127.0.0.1:0").await?;
//!     let address = listener.local_addr()?;
//!     runtime::spawn(async move {
//!         let visits = Rc::new(Cell::new(0)); // No `Arc`, no atomics: one thread serves them all.
//!         while let Ok((stream, _)) = listener.accept().await {
//!             let visits = visits.clone();
//!             let service = service_fn(move |_| {
//!                 visits.set(visits.get() + 1);
//!                 let answer = format!("visitor {}", visits.get());
//!                 async { Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(answer))) }
//!             });
//!             let connection = server::conn::http1::Builder::new()
//!                 .timer(HyperTimer)
//!                 .serve_connection(HyperIo::new(stream), service);
//!             runtime::spawn(connection); // A panic in the service would end this connection only.
//!         }
//!     });
//!
//!     let stream = HyperIo::new(TcpStream::connect(address).await?);
//!     let (mut requests, connection) = client::conn::http1::handshake(stream).await?;
//!     runtime::spawn(connection);
//!     let request = Request::get("/").header("host", "localhost").body(Empty::<Bytes>::new())?;
//!     let answer = requests.send_request(request).await?;
//!     assert_eq!(answer.into_body().collect().await?.to_bytes(), "visitor 1");
//!     Ok::<_, Box<dyn std::error::Error>>(())
//! })?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```

mod executor;
mod io;
mod timer;

pub use self::executor::HyperExecutor;
pub use self::io::HyperIo;
pub use self::timer::HyperTimer;
