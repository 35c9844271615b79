//! `copy_bidirectional` when a side fails: in a read, a write, or a close.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use runtime::block_on;
use runtime::io::{AsyncRead, AsyncWrite, copy_bidirectional};

/// Does as it is told at each call.
struct Scripted {
    read: fn() -> Poll<io::Result<usize>>,
    write: fn(usize) -> Poll<io::Result<usize>>,
    close: fn() -> Poll<io::Result<()>>,
}

const SILENT: Scripted = Scripted {
    read: || Poll::Pending,
    write: |count| Poll::Ready(Ok(count)),
    close: || Poll::Ready(Ok(())),
};

impl AsyncRead for Scripted {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        (self.read)()
    }
}

impl AsyncWrite for Scripted {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        (self.write)(bytes.len())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        (self.close)()
    }
}

#[test]
fn an_error_of_either_side_ends_it() {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, NotConnected, WriteZero};
    let talks = || Scripted {
        read: || Poll::Ready(Ok(3)),
        ..SILENT
    };
    let resets = || Scripted {
        read: || Poll::Ready(Err(ConnectionReset.into())),
        ..SILENT
    };
    let breaks = || Scripted {
        write: |_| Poll::Ready(Err(BrokenPipe.into())),
        ..SILENT
    };
    let is_full = || Scripted {
        write: |_| Poll::Ready(Ok(0)),
        ..SILENT
    };
    let ends = || Scripted {
        read: || Poll::Ready(Ok(0)),
        ..SILENT
    };
    let cannot_close = || Scripted {
        close: || Poll::Ready(Err(NotConnected.into())),
        ..SILENT
    };
    for (mut a, mut b, expected) in [
        (resets(), SILENT, ConnectionReset),
        (talks(), breaks(), BrokenPipe),
        (talks(), is_full(), WriteZero),
        (ends(), cannot_close(), NotConnected),
    ] {
        let error = block_on(copy_bidirectional(&mut a, &mut b)).unwrap_err();
        assert_eq!(error.kind(), expected);
        let error = block_on(copy_bidirectional(&mut b, &mut a)).unwrap_err();
        assert_eq!(error.kind(), expected);
    }
}
