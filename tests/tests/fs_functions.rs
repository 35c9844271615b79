//! The functions on paths do what the standard library's do, and what fails says what it was about.

use std::error::Error;
use std::future::Future;
use std::io::{self, ErrorKind};
#[cfg(unix)]
use std::path::Path;
use std::pin::pin;

use runtime::Runtime;
use runtime::fs::{self, DirBuilder, File, OpenOptions};
use runtime::future::poll_once;
use runtime::io::{AsyncReadExt, AsyncWriteExt};

mod each_driver;
mod folder;
mod gate;
mod scratch;
mod wine;
use each_driver::on_each_driver;
use folder::Folder;
use gate::Gate;

#[test]
fn contents() {
    on_each_driver(async || {
        let folder = Folder::new();
        let (file, other) = (folder.path("file"), folder.path("other"));
        fs::write(&file, "hello world").await?;
        assert_eq!(fs::read(&file).await?, b"hello world");
        fs::write(&file, vec![b'h', b'i']).await?;
        assert_eq!(fs::read_to_string(&file).await?, "hi", "it is replaced");
        let copied = fs::copy(&file, &other).await?;
        assert!(copied == 2 || wine::lacks("the number of bytes that were copied"));
        assert_eq!(fs::read(&other).await?, b"hi");
        fs::write(&file, [0xff]).await?;
        let error = fs::read_to_string(&file).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        assert!(error.to_string().starts_with("reading "), "{error}");
        Ok(())
    });
}

#[test]
fn names() {
    on_each_driver(async || {
        let folder = Folder::new();
        let (a, b) = (folder.path("a"), folder.path("b"));
        fs::write(&a, "hello").await?;
        fs::rename(&a, &b).await?;
        assert!(!fs::try_exists(&a).await? && fs::try_exists(&b).await?);
        fs::hard_link(&b, &a).await?;
        fs::remove_file(&b).await?;
        assert_eq!(fs::read(&a).await?, b"hello");

        fs::create_dir(folder.path("one")).await?;
        fs::remove_dir(folder.path("one")).await?;
        fs::create_dir_all(folder.path("one/two/three")).await?;
        fs::create_dir_all(folder.path("one/two/three")).await?;
        fs::write(folder.path("one/two/file"), "x").await?;
        let error = fs::remove_dir(folder.path("one")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DirectoryNotEmpty);
        fs::remove_dir_all(folder.path("one")).await?;
        assert!(!fs::try_exists(folder.path("one")).await?);

        let builder = DirBuilder::default();
        assert!(builder.create(folder.path("x/y")).await.is_err());
        builder
            .clone()
            .recursive(true)
            .create(folder.path("x/y"))
            .await?;
        assert!(builder.create(folder.path("x/y")).await.is_err());
        Ok(())
    });
}

#[test]
fn facts() {
    on_each_driver(async || {
        let folder = Folder::new();
        let file = folder.path("file");
        fs::write(&file, "hello").await?;
        let known = fs::metadata(&file).await?;
        assert!(known.is_file() && known.len() == 5);
        assert!(fs::symlink_metadata(folder.path(".")).await?.is_dir());
        let canonical = fs::canonicalize(folder.path("../").join(file.parent().unwrap())).await?;
        assert_eq!(canonical, std::fs::canonicalize(folder.path("."))?);
        let mut permissions = known.permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions).await?;
        assert!(fs::metadata(&file).await?.permissions().readonly());
        let opened = File::open(&file).await?;
        opened.set_permissions(known.permissions()).await?;
        assert!(!fs::metadata(&file).await?.permissions().readonly());
        Ok(())
    });
}

#[cfg(unix)]
#[test]
fn what_only_unix_has() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    on_each_driver(async || {
        let folder = Folder::new();
        let (file, link) = (folder.path("file"), folder.path("link"));
        let mut secret = OpenOptions::new()
            .write(true)
            .create(true)
            .mode(0o600)
            .clone();
        secret.custom_flags(0);
        secret.open(&file).await?;
        assert_eq!(
            fs::metadata(&file).await?.permissions().mode() & 0o777,
            0o600
        );
        fs::symlink("file", &link).await?;
        assert_eq!(fs::read_link(&link).await?, Path::new("file"));
        assert!(fs::symlink_metadata(&link).await?.is_symlink());
        let mut names = fs::read_dir(folder.path(".")).await?;
        while let Some(entry) = names.next_entry().await? {
            assert_eq!(entry.ino(), entry.metadata().await?.ino());
            assert_eq!(
                entry.file_type().await?.is_symlink(),
                entry.file_name() == "link"
            );
        }
        fs::remove_file(&link).await?;
        fs::metadata(&file).await?;
        DirBuilder::new()
            .mode(0o700)
            .create(folder.path("own"))
            .await?;
        let own = fs::metadata(folder.path("own")).await?;
        assert_eq!(own.permissions().mode() & 0o777, 0o700);
        Ok(())
    });
}

