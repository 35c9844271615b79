//! The tree of tokens: who follows from whom; it knows nothing of what is cancelled.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use crate::sync::turn::Queue;
use crate::sync::waiters::{Call, Waiters, Wakes};

/// What the clones of a token share.
///
/// A child keeps its parent, and a parent knows its children but does not keep them: they leave when they are dropped.
#[derive(Default)]
pub(super) struct Node {
    is_cancelled: Cell<bool>,
    waiters: Waiters,
    parent: Option<Parent>,
    children: RefCell<BTreeMap<u64, Weak<Node>>>,
    /// The number of the next child.
    next_child: Cell<u64>,
}

struct Parent {
    node: Rc<Node>,
    /// The child's number there.
    number: u64,
}

impl Node {
    /// The child of a cancelled node is cancelled, and need not be known there.
    pub(super) fn child_of(parent: &Rc<Node>) -> Rc<Node> {
        let mut child = Node::default();
        if parent.is_cancelled() {
            child.is_cancelled.set(true);
            return Rc::new(child);
        }
        let number = parent.next_child.get();
        parent.next_child.set(number + 1);
        child.parent = Some(Parent {
            node: parent.clone(),
            number,
        });
        let child = Rc::new(child);
        let known = Rc::downgrade(&child);
        parent.children.borrow_mut().insert(number, known);
        child
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.is_cancelled.get()
    }

    /// Cancels the node and all below it, and only then wakes: whoever is woken finds all of them cancelled.
    ///
    /// It goes from list to list instead of calling itself, because the tree may be deeper than the stack.
    pub(super) fn cancel(self: &Rc<Self>) {
        let mut wakes = Wakes::default();
        let mut nodes = vec![self.clone()];
        let mut at = 0;
        while let Some(node) = nodes.get(at).cloned() {
            at += 1;
            // What is below a cancelled node is cancelled.
            if !node.is_cancelled.replace(true) {
                node.waiters.call_all_into(&mut wakes);
                let children = node.children.borrow();
                nodes.extend(children.values().filter_map(Weak::upgrade));
            }
        }
        drop(nodes);
        wakes.wake();
    }
}

impl Queue for Node {
    type Want = ();

    fn waiters(&self) -> &Waiters {
        &self.waiters
    }

    fn take(&self, (): ()) -> Option<Call> {
        self.is_cancelled().then_some(Call::WithAll)
    }

    fn left(&self, (): (), _: Option<Call>) {}
}

impl Drop for Node {
    /// Leaves the parent, and its parent if nobody else keeps that, and so on: in a loop, for the same reason.
    fn drop(&mut self) {
        let mut parent = self.parent.take();
        while let Some(Parent { node, number }) = parent {
            node.children.borrow_mut().remove(&number);
            parent = Rc::into_inner(node).and_then(|mut node| node.parent.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server has a child for each connection, and lives long.
    #[test]
    fn a_child_that_is_dropped_leaves_nothing_with_its_parent() {
        let root = Rc::new(Node::default());
        let (stays, goes) = (Node::child_of(&root), Node::child_of(&root));
        let below = Node::child_of(&goes);
        drop(goes);
        assert_eq!(root.children.borrow().len(), 2, "kept for the one below");
        drop(below);
        assert_eq!(root.children.borrow().len(), 1);
        Node::cancel(&root);
        drop((stays, Node::child_of(&root)));
        assert_eq!(root.children.borrow().len(), 0);
        assert_eq!(Rc::weak_count(&root), 0);
        assert_eq!(Rc::strong_count(&root), 1);
    }
}
