//! Many downloads at once, over HTTP and HTTPS, behind progress bars: tasks that borrow from the function around them.
//!
//! Run it with `cargo run --release --example fetch --features web -- [--output DIR] URL…`; `--help` says what else.

use std::error::Error;
use std::process::ExitCode;

use runtime::future::or;
use runtime::signal::ctrl_c;
use runtime::sync::Semaphore;
use runtime::task;

#[path = "fetch/client.rs"]
mod client;
#[path = "fetch/display.rs"]
mod display;
#[path = "fetch/download.rs"]
mod download;
#[path = "fetch/options.rs"]
mod options;
#[path = "fetch/output.rs"]
mod output;
#[path = "fetch/trust.rs"]
mod trust;

use client::Client;
use display::Display;
use download::download;
use options::Options;
use output::create_folder;

fn main() -> ExitCode {
    let options = match Options::from_arguments() {
        Ok(options) => options,
        Err(status) => return status,
    };
    match runtime::block_on(or(interrupted(), fetch(&options))) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("fetch: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Ends all when somebody presses Ctrl-C. The other future is dropped then, and what was not complete goes with it.
async fn interrupted() -> Result<bool, Box<dyn Error>> {
    ctrl_c().await?;
    Err("interrupted; what was not complete is gone".into())
}

/// Fetches all of them, so many at once, and says whether all went well. The error is one that concerns all.
async fn fetch(options: &Options) -> Result<bool, Box<dyn Error>> {
    let client = Client::new(trust::connector(options.ca.as_deref())?, options.patience);
    let display = Display::new(options.targets.len());
    let places = Semaphore::new(options.jobs);
    let folder = options.output.as_deref();
    if let Some(folder) = folder {
        create_folder(folder).await?;
    }

    // If one cannot tell how it went, because nobody reads what we print, the others need not go on.
    task::try_scope(async |s| {
        for target in &options.targets {
            let place = places.acquire().await;
            let (client, display) = (&client, &display);
            s.try_spawn(async move {
                let bar = display.begin(&target.name);
                let fetched = download(client, target, folder, &bar).await;
                drop(place);
                display.end(target, bar, fetched)
            });
        }
        std::io::Result::Ok(())
    })
    .await?;
    Ok(display.sum_up()?)
}
