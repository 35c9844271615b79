//! The options of a TCP stream, set and read back.

use std::io;
use std::time::Duration;

mod pair;
mod wine;
use pair::pair;

#[runtime::test]
async fn options_are_kept() -> io::Result<()> {
    let (client, _server) = pair().await?;
    for on in [true, false] {
        client.set_nodelay(on)?;
        assert_eq!(client.nodelay()?, on);
        client.set_keepalive(on)?;
        assert_eq!(client.keepalive()?, on);
    }
    client.set_ttl(42)?;
    assert_eq!(client.ttl()?, 42);
    assert_eq!(client.linger()?, None);
    client.set_linger(Some(Duration::from_millis(1)))?;
    assert_eq!(client.linger()?, Some(Duration::from_secs(1)), "rounded up");
    client.set_linger(None)?;
    assert_eq!(client.linger()?, None);
    assert!(client.take_error()?.is_none());
    if !wine::lacks("options for the probes of a connection") {
        client.set_keepalive_idle(Duration::from_secs(30))?;
        client.set_keepalive_interval(Duration::from_secs(5))?;
        client.set_keepalive_probes(3)?;
    }
    Ok(())
}
