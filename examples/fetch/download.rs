//! One download, from its URL to its file or to nowhere; how it is shown is left to the bar.

use std::path::Path;

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Incoming};
use indicatif::HumanBytes;

use crate::client::{Client, Result, cause};
use crate::display::Bar;
use crate::options::Target;
use crate::output::Output;

/// Fetches it into the folder, if there is one.
pub(crate) async fn download(
    client: &Client,
    target: &Target,
    folder: Option<&Path>,
    bar: &Bar,
) -> Result<()> {
    let mut body = client.get(&target.url).await?.into_body();
    let length = body.size_hint().exact();
    bar.expect(length);
    let mut output = match folder {
        Some(folder) => Some(Output::create(folder, &target.name).await?),
        None => None,
    };
    let cut_short = |error| {
        let whole = length.map_or(String::new(), |length| {
            format!(" of {}", HumanBytes(length))
        });
        format!(
            "cut short after {}{whole}: {error}",
            HumanBytes(bar.received())
        )
    };
    loop {
        let piece = client.within("byte", next(&mut body)).await;
        let Some(bytes) = piece.map_err(cut_short)? else {
            break;
        };
        bar.advance(bytes.len());
        if let Some(output) = &mut output {
            output.write(bytes).await?;
        }
    }
    if let Some(output) = output {
        output.finish().await?;
    }
    Ok(())
}

/// The next piece of the body, which has none of its trailers.
async fn next(body: &mut Incoming) -> Result<Option<Bytes>> {
    while let Some(frame) = body.frame().await {
        if let Ok(bytes) = frame.map_err(cause)?.into_data() {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}
