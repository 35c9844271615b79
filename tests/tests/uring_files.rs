//! Files on io_uring: the system does it all, and no thread is started.
#![cfg(all(target_os = "linux", feature = "uring"))]

mod on_uring;

use std::io;

use on_uring::{looks, uring};
use runtime::fs::File;
use runtime::future::poll_once;

#[test]
fn files_need_no_thread() {
    let Some(runtime) = uring() else { return };
    let path = std::env::temp_dir().join(format!("runtime-uring-{}", std::process::id()));
    runtime.block_on(async {
        let ours = threads_named_for_blocking_work();
        let file = File::create(&path).await.unwrap();
        let (written, _) = file.write_all_at("hello world", 0).await;
        assert_eq!(written.unwrap(), 11);
        file.sync_all().await.unwrap();
        file.sync_data().await.unwrap();
        let file = File::open(&path).await.unwrap();
        let (length, word) = file.read_exact_at(vec![0; 5], 6).await;
        assert_eq!((length.unwrap(), word), (5, b"world".to_vec()));
        let missing = File::open("/nowhere/at/all").await.unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        assert!(missing.to_string().contains("/nowhere/at/all"), "{missing}");
        assert_eq!(threads_named_for_blocking_work(), ours);

        // Dropped half-way, in each stage.
        for turns in 0..4 {
            let mut opening = Box::pin(File::open(&path));
            let mut reading = file.read_at(vec![0; 1 << 20], 0);
            let _ = (poll_once(&mut opening).await, poll_once(&mut reading).await);
            for _ in 0..turns {
                looks().await;
            }
        }
    });
    std::fs::remove_file(&path).unwrap();
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    let paths = open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    drop(runtime);
    let left: Vec<_> = paths
        .filter(|open| open.to_string_lossy().contains(&name))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

/// Other tests of this process may have some of their own, but none of them uses the pool.
fn threads_named_for_blocking_work() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names =
        tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names
        .filter(|name| name.starts_with("runtime-blockin"))
        .count()
}