/// What a call of ours gives, and what the standard library's does.
#[track_caller]
fn same<T>(words: &str, ours: io::Result<T>, theirs: io::Result<T>) {
    let (Err(ours), Err(theirs)) = (ours, theirs) else {
        panic!("both must fail: {words}");
    };
    assert_eq!(ours.kind(), theirs.kind());
    assert_eq!(ours.to_string(), format!("{words}: {theirs}"));
    let source = ours.source().and_then(|source| source.downcast_ref());
    let source: &io::Error = source.expect("the system's error is the source");
    assert_eq!(source.raw_os_error(), theirs.raw_os_error());
}

#[test]
fn errors_tell_the_path_and_keep_their_kind() {
    on_each_driver(async || {
        let folder = Folder::new();
        let (none, dir) = (folder.path("none"), folder.path("dir"));
        let (other, below) = (folder.path("other"), folder.path("none/below"));
        std::fs::create_dir(&dir)?;
        let (n, d, b) = (none.display(), dir.display(), below.display());
        macro_rules! same {
            ($words:expr, $name:ident($($argument:expr),*)) => {
                same(
                    &$words,
                    fs::$name($($argument),*).await.map(drop),
                    std::fs::$name($($argument),*).map(drop),
                )
            };
        }
        same!(format!("reading {n}"), read(&none));
        same!(format!("reading {d}"), read(&dir));
        same!(format!("reading {n}"), read_to_string(&none));
        same!(format!("writing {b}"), write(&below, "x"));
        same!(format!("writing {d}"), write(&dir, "x"));
        same!(format!("copying {n} to {d}"), copy(&none, &dir));
        same!(format!("renaming {n} to {d}"), rename(&none, &dir));
        same!(format!("linking {n} to {d}"), hard_link(&none, &dir));
        same!(format!("removing {n}"), remove_file(&none));
        same!(format!("removing {n}"), remove_dir(&none));
        same!(format!("removing {n}"), remove_dir_all(&none));
        same!(format!("making the folder {d}"), create_dir(&dir));
        same!(format!("making the folder {b}"), create_dir(&below));
        std::fs::write(&other, "x")?;
        let within = other.join("within");
        let w = within.display();
        same!(format!("making the folder {w}"), create_dir_all(&within));
        same!(format!("looking at {n}"), metadata(&none));
        same!(format!("looking at {n}"), symlink_metadata(&none));
        same!(format!("resolving {n}"), canonicalize(&none));
        same!(format!("reading the link {n}"), read_link(&none));
        same!(format!("reading the folder {n}"), read_dir(&none));
        let permissions = std::fs::metadata(&dir)?.permissions();
        same!(
            format!("setting the permissions of {n}"),
            set_permissions(&none, permissions.clone())
        );
        same(
            &format!("opening {n}"),
            OpenOptions::new().write(true).open(&none).await.map(drop),
            std::fs::OpenOptions::new()
                .write(true)
                .open(&none)
                .map(drop),
        );
        same(
            &format!("opening {n}"),
            OpenOptions::new().open(&none).await.map(drop),
            std::fs::OpenOptions::new().open(&none).map(drop),
        );
        Ok(())
    });
}

#[test]
fn options_are_the_standard_librarys() {
    on_each_driver(async || {
        for chosen in 0..1 << 6 {
            let has = |bit: u32| chosen >> bit & 1 == 1;
            let folder = Folder::new();
            let file = folder.path("file");
            if has(0) {
                std::fs::write(&file, "hello")?;
            }
            let mut theirs = std::fs::OpenOptions::new();
            theirs
                .read(true)
                .write(has(1))
                .append(has(2))
                .truncate(has(3));
            theirs.create(has(4)).create_new(has(5));
            let mut ours = OpenOptions::default();
            ours.read(true)
                .write(has(1))
                .append(has(2))
                .truncate(has(3));
            ours.create(has(4)).create_new(has(5));
            let opened = ours.open(&file).await.map(drop);
            let after = std::fs::read(&file).ok();
            let _ = std::fs::remove_file(&file);
            if has(0) {
                std::fs::write(&file, "hello")?;
            }
            let converted = OpenOptions::from(theirs.clone()).open(&file).await;
            assert_eq!(converted.map(drop).is_ok(), opened.is_ok(), "{ours:?}");
            let _ = std::fs::remove_file(&file);
            if has(0) {
                std::fs::write(&file, "hello")?;
            }
            match (opened, theirs.open(&file)) {
                (Ok(_), Ok(_)) => {}
                (Err(ours), Err(theirs)) => assert_eq!(ours.kind(), theirs.kind()),
                (opened, theirs) => panic!("{opened:?} is not {theirs:?}: {ours:?}"),
            }
            assert_eq!(after, std::fs::read(&file).ok(), "{ours:?}");
        }
        Ok(())
    });
}

