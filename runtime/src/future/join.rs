//! `join!` and `try_join!`: as many futures as are named, each polled until it is ready.

/// Waits for all of the futures and gives the tuple of their values.
///
/// They run in one task, at the same time but never in parallel. It awaits at once: the macro's value is the tuple.
/// In each poll another one is polled first, so that none that is always ready starves the others.
///
/// # Cancel safety
/// Dropping the future around it drops all of them.
///
/// ```
/// use runtime::time::{Duration, sleep};
///
/// runtime::block_on(async {
///     let slow = async {
///         sleep(Duration::from_millis(1)).await;
///         1
///     };
///     assert_eq!(runtime::join!(slow, async { "two" }), (1, "two"));
/// });
/// ```
#[macro_export]
macro_rules! join {
    ($($future:expr),+ $(,)?) => {
        $crate::__join!(all [] $($future,)+)
    };
}

/// Waits for all of the futures, which give `Result`s of one error type, or for the first error.
///
/// It awaits at once and gives `Ok` with the tuple of the values, or the first error; the other futures are dropped
/// then.
///
/// ```
/// use std::future::pending;
///
/// runtime::block_on(async {
///     let sum = runtime::try_join!(async { Ok::<_, &str>(1) }, async { Ok(2) });
///     assert_eq!(sum, Ok((1, 2)));
///
///     let error = runtime::try_join!(async { Err::<(), _>("no") }, pending::<Result<(), _>>());
///     assert_eq!(error, Err("no"));
/// });
/// ```
#[macro_export]
macro_rules! try_join {
    ($($future:expr),+ $(,)?) => {
        $crate::__join!(try [] $($future,)+)
    };
}

/// Pins the futures one by one, each under a name of its own: every round of the recursion makes a new `future`.
///
/// The budget of a poll is one for all of them, and one that is always ready spends it all. So they take turns in
/// being the first: those from `first` on are polled, then those before it.
#[doc(hidden)]
#[macro_export]
macro_rules! __join {
    ($mode:ident [$($pinned:ident)*] $first:expr, $($rest:tt)*) => {{
        let mut future = ::core::pin::pin!($crate::__private::MaybeDone::new($first));
        $crate::__join!($mode [$($pinned)* future] $($rest)*)
    }};
    (all [$($pinned:ident)*]) => {{
        let count = [$(::core::stringify!($pinned)),*].len();
        let mut first = 0;
        ::core::future::poll_fn(|cx| {
            let mut done = true;
            for before in [false, true] {
                let mut places = 0..count;
                $(
                    if (places.next() < ::core::option::Option::Some(first)) == before {
                        done &= $pinned.as_mut().poll_done(cx);
                    }
                )*
            }
            first = (first + 1) % count;
            if done { ::core::task::Poll::Ready(()) } else { ::core::task::Poll::Pending }
        })
        .await;
        ($( $pinned.as_mut().take().expect("every future was ready"), )*)
    }};
    (try [$($pinned:ident)*]) => {{
        let count = [$(::core::stringify!($pinned)),*].len();
        let mut first = 0;
        ::core::future::poll_fn(|cx| {
            let mut done = true;
            for before in [false, true] {
                let mut places = 0..count;
                $(
                    if (places.next() < ::core::option::Option::Some(first)) == before {
                        if !$pinned.as_mut().poll_done(cx) {
                            done = false;
                        } else if let ::core::option::Option::Some(error) =
                            $pinned.as_mut().take_error()
                        {
                            return ::core::task::Poll::Ready(::core::result::Result::Err(error));
                        }
                    }
                )*
            }
            first = (first + 1) % count;
            if !done {
                return ::core::task::Poll::Pending;
            }
            ::core::task::Poll::Ready(::core::result::Result::Ok(($(
                match $pinned.as_mut().take() {
                    ::core::option::Option::Some(::core::result::Result::Ok(value)) => value,
                    _ => ::core::unreachable!("every future was ready, with a value"),
                },
            )*)))
        })
        .await
    }};
}
