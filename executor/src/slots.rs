//! The slab of tasks: slots with generations, and names that serve more than one task; it polls nothing.

use std::rc::Rc;
use std::sync::Arc;
use std::task::Waker;

use crate::cell::Run;
use crate::home;
use crate::key::Key;
use crate::mailbox::Mailbox;
use crate::name::Name;

/// Where a task stands, or nobody: then name and waker lie among the vacancies, if the slot has any.
struct Slot {
    /// As long as the slot is let. A name, and the `Waker` made from it, serve the next task, too, if nobody else has a
    /// share by then.
    name: Option<Arc<Name>>,
    task: Option<Rc<dyn Run>>,
    generation: u32,
    /// Let to the future that `block_on` polls itself, and which is no task.
    is_root: bool,
}

/// A slot that a task may move into after its first poll, and that serves the next task if it does not have to.
pub(crate) struct Vacancy {
    key: Key,
    name: Arc<Name>,
    waker: Waker,
}

impl Vacancy {
    fn new(key: Key, mailbox: Arc<Mailbox>) -> Self {
        let name = Arc::new(Name::new(key, mailbox));
        let waker = Waker::from(name.clone());
        Vacancy { key, name, waker }
    }

    #[inline]
    pub(crate) fn waker(&self) -> &Waker {
        &self.waker
    }
}

pub(crate) struct Slots {
    slots: Vec<Slot>,
    /// The slots that are free, each with a name that may serve at once. The last one comes first: it is still in the
    /// processor's cache.
    vacancies: Vec<Vacancy>,
}

/// What a key led to.
pub(crate) enum Found {
    Task(Rc<dyn Run>),
    Root,
    /// Nothing: the task has ended.
    Stale,
}

impl Slots {
    pub(crate) const fn new() -> Self {
        Slots {
            slots: Vec::new(),
            vacancies: Vec::new(),
        }
    }

    /// Takes a free slot, or a new one, with its name and waker.
    #[inline]
    pub(crate) fn reserve(&mut self, mailbox: &Arc<Mailbox>) -> Vacancy {
        match self.vacancies.pop() {
            Some(vacancy) => vacancy,
            None => self.add_slot(mailbox),
        }
    }

    fn add_slot(&mut self, mailbox: &Arc<Mailbox>) -> Vacancy {
        let slot = u32::try_from(self.slots.len()).expect("fewer than 2^32 tasks");
        self.slots.push(Slot {
            name: None,
            task: None,
            generation: 0,
            is_root: false,
        });
        let generation = 0;
        Vacancy::new(Key { slot, generation }, mailbox.clone())
    }

    /// The task moves in.
    #[inline]
    pub(crate) fn fill(&mut self, vacancy: Vacancy, task: Rc<dyn Run>) {
        task.keep_waker(vacancy.waker);
        let slot = &mut self.slots[vacancy.key.slot as usize];
        slot.name = Some(vacancy.name);
        slot.task = Some(task);
    }

    /// The task did not have to move in. The name stays for the next one if it is ours alone and its key stands in no
    /// queue; else the slot takes a new generation and a new name, so that whoever still has the old key finds nobody.
    #[inline]
    pub(crate) fn give_up(&mut self, vacancy: Vacancy) {
        let Vacancy { key, name, .. } = &vacancy;
        if name.may_be_reused() {
            self.vacancies.push(vacancy);
            return;
        }
        let slot = &mut self.slots[key.slot as usize];
        slot.generation = slot.generation.wrapping_add(1);
        let key = Key {
            slot: key.slot,
            generation: slot.generation,
        };
        self.vacancies
            .push(Vacancy::new(key, name.mailbox().clone()));
    }

    /// A slot without a task: its wakes are told to the loop. Its key is marked as queued: the caller queues it.
    pub(crate) fn insert_root(&mut self, mailbox: &Arc<Mailbox>) -> (Key, Waker) {
        let Vacancy { key, name, waker } = self.reserve(mailbox);
        name.at_home.raise();
        let slot = &mut self.slots[key.slot as usize];
        slot.name = Some(name);
        slot.is_root = true;
        (key, waker)
    }

    /// Follows a key that was taken out of the home deque, to whoever is to be polled.
    #[inline]
    pub(crate) fn follow(&self, key: Key) -> Found {
        let Some(slot) = self.slot(key) else {
            return Found::Stale;
        };
        if let Some(name) = &slot.name {
            name.at_home.lower();
        }
        match &slot.task {
            Some(task) => Found::Task(task.clone()),
            None if slot.is_root => Found::Root,
            None => Found::Stale,
        }
    }

    /// Frees the slot of a task that has ended. The slot's share of the task is the caller's: nothing is dropped here.
    #[inline]
    pub(crate) fn vacate(&mut self, key: Key, waker: Option<Waker>) -> Option<Rc<dyn Run>> {
        let slot = &mut self.slots[key.slot as usize];
        let (name, task) = (slot.name.take(), slot.task.take());
        if let (Some(name), Some(waker)) = (name, waker) {
            self.give_up(Vacancy { key, name, waker });
        }
        task
    }

    /// Frees the root's slot.
    pub(crate) fn remove_root(&mut self, key: Key, waker: Waker) {
        self.slots[key.slot as usize].is_root = false;
        self.vacate(key, Some(waker));
    }

    /// Moves a key that came through the inbox to the home deque, unless it is there already.
    pub(crate) fn bring_home(&self, key: Key) {
        let Some(slot) = self.slot(key) else {
            return;
        };
        if let Some(name) = &slot.name {
            name.away.lower();
            if name.at_home.raise() {
                home::push_woken(key);
            }
        }
    }

    /// How many slots there are, taken or free.
    pub(crate) fn len(&self) -> u32 {
        self.slots.len() as u32
    }

    /// The task in a slot, for the shutdown.
    pub(crate) fn task(&self, slot: u32) -> Option<(Key, Rc<dyn Run>)> {
        let Slot {
            task, generation, ..
        } = &self.slots[slot as usize];
        let generation = *generation;
        Some((Key { slot, generation }, task.clone()?))
    }

    #[inline]
    fn slot(&self, key: Key) -> Option<&Slot> {
        (self.slots.get(key.slot as usize)).filter(|slot| slot.generation == key.generation)
    }
}
