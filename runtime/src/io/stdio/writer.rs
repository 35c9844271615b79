//! What `Stdout` and `Stderr` have in common: a handle with at most one piece that it wants written.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use reactor::budget;

use super::desk::Desk;
use super::output::{Output, Piece};

/// A write is ready when it has happened, and so there is nothing left to do at the end of the program.
///
/// A future that is dropped does not say so, and the next write may be another one. So a piece is told by its bytes:
///
/// ```text
///                       the same bytes: goes on waiting
///                            ┌───────┐
///             poll_write     │       ▼   the thread has written it
///   no piece ────────────▶ a piece of ours ────────────────────────▶ no piece, ready
///                            │       ▲
///                            └───────┘
///              other bytes: takes it back, unless it was begun; then a new piece
/// ```
pub(super) struct Writer {
    desk: &'static Desk<Output>,
    piece: Option<Arc<Piece>>,
}

impl Writer {
    pub(super) fn new(desk: &'static Desk<Output>) -> Writer {
        Writer { desk, piece: None }
    }

    /// A write of which nobody has heard the end.
    pub(super) fn is_writing(&self) -> bool {
        self.piece.is_some()
    }

    pub(super) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        ready!(budget::poll_left(cx));
        if let Some(piece) = &self.piece {
            if !piece.begins(bytes) {
                // Of a write that was dropped. If it was begun, the new one comes behind it.
                self.desk.revoke(piece);
                self.piece = None;
            }
        }
        let piece = match &mut self.piece {
            Some(piece) => piece,
            none => none.insert(self.desk.submit(bytes)?),
        };
        let written = ready!(piece.poll(cx));
        self.piece = None;
        budget::spend();
        Poll::Ready(written)
    }

    /// Waits for the end of the last write, if that was dropped; those before it come first, or have happened.
    pub(super) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(piece) = &self.piece else {
            return Poll::Ready(Ok(()));
        };
        let written = ready!(piece.poll(cx));
        self.piece = None;
        Poll::Ready(written.map(drop))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Some(piece) = &self.piece {
            self.desk.revoke(piece);
        }
    }
}
