//! Runs a test on every driver that this system has, with a runtime each; one that hangs has failed.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "each test file takes what it needs"
)]

use std::cell::Cell;
use std::io;
use std::time::Duration;

use reactor::DriverKind;
use runtime::Runtime;
use runtime::io::owned::{Read, ReadExact, ReadVectored, Transfer, Write, WriteAll, WriteVectored};
use runtime::io::{IoBuf, IoBufMut};
use runtime::net::halves::{OwnedReadHalf, OwnedWriteHalf, Splittable};

/// Nothing waits so long in a test that passes.
const PATIENCE: Duration = Duration::from_secs(20);

/// The first one is io_uring where that was built in.
const KINDS: [DriverKind; 2] = [DriverKind::Auto, DriverKind::Polling];

thread_local! {
    static COMPLETES: Cell<bool> = const { Cell::new(false) };
}

/// True while the test runs on a driver that completes operations itself: what was begun is under way then, and may
/// have happened before it is cancelled.
pub(crate) fn completes() -> bool {
    COMPLETES.get()
}

pub(crate) fn on_each_driver(test: impl AsyncFn() -> io::Result<()>) {
    for kind in KINDS {
        let runtime = Runtime::builder().driver(kind).build().expect("a runtime");
        // Which driver it is shows with the first source.
        let socket = runtime.block_on(runtime::net::UdpSocket::bind("127.0.0.1:0"));
        drop(socket.expect("a socket"));
        COMPLETES.set(runtime.driver_name() == "io_uring");
        let guarded = runtime.block_on(runtime::time::timeout(PATIENCE, test()));
        let ended = guarded.unwrap_or_else(|_| panic!("it hangs on {kind:?}: an event was lost"));
        ended.unwrap_or_else(|error| panic!("{error} on {kind:?}"));
    }
}

/// Tests of streams: each is an `async fn` of two ends, and is run with TCP and Unix streams on each driver.
macro_rules! stream_tests {
    ($($(#[$attribute:meta])* async fn $name:ident($here:ident, $there:ident) $body:block)*) => {$(
        $(#[$attribute])*
        #[test]
        fn $name() {
            async fn with<S: each_driver::Whole>($here: S, $there: S) -> std::io::Result<()> $body
            each_driver::on_each_driver(async || {
                let (here, there) = pair::pair().await?;
                with(here, there).await
            });
            #[cfg(unix)]
            each_driver::on_each_driver(async || {
                let (here, there) = runtime::net::UnixStream::pair()?;
                with(here, there).await
            });
        }
    )*};
}

pub(crate) use stream_tests;

/// What all streams have, by names that a test can use without knowing the stream.
pub(crate) trait Whole: Splittable + Sized + 'static {
    fn read_owned<B: IoBufMut>(&self, buffer: B) -> Transfer<'_, Self, B, Read>;
    fn read_exact_owned<B: IoBufMut>(&self, buffer: B) -> Transfer<'_, Self, B, ReadExact>;
    fn read_vectored_owned<B: IoBufMut>(
        &self,
        buffers: Vec<B>,
    ) -> Transfer<'_, Self, Vec<B>, ReadVectored>;
    fn write_owned<B: IoBuf>(&self, buffer: B) -> Transfer<'_, Self, B, Write>;
    fn write_all_owned<B: IoBuf>(&self, buffer: B) -> Transfer<'_, Self, B, WriteAll>;
    fn write_vectored_owned<B: IoBuf>(
        &self,
        buffers: Vec<B>,
    ) -> Transfer<'_, Self, Vec<B>, WriteVectored>;
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize>;
    fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize>;
    fn end_writing(&self) -> io::Result<()>;
    fn halves(self) -> (OwnedReadHalf<Self>, OwnedWriteHalf<Self>);
}

macro_rules! whole {
    ($stream:ty) => {
        impl Whole for $stream {
            fn read_owned<B: IoBufMut>(&self, buffer: B) -> Transfer<'_, Self, B, Read> {
                <$stream>::read_owned(self, buffer)
            }
            fn read_exact_owned<B: IoBufMut>(&self, buffer: B) -> Transfer<'_, Self, B, ReadExact> {
                <$stream>::read_exact_owned(self, buffer)
            }
            fn read_vectored_owned<B: IoBufMut>(
                &self,
                buffers: Vec<B>,
            ) -> Transfer<'_, Self, Vec<B>, ReadVectored> {
                <$stream>::read_vectored_owned(self, buffers)
            }
            fn write_owned<B: IoBuf>(&self, buffer: B) -> Transfer<'_, Self, B, Write> {
                <$stream>::write_owned(self, buffer)
            }
            fn write_all_owned<B: IoBuf>(&self, buffer: B) -> Transfer<'_, Self, B, WriteAll> {
                <$stream>::write_all_owned(self, buffer)
            }
            fn write_vectored_owned<B: IoBuf>(
                &self,
                buffers: Vec<B>,
            ) -> Transfer<'_, Self, Vec<B>, WriteVectored> {
                <$stream>::write_vectored_owned(self, buffers)
            }
            fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
                <$stream>::try_write(self, bytes)
            }
            fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
                <$stream>::try_read(self, buffer)
            }
            fn end_writing(&self) -> io::Result<()> {
                self.shutdown(std::net::Shutdown::Write)
            }
            fn halves(self) -> (OwnedReadHalf<Self>, OwnedWriteHalf<Self>) {
                self.into_split()
            }
        }
    };
}

whole!(runtime::net::TcpStream);
#[cfg(unix)]
whole!(runtime::net::UnixStream);
