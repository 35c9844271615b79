//! On which CPUs threads may run, where the system lets a thread choose; what they run, it does not know.

pub(super) use self::imp::{Cpu, usable};

#[cfg(target_os = "linux")]
mod imp {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    /// A CPU by its number.
    #[derive(Debug, PartialEq)]
    pub(crate) struct Cpu(usize);

    /// Those that the current thread may use, and with it all that it starts; none if the system does not say.
    pub(crate) fn usable() -> Vec<Cpu> {
        // It fails where there are more of them than the type has room for, and in some sandboxes.
        sched_getaffinity(None).map_or_else(|_| Vec::new(), |set| members(&set))
    }

    fn members(set: &CpuSet) -> Vec<Cpu> {
        let numbers = 0..CpuSet::MAX_CPU;
        numbers.filter(|cpu| set.is_set(*cpu)).map(Cpu).collect()
    }

    impl Cpu {
        /// From now on the current thread runs here. If that is refused, it runs where it may.
        pub(crate) fn bind_this_thread(&self) {
            let mut set = CpuSet::new();
            set.set(self.0);
            let _ = sched_setaffinity(None, &set);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod imp {
    /// There is none by which a thread could be bound.
    pub(crate) enum Cpu {}

    pub(crate) fn usable() -> Vec<Cpu> {
        Vec::new()
    }

    impl Cpu {
        pub(crate) fn bind_this_thread(&self) {
            match *self {}
        }
    }
}
