//! What the command line asks for.

use anyhow::{Result, bail};
use clap::{Parser, Subcommand};

use crate::peers::Peer;
use crate::works::{self, Work};

/// Builds this runtime and its peers, runs them on the same work, and prints the table.
#[derive(Debug, Parser)]
#[command(name = "benches")]
pub(crate) struct Options {
    /// How often everything that shakes is measured; 7 if nothing is said
    #[arg(long)]
    rounds: Option<usize>,
    /// Only these peers, as `ours,tokio,floor`; the ratios to the floor need the floor
    #[arg(long, value_delimiter = ',')]
    peers: Vec<String>,
    /// Only these works or groups of them, as `spawn,echo-1,instructions`
    #[arg(long, value_delimiter = ',')]
    works: Vec<String>,
    /// Two rounds of short samples: to see that it works, not for figures
    #[arg(long)]
    pub(crate) quick: bool,
    /// Print the names of the peers and the works, and measure nothing
    #[arg(long)]
    pub(crate) list: bool,
    #[command(subcommand)]
    pub(crate) command: Option<Order>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Order {
    /// Measure of this runtime what does not shake, and fail where it is over its bound
    Bounds {
        /// Write what is measured as the new figures of today into bounds.toml
        #[arg(long)]
        write: bool,
    },
}

impl Options {
    pub(crate) fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 2 } else { 7 }).max(1)
    }

    /// How many times shorter samples are than they should be.
    pub(crate) fn shorter(&self) -> u64 {
        if self.quick { 10 } else { 1 }
    }

    /// The peers that were asked for.
    pub(crate) fn choose_peers(&self, all: Vec<Peer>) -> Result<Vec<Peer>> {
        for name in &self.peers {
            if !all.iter().any(|peer| peer.name == *name) {
                bail!("there is no peer of the name {name:?}; --list shows all");
            }
        }
        let wanted = |peer: &Peer| self.peers.is_empty() || self.peers.contains(&peer.name);
        Ok(all.into_iter().filter(wanted).collect())
    }

    /// True if the smallest clients are to be measured, too.
    pub(crate) fn wants_clients(&self) -> bool {
        self.works.is_empty() || self.works.iter().any(|name| name == works::CLIENTS)
    }

    /// The works that were asked for.
    pub(crate) fn choose_works(&self) -> Result<Vec<Work>> {
        let is = |work: &Work, name: &String| work.name == *name || work.group == *name;
        for name in &self.works {
            if name != works::CLIENTS && !works::ALL.iter().any(|work| is(work, name)) {
                bail!("there is no work of the name {name:?}; --list shows all");
            }
        }
        let wanted =
            |work: &&Work| self.works.is_empty() || self.works.iter().any(|name| is(work, name));
        Ok(works::ALL.iter().filter(wanted).copied().collect())
    }
}
