//! Ctrl-C: from the call on, once for each future, also when the program ends by it.

#[cfg(unix)]
mod again;

#[cfg(unix)]
use again::{Program, again, play, role};
use runtime::block_on;
use runtime::future::poll_once;
use runtime::signal::ctrl_c;

/// Nobody presses anything; on every system it can be listened for, more than once.
#[test]
fn it_waits() {
    block_on(async {
        let (mut one, mut two) = (ctrl_c(), ctrl_c());
        for _ in 0..2 {
            assert!(poll_once(&mut one).await.is_none());
            assert!(poll_once(&mut two).await.is_none());
        }
    });
}

#[cfg(unix)]
#[test]
fn every_future_hears_of_the_next_one_after_its_call() {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use runtime::signal::unix::SignalKind;

    const NAME: &str = "every_future_hears_of_the_next_one_after_its_call";
    if role().is_none() {
        assert!(
            Program::start(&mut again(NAME, "interrupted"))
                .wait()
                .success()
        );
        return;
    }
    play(|| {
        block_on(async {
            let press =
                || signal_hook::low_level::raise(SignalKind::interrupt().as_raw_value()).unwrap();
            let (mut one, two) = (ctrl_c(), ctrl_c());
            assert!(poll_once(&mut one).await.is_none());
            press();
            let mut late = ctrl_c();
            (&mut one).await?;
            two.await?; // It was not polled before.
            assert!(poll_once(&mut late).await.is_none());
            press();
            late.await?;

            let again = catch_unwind(AssertUnwindSafe(|| poll_again(&mut one)));
            let words = again.unwrap_err().downcast::<String>().unwrap();
            assert!(words.contains("signal_ctrl_c.rs"), "{words}");
            // Nobody listens, and the program goes on.
            press();
            Ok(())
        })
    });
}

#[cfg(unix)]
#[test]
fn without_descriptors_it_is_an_error_that_comes_when_it_is_awaited() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    const NAME: &str = "without_descriptors_it_is_an_error_that_comes_when_it_is_awaited";
    if role().is_none() {
        let program = Program::start(&mut again(NAME, "exhausted"));
        assert!(program.wait().success());
        return;
    }
    play(|| {
        block_on(async {
            let before = getrlimit(Resource::Nofile);
            let none = Rlimit {
                current: Some(3),
                ..before
            };
            setrlimit(Resource::Nofile, none)?;
            let refused = ctrl_c();
            setrlimit(Resource::Nofile, before)?;
            let error = refused.await.unwrap_err();
            assert!(error.to_string().contains("signal 2"), "{error}");
            // Those who are dropped leave no descriptor behind.
            let few = Rlimit {
                current: Some(64),
                ..before
            };
            setrlimit(Resource::Nofile, few)?;
            for _ in 0..100 {
                let mut listening = ctrl_c();
                assert!(poll_once(&mut listening).await.is_none());
            }
            Ok(())
        })
    });
}

/// Polls a future once, which panics.
#[cfg(unix)]
fn poll_again(future: &mut runtime::signal::CtrlC) {
    use std::future::Future;
    use std::pin::Pin;
    use std::task::{Context, Waker};

    let _ = Pin::new(future).poll(&mut Context::from_waker(Waker::noop()));
}

#[cfg(unix)]
#[test]
fn a_runtime_that_is_gone_is_an_error() {
    let runtime = runtime::Runtime::new().unwrap();
    let pressed = {
        let _guard = runtime.enter();
        ctrl_c()
    };
    drop(runtime);
    let error = block_on(pressed).unwrap_err();
    assert!(error.to_string().contains("has been dropped"), "{error}");
}
