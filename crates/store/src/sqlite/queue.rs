//! The queue of waiting commands: callers' first, with jobs' in between.

use super::work::Work;
use crate::{Failure, options::Urgency};
use parking_lot::{Condvar, Mutex};
use std::collections::VecDeque;

/// Most commands in one transaction: bounds how long the first waits for the last.
const BATCH: usize = 512;
/// Callers' commands per command of a job (which may settle several splits): few enough that jobs progress
/// under any load, enough that callers hardly notice.
const URGENT_PER_PATIENT: usize = 64;

/// A bounded queue of two lanes, with one consumer.
pub(super) struct Queue {
    lanes: Mutex<Lanes>,
    ready: Condvar,
    most: usize,
}

#[derive(Default)]
struct Lanes {
    urgent: VecDeque<Box<dyn Work>>,
    patient: VecDeque<Box<dyn Work>>,
    /// Callers' commands taken since the latest command of a job.
    urgent_since_patient: usize,
    /// Number of commands taken but not yet answered.
    in_hand: usize,
    closed: bool,
}

impl Lanes {
    fn len(&self) -> usize {
        self.urgent.len() + self.patient.len()
    }
}

impl Queue {
    /// A queue of at most `most` commands.
    pub(super) fn new(most: usize) -> Self {
        Self { lanes: Mutex::default(), ready: Condvar::new(), most }
    }

    /// Adds a command, or refuses it.
    pub(super) fn push(&self, work: Box<dyn Work>, urgency: Urgency) -> Result<(), Failure> {
        let mut lanes = self.lanes.lock();
        if lanes.closed {
            return Err(Failure::storage("the store is closed"));
        }
        if lanes.len() >= self.most {
            return Err(Failure::busy("the commit queue is full"));
        }
        match urgency {
            Urgency::Caller => lanes.urgent.push_back(work),
            Urgency::Job => lanes.patient.push_back(work),
        }
        drop(lanes);
        self.ready.notify_one();
        Ok(())
    }

    /// Waits for commands and takes a batch of them; an empty one once the queue is closed and empty.
    pub(super) fn take(&self) -> Vec<Box<dyn Work>> {
        let mut lanes = self.lanes.lock();
        while lanes.len() == 0 && !lanes.closed {
            self.ready.wait(&mut lanes);
        }
        let urgent = lanes.urgent.len().min(BATCH);
        lanes.urgent_since_patient += urgent;
        let room = match (urgent, lanes.urgent_since_patient) {
            // No caller's command since the latest job: jobs have the writer for themselves.
            (0, 0) => BATCH,
            // No caller waits, but callers are active: the next one waits for at most one job's command.
            (0, _) => 1,
            (_, since) => usize::from(since + urgent >= URGENT_PER_PATIENT),
        };
        lanes.urgent_since_patient += urgent;
        let patient = lanes.patient.len().min(room);
        if patient > 0 {
            lanes.urgent_since_patient = 0;
        }
        let mut batch = Vec::with_capacity(urgent + patient);
        batch.extend(lanes.urgent.drain(..urgent));
        batch.extend(lanes.patient.drain(..patient));
        lanes.in_hand = batch.len();
        batch
    }

    /// Records that the taken commands are done.
    pub(super) fn done(&self) {
        self.lanes.lock().in_hand = 0;
    }

    /// Accepts no more commands; waiting ones can still be taken.
    pub(super) fn close(&self) {
        self.lanes.lock().closed = true;
        self.ready.notify_one();
    }

    /// Number of commands waiting or being written.
    pub(super) fn depth(&self) -> usize {
        let lanes = self.lanes.lock();
        lanes.len() + lanes.in_hand
    }
}
