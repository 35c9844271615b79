//! `#[runtime::main]` and `#[runtime::test]` on every form of function that they accept.
//!
//! The forms that they refuse are `compile_fail` examples in the documentation of `runtime`.

use std::cell::Cell;
use std::error::Error;
use std::fmt::Display;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::process::{ExitCode, Termination};
use std::rc::Rc;

/// The runtime under another name.
mod renamed {
    pub(crate) use runtime as rt;
}

/// A runtime in name only: the attributes have to find it where `crate = path` says.
mod pretended {
    thread_local! {
        pub(crate) static WAS_ASKED: super::Cell<bool> = const { super::Cell::new(false) };
    }

    pub(crate) mod __private {
        pub(crate) fn main<F: Future>(future: F) -> F::Output {
            super::WAS_ASKED.set(true);
            runtime::block_on(future)
        }
    }
}

/// What a framework does that hands the runtime on to its users.
macro_rules! framework_main {
    ($name:ident -> $output:ty { $($body:tt)* }) => {
        #[runtime::main(crate = $crate::renamed::rt)]
        async fn $name() -> $output { $($body)* }
    };
}

/// Each kind of capture that can end up in a function.
macro_rules! captured {
    ($(#[$meta:meta])* $vis:vis $name:ident $output:ty, $path:path, $body:block) => {
        #[runtime::main(crate = $path)]
        $(#[$meta])*
        $vis async fn $name() -> $output $body
    };
}

/// The whole function as one capture.
macro_rules! as_item {
    ($($item:item)*) => {
        $(#[runtime::test] $item)*
    };
}

mod tests_that_return {
    use super::*;

    #[runtime::test]
    async fn nothing() {}

    #[runtime::test]
    async fn an_io_result() -> io::Result<()> {
        later(io::Result::Ok(())).await?;
        Ok(())
    }

    #[runtime::test]
    async fn a_boxed_error() -> Result<(), Box<dyn Error>> {
        let number: u8 = later("7").await.parse()?;
        if number != 7 {
            return Err("not seven".into());
        }
        Ok(())
    }

    #[runtime::test]
    async fn an_exit_code() -> ExitCode {
        ExitCode::SUCCESS
    }

    #[runtime::test]
    async fn some_termination() -> impl Termination {
        later(ExitCode::SUCCESS).await
    }
}

mod tests_with_attributes {
    use super::*;

    #[runtime::test]
    #[should_panic]
    async fn below() {
        later(()).await;
        panic!("expected");
    }

    #[should_panic(expected = "as foretold")]
    #[runtime::test]
    async fn above() {
        later(()).await;
        panic!("as foretold");
    }

    #[runtime::test]
    #[ignore = "shows that the attribute is kept"]
    async fn ignored() {}

    #[runtime::test]
    #[cfg(any())]
    async fn left_out() {
        nobody_wrote_this();
    }

    /// A doc comment above is no obstacle.
    #[runtime::test()]
    /// Nor is one below.
    #[expect(unused_variables, reason = "shows that lint levels reach the body")]
    async fn documented() {
        let nobody_reads_this = later(1).await;
    }

    #[runtime::test]
    async fn r#async() {}

    as_item! {
        /// This one and its doc comment came out of a macro.
        #[should_panic]
        pub(super) async fn captured_whole() {
            panic!("expected");
        }

        async fn another_captured_whole() -> io::Result<()> {
            Ok(())
        }
    }
}

mod functions_with_other_names {
    use super::*;

    #[runtime::main]
    async fn number() -> i32 {
        later(42).await
    }

    #[runtime::main]
    async fn parsed() -> Result<u8, std::num::ParseIntError> {
        let number: u8 = later("256").await.parse()?;
        Ok(number)
    }

    #[runtime::main]
    async fn words() -> impl Iterator<Item = impl Display> + use<> {
        later(["one", "two"]).await.into_iter()
    }

    #[runtime::main]
    async fn local() -> Rc<Cell<u8>> {
        let cell = Rc::new(Cell::new(0));
        let seen = Rc::clone(&cell);
        later(()).await;
        seen.set(1);
        cell
    }

    #[runtime::main]
    async fn borrowed() -> &'static str {
        later("static").await
    }

    #[runtime::main]
    async fn a_function() -> fn(u8) -> u8 {
        |number| number + 1
    }

    #[runtime::main]
    async fn never() -> ! {
        panic!("no way back")
    }

    /// Within its own body, the function is the async one.
    #[runtime::main]
    async fn counted_down() -> u8 {
        thread_local!(static LEFT: Cell<u8> = const { Cell::new(3) });
        if LEFT.get() > 0 {
            LEFT.set(LEFT.get() - 1);
            let again: Pin<Box<dyn Future<Output = u8>>> = Box::pin(counted_down());
            return again.await + 1;
        }
        0
    }

    #[test]
    fn hand_back_their_values() {
        assert_eq!(number(), 42);
        assert!(parsed().is_err());
        assert_eq!(
            words().map(|word| word.to_string()).collect::<String>(),
            "onetwo"
        );
        assert_eq!(local().get(), 1);
        assert_eq!(borrowed(), "static");
        assert_eq!(a_function()(1), 2);
        assert_eq!(counted_down(), 3);
    }

    #[test]
    #[should_panic(expected = "no way back")]
    fn panic_at_the_callers() {
        never()
    }

    struct Counter;

    impl Counter {
        #[runtime::main]
        pub(super) async fn start() -> u8 {
            later(5).await
        }
    }

    #[test]
    fn may_belong_to_a_type() {
        assert_eq!(Counter::start(), 5);
    }

    #[test]
    fn may_stand_within_a_function() {
        #[runtime::main]
        async fn main() -> u8 {
            later(6).await
        }
        assert_eq!(main(), 6);
    }
}

mod another_path_to_the_runtime {
    use super::*;

    use crate::renamed::rt;

    #[rt::test(crate = rt)]
    async fn bare() {}

    #[rt::test(crate = "rt")]
    async fn quoted() {}

    #[rt::test(crate = crate::renamed::rt,)]
    async fn long() {}

    #[rt::test(crate = "crate::renamed::rt")]
    async fn long_and_quoted() {}

    #[rt::test(crate = ::runtime)]
    async fn rooted() {}

    #[rt::test(crate = "::runtime")]
    async fn rooted_and_quoted() {}

    #[rt::test(crate = super::renamed::rt)]
    async fn above() {}

    framework_main!(through_a_framework -> u8 { later(7).await });

    captured! {
        /// Documented.
        pub(crate) every_part Result<u8, Box<dyn Error>>, crate::renamed::rt, { Ok(later(8).await) }
    }

    captured!(private_parts(u8, u8), rt, { later((9, 9)).await });

    #[test]
    fn may_come_from_a_macro() {
        assert_eq!(through_a_framework(), 7);
        assert_eq!(every_part().unwrap(), 8);
        assert_eq!(private_parts(), (9, 9));
    }
}

#[runtime::main(crate = pretended)]
async fn run_by_another() -> u8 {
    later(1).await
}

#[test]
fn the_path_decides_who_runs_the_function() {
    assert_eq!(run_by_another(), 1);
    assert!(pretended::WAS_ASKED.get());
}

/// Gives back `value`, though not at once, so that a body that awaits it is polled twice.
async fn later<T>(value: T) -> T {
    let mut waited = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
    value
}
