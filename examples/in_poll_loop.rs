//! The runtime inside a loop in the manner of C, around `poll(2)`: the program watches a descriptor of its own and the
//! runtime's, sleeps until one of them is readable or the runtime's next deadline has come, and turns the runtime.
//!
//! Its own descriptor here is a pipe, into which a thread writes the lines of some device. Meanwhile the runtime serves
//! an echo and asks it, with pauses in between.
//!
//! Run it with `cargo run --release --example in_poll_loop`.

#[cfg(unix)]
fn main() -> std::io::Result<()> {
    in_poll_loop::main()
}

#[cfg(not(unix))]
fn main() {
    println!("poll(2) is Unix's; see the example `in_gui_loop` for what works everywhere");
}

#[cfg(unix)]
mod in_poll_loop {
    #[path = "../in_poll_loop/device.rs"]
    mod device;
    #[path = "../in_poll_loop/network.rs"]
    mod network;

    use std::io::{self, Read};
    use std::os::unix::net::UnixStream;

    use runtime::Runtime;
    use runtime::time::{Duration, Instant};
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;

    pub(crate) fn main() -> io::Result<()> {
        let [] = examples::Usage("in_poll_loop").arguments();
        let mut device = device::start()?;
        let runtime = Runtime::new()?;
        let network = runtime.spawn(network::converse());
        let mut lines = 0;

        while lines < 3 || !network.is_finished() {
            if wait(&runtime, &device)? {
                let mut line = [0; 64];
                let count = device.read(&mut line)?;
                lines += line[..count].iter().filter(|byte| **byte == b'\n').count();
                print!("{}", String::from_utf8_lossy(&line[..count]));
            }
            // Also when only the deadline has come. It returns at once if there is nothing to do.
            runtime.turn(Some(Duration::ZERO))?;
        }
        println!("the network said {}", runtime.block_on(network)??);
        Ok(())
    }

    /// Sleeps until the device or the runtime has something, or the runtime's deadline has come; true if the device
    /// has.
    fn wait(runtime: &Runtime, device: &UnixStream) -> io::Result<bool> {
        let mut polled = vec![PollFd::new(device, PollFlags::IN)];
        let mut longest = Duration::from_secs(60);
        match runtime.as_fd() {
            Ok(fd) => polled.push(PollFd::from_borrowed_fd(fd, PollFlags::IN)),
            // On a Linux older than 5.11 there is nothing to watch: then the runtime is turned often.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                longest = Duration::from_millis(5);
            }
            Err(error) => return Err(error),
        }
        // Asked last: whatever has run since the last time may have set a timer, or woken a task.
        let next = runtime.next_deadline();
        let next = next.map(|next| next.duration_since(Instant::now()));
        let timeout = next.map_or(longest, |next| next.min(longest));
        let timeout = Timespec::try_from(timeout).map_err(io::Error::other)?;
        match poll(&mut polled, Some(&timeout)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(polled[0].revents().contains(PollFlags::IN))
    }
}
