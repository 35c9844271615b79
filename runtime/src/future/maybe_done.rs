//! A future and then its value, in one place: what `join!` keeps of each of its futures.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

pin_project! {
    /// A future, then its value, then nothing.
    pub struct MaybeDone<F: Future> {
        #[pin]
        stage: Stage<F>,
    }
}

pin_project! {
    #[project = StageProjected]
    #[project_replace = StageReplaced]
    enum Stage<F: Future> {
        Future { #[pin] future: F },
        Done { value: F::Output },
        Taken,
    }
}

impl<F: Future> MaybeDone<F> {
    /// Makes one of anything that can be awaited.
    pub fn new(future: impl IntoFuture<IntoFuture = F>) -> Self {
        let future = future.into_future();
        MaybeDone {
            stage: Stage::Future { future },
        }
    }

    /// Polls the future unless it was ready already; true when its value is here.
    pub fn poll_done(self: Pin<&mut Self>, cx: &mut Context<'_>) -> bool {
        let mut stage = self.project().stage;
        let StageProjected::Future { future } = stage.as_mut().project() else {
            return true;
        };
        let Poll::Ready(value) = future.poll(cx) else {
            return false;
        };
        stage.project_replace(Stage::Done { value });
        true
    }

    /// The value, if it is here.
    pub fn take(self: Pin<&mut Self>) -> Option<F::Output> {
        let stage = self.project().stage;
        if !matches!(*stage, Stage::Done { .. }) {
            return None;
        }
        match stage.project_replace(Stage::Taken) {
            StageReplaced::Done { value } => Some(value),
            StageReplaced::Future { .. } | StageReplaced::Taken => None,
        }
    }
}

impl<F, T, E> MaybeDone<F>
where
    F: Future<Output = Result<T, E>>,
{
    /// The error, if the value is here and is one.
    pub fn take_error(self: Pin<&mut Self>) -> Option<E> {
        if !matches!(self.stage, Stage::Done { value: Err(_) }) {
            return None;
        }
        self.take().and_then(Result::err)
    }
}

impl<F: Future> fmt::Debug for MaybeDone<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match self.stage {
            Stage::Future { .. } => "Future",
            Stage::Done { .. } => "Done",
            Stage::Taken => "Taken",
        };
        write!(f, "MaybeDone::{stage}")
    }
}
