//! A server and a client by hyper on the runtime, on loopback sockets; it knows nothing of what is asked and answered.

#![allow(dead_code, reason = "each test file takes what it needs")]

use std::cell::Cell;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;

use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Incoming};
use hyper::client::conn;
use hyper::{Request, Response, server};
use runtime::hyper::{HyperExecutor, HyperIo, HyperTimer};
use runtime::net::{TcpListener, TcpStream};
use runtime::spawn;

pub(crate) type Answer = Result<Response<Full<Bytes>>, Infallible>;

pub(crate) fn answer(body: impl Into<Bytes>) -> Answer {
    Ok(Response::new(Full::new(body.into())))
}

pub(crate) fn http1() -> server::conn::http1::Builder {
    let mut builder = server::conn::http1::Builder::new();
    builder.timer(HyperTimer);
    builder
}

pub(crate) fn http2() -> server::conn::http2::Builder<HyperExecutor> {
    let mut builder = server::conn::http2::Builder::new(HyperExecutor);
    builder.timer(HyperTimer);
    builder
}

/// Listens, and runs `serve` for each connection as a task of its own. The counter says how many there were.
pub(crate) async fn listen<F>(
    serve: impl Fn(HyperIo<TcpStream>) -> F + 'static,
) -> io::Result<(SocketAddr, Rc<Cell<usize>>)>
where
    F: Future + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let connections = Rc::new(Cell::new(0));
    let counter = connections.clone();
    spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counter.set(counter.get() + 1);
            spawn(serve(HyperIo::new(stream)));
        }
    });
    Ok((address, connections))
}

/// A connection for requests over HTTP/1, driven by a task.
pub(crate) async fn client1<B>(address: SocketAddr) -> io::Result<conn::http1::SendRequest<B>>
where
    B: Body + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let stream = HyperIo::new(TcpStream::connect(address).await?);
    let (requests, connection) = conn::http1::handshake(stream)
        .await
        .map_err(io::Error::other)?;
    spawn(connection);
    Ok(requests)
}

/// A connection for requests over HTTP/2, driven by a task.
pub(crate) async fn client2<B>(address: SocketAddr) -> io::Result<conn::http2::SendRequest<B>>
where
    B: Body + Unpin + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let stream = HyperIo::new(TcpStream::connect(address).await?);
    let mut builder = conn::http2::Builder::new(HyperExecutor);
    let handshake = builder.timer(HyperTimer).handshake(stream).await;
    let (requests, connection) = handshake.map_err(io::Error::other)?;
    spawn(connection);
    Ok(requests)
}

pub(crate) fn get(path: &str) -> Request<Full<Bytes>> {
    post(path, "")
}

pub(crate) fn post(path: &str, body: impl Into<Bytes>) -> Request<Full<Bytes>> {
    let uri = format!("http://localhost{path}");
    let request = Request::post(uri).header("host", "localhost");
    request.body(Full::new(body.into())).expect("a request")
}

/// A whole body.
pub(crate) async fn body(answer: Response<Incoming>) -> io::Result<Bytes> {
    let collected = answer.into_body().collect().await;
    Ok(collected.map_err(io::Error::other)?.to_bytes())
}

/// Bytes of which no two pieces are alike.
pub(crate) fn many(length: usize) -> Bytes {
    (0..length)
        .map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8)
        .collect()
}