/// What no thread has begun never happens; what was begun does.
#[test]
fn calls_dropped_before_their_start_never_happen() {
    let runtime = Runtime::builder().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let folder = Folder::new();
        let (file, none) = (folder.path("file"), folder.path("none"));
        std::fs::write(&file, "hello").unwrap();
        let gate = Gate::default();
        let busy = gate.occupy_some(1);
        async fn begin_and_drop<T>(call: impl Future<Output = io::Result<T>>) {
            assert!(poll_once(pin!(call)).await.is_none());
        }
        begin_and_drop(fs::write(&file, "jelly")).await;
        begin_and_drop(fs::copy(&file, &none)).await;
        begin_and_drop(fs::rename(&file, &none)).await;
        begin_and_drop(fs::remove_file(&file)).await;
        begin_and_drop(fs::remove_dir_all(folder.path("."))).await;
        begin_and_drop(fs::create_dir_all(&none)).await;
        begin_and_drop(fs::read_dir(folder.path("."))).await;
        begin_and_drop(OpenOptions::new().write(true).truncate(true).open(&file)).await;
        gate.let_through(busy).await;
        assert_eq!(fs::read(&file).await.unwrap(), b"hello");
        assert!(!fs::try_exists(&none).await.unwrap());
    });
}

/// And what the end of the runtime has found in the queue says so.
#[test]
fn a_runtime_that_ends_is_an_error() {
    let folder = Folder::new();
    let file = folder.path("file");
    let runtime = Runtime::builder().max_blocking_threads(1).build().unwrap();
    let gate = Gate::default();
    let mut write = Box::pin(fs::write(&file, "hello"));
    let mut list = Box::pin(fs::read_dir(folder.path(".")));
    let busy = runtime.block_on(async {
        let busy = gate.occupy_some(1);
        assert!(poll_once(write.as_mut()).await.is_none());
        assert!(poll_once(list.as_mut()).await.is_none());
        busy
    });
    drop(runtime);
    runtime::block_on(async {
        for error in [write.await.err(), list.await.err()] {
            let error = error.expect("it is told").to_string();
            assert!(error.contains("keep the `Runtime`"), "{error}");
        }
        gate.let_through(busy).await;
    });
    assert!(!file.exists());
}

/// Whatever was dropped has happened or has not, and nothing else has.
#[test]
fn dropped_at_every_await() {
    async fn story(folder: &Folder) -> io::Result<Vec<u8>> {
        let (a, b) = (folder.path("a"), folder.path("b"));
        let mut file = OpenOptions::new().read(true).write(true).open(&a).await?;
        file.write_all(b"new words, ").await?;
        file.write_all(b"and more of them").await?;
        file.flush().await?;
        file.rewind().await?;
        let mut words = Vec::new();
        file.read_to_end(&mut words).await?;
        file.try_clone().await?.sync_all().await?;
        drop(file); // On Windows the name is taken for as long as it is open.
        fs::copy(&a, &b).await?;
        fs::remove_file(&a).await?;
        fs::rename(&b, &a).await?;
        let mut left = fs::read_dir(folder.path(".")).await?;
        assert_eq!(left.next_entry().await?.unwrap().file_name(), "a");
        assert!(left.next_entry().await?.is_none());
        Ok(words)
    }
    const ALL: &[u8] = b"new words, and more of them";
    on_each_driver(async || {
        for polls in 0..1000 {
            let folder = Folder::new();
            std::fs::write(folder.path("a"), "")?;
            if let Some(words) = poll_then_drop(story(&folder), polls).await {
                assert_eq!(words?, ALL);
                return Ok(());
            }
            // A thread may still be at work.
            let either =
                std::fs::read(folder.path("a")).or_else(|_| std::fs::read(folder.path("b")));
            let left = either.unwrap_or_default();
            assert!(ALL.starts_with(&left), "{left:?} after {polls} polls");
            folder.leave();
        }
        panic!("it never ends");
    });
}

/// Polls a future so many times, each time when it was woken, and drops it then.
async fn poll_then_drop<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    use std::task::Poll;
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(move |cx| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
