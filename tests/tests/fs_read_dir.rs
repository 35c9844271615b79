//! Folders are read by a thread, many entries at a time: all of them, once each, and none without bound.

use std::collections::BTreeSet;
use std::io;

use runtime::fs::{self, ReadDir};
use runtime::future::poll_once;
use runtime::stream::StreamExt;
use runtime::{Runtime, block_on};

mod each_driver;
mod folder;
mod gate;
mod scratch;
use each_driver::on_each_driver;
use folder::Folder;
use gate::Gate;

/// As many as a thread reads at once.
const AT_ONCE: usize = 128;

fn with_files(count: usize) -> Folder {
    let folder = Folder::new();
    for number in 0..count {
        std::fs::write(folder.path(&number.to_string()), "").unwrap();
    }
    folder
}

async fn next(listed: &mut ReadDir) -> io::Result<Option<String>> {
    let entry = listed.next_entry().await?;
    Ok(entry.map(|entry| entry.file_name().into_string().unwrap()))
}

#[test]
fn a_big_folder_is_read_whole() {
    const MANY: usize = 5000;
    let folder = with_files(MANY);
    on_each_driver(async || {
        let mut names = BTreeSet::new();
        let mut listed = fs::read_dir(&folder).await?;
        while let Some(entry) = listed.next_entry().await? {
            assert_eq!(entry.path().parent(), Some(folder.as_ref()));
            assert!(names.insert(entry.file_name()), "twice: {entry:?}");
        }
        assert_eq!(names.len(), MANY);
        assert!(listed.next_entry().await?.is_none(), "it has ended");
        Ok(())
    });
}

#[test]
fn every_size_about_that_of_a_batch() {
    on_each_driver(async || {
        for count in [0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 2 * AT_ONCE] {
            let folder = with_files(count);
            let listed = fs::read_dir(&folder).await?;
            let names: BTreeSet<_> = listed
                .map(|entry| entry.unwrap().file_name())
                .collect()
                .await;
            assert_eq!(names.len(), count);
        }
        Ok(())
    });
}

/// What was taken from the folder at first is ready at once; the next ones are a way to a thread. No more than these
/// are read for whoever waits.
#[test]
fn one_way_to_a_thread_is_for_many_entries() {
    let folder = with_files(2 * AT_ONCE + 1);
    let runtime = Runtime::builder().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let mut listed = fs::read_dir(&folder).await.unwrap();
        let gate = Gate::default();
        let busy = gate.occupy_some(1);
        for number in 0..AT_ONCE - 1 {
            let entry = poll_once(Box::pin(next(&mut listed))).await;
            assert!(entry.is_some(), "entry {number} has to wait");
        }
        // The 128th is the last of what a poll may do besides.
        runtime::task::yield_now().await;
        assert!(poll_once(Box::pin(next(&mut listed))).await.is_some());
        assert!(poll_once(Box::pin(next(&mut listed))).await.is_none());
        gate.let_through(busy).await;
        // That future was dropped, and no entry with it.
        let mut left = 0;
        while next(&mut listed).await.unwrap().is_some() {
            left += 1;
        }
        assert_eq!(left, AT_ONCE + 1);
    });
}

/// An entry is one of the 128 things that a poll may do, and so is reading the folder.
#[test]
fn entries_cost_budget() {
    let folder = with_files(AT_ONCE);
    block_on(async {
        let mut listed = fs::read_dir(&folder).await.unwrap();
        let mut done = 0;
        while poll_once(Box::pin(next(&mut listed))).await.is_some() {
            done += 1;
        }
        assert_eq!(done, 127);
        assert!(
            next(&mut listed).await.unwrap().is_some(),
            "there is one more"
        );
        assert!(next(&mut listed).await.unwrap().is_none());
    });
}

#[test]
fn what_cannot_be_read_is_told() {
    on_each_driver(async || {
        let folder = with_files(1);
        let error = fs::read_dir(folder.path("0")).await.unwrap_err();
        let words = format!("reading the folder {}: ", folder.path("0").display());
        assert!(error.to_string().starts_with(&words), "{error}");
        let mut listed = fs::read_dir(&folder).await?;
        let entry = listed.next_entry().await?.expect("there is one");
        assert!(entry.file_type().await?.is_file());
        std::fs::remove_file(entry.path())?;
        #[cfg(unix)] // Windows tells it with the name.
        {
            let error = entry.metadata().await.unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::NotFound);
            let words = format!("looking at {}: ", entry.path().display());
            assert!(error.to_string().starts_with(&words), "{error}");
        }
        assert!(entry.file_type().await?.is_file(), "as it was");
        Ok(())
    });
}

#[test]
fn it_outlives_its_runtime_and_hears_of_the_end() {
    let folder = with_files(3 * AT_ONCE);
    let runtime = Runtime::builder().max_blocking_threads(1).build().unwrap();
    let mut listed = runtime.block_on(fs::read_dir(&folder)).unwrap();
    let mut count = 0;
    runtime.block_on(async {
        for _ in 0..AT_ONCE + 1 {
            next(&mut listed).await.unwrap().unwrap();
            count += 1;
        }
    });
    drop(runtime);
    block_on(async {
        while next(&mut listed).await.unwrap().is_some() {
            count += 1;
        }
    });
    assert_eq!(count, 3 * AT_ONCE);

    let runtime = Runtime::builder().max_blocking_threads(1).build().unwrap();
    let mut listed = runtime.block_on(fs::read_dir(&folder)).unwrap();
    let gate = Gate::default();
    let busy = runtime.block_on(async {
        for _ in 0..AT_ONCE {
            next(&mut listed).await.unwrap().unwrap();
        }
        let busy = gate.occupy_some(1);
        runtime::task::yield_now().await; // The next poll may do more.
        assert!(poll_once(Box::pin(next(&mut listed))).await.is_none());
        busy
    });
    drop(runtime);
    block_on(async {
        let error = next(&mut listed).await.unwrap_err().to_string();
        assert!(error.contains("keep the `Runtime`"), "{error}");
        assert_eq!(next(&mut listed).await.unwrap(), None, "it ends there");
        gate.let_through(busy).await;
    });
}

#[test]
fn outside_of_a_runtime_it_says_so_and_stays_whole() {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::task::{Context, Waker};
    let folder = with_files(AT_ONCE + 1);
    let mut listed = block_on(fs::read_dir(&folder)).unwrap();
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..AT_ONCE {
        assert!(listed.poll_next(&mut cx).is_ready(), "it was read");
    }
    let misuse = catch_unwind(AssertUnwindSafe(|| listed.poll_next(&mut cx).map(drop)));
    let words = *misuse.unwrap_err().downcast::<String>().unwrap();
    assert!(
        words.starts_with("`ReadDir::next_entry` was called outside of a runtime"),
        "{words}"
    );
    assert!(block_on(next(&mut listed)).unwrap().is_some());
    assert!(block_on(next(&mut listed)).unwrap().is_none());
}
