//! A matcher for a subject, whichever of the two it needs, and the loop over all matches.

use super::machine::{Machine, NOWHERE, Scratch, Stop};
use super::program::Program;
use super::subject::Subject;
use metatrace_machine::Raised;
use python_model::py::{Py, Result};
use std::cell::Cell;

/// Where to look for a match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// At the given place.
    Match,
    /// At the given place, up to the end.
    FullMatch,
    /// The leftmost.
    Search,
}

/// Allocations of the last matcher, for the next one.
#[derive(Default)]
struct Spare(Cell<Option<Box<Scratch>>>);

enum Either<'a> {
    Narrow(Machine<'a, false>),
    Wide(Machine<'a, true>),
}

macro_rules! each {
    ($self:expr, $machine:ident => $body:expr) => {
        match $self {
            Either::Narrow($machine) => $body,
            Either::Wide($machine) => $body,
        }
    };
}

/// See the module header. Offsets are bytes of the subject.
pub struct Engine<'a> {
    py: Py<'a>,
    machine: Either<'a>,
    spare: Option<Box<Scratch>>,
    /// Where the next match is looked for; `None`: there can be no more.
    pub at: Option<usize>,
    /// Whether the next match must not be empty if it begins there: the last one was.
    pub must_advance: bool,
}

/// What a matcher asks now and then: whether to go on. If not, an exception is pending.
pub fn poller(py: Py) -> impl Fn() -> bool {
    move || !py.is_poll_due() || (py.vm().hooks.poll)(py).is_ok()
}

impl<'a> Engine<'a> {
    /// A matcher on the subject up to `end`, which looks from `start` on. `poll`: of [`poller`].
    pub fn new(
        py: Py<'a>,
        program: &'a Program,
        subject: &'a Subject,
        start: usize,
        end: usize,
        poll: &'a dyn Fn() -> bool,
    ) -> Engine<'a> {
        let spare = py.vm().state::<Spare>().0.take();
        let mut spare = spare.unwrap_or_default();
        let scratch = std::mem::take(&mut *spare);
        let bytes = subject.bytes();
        let text = &bytes[..end.min(bytes.len())];
        let machine = if subject.is_wide() {
            Either::Wide(Machine::new(program, text, scratch, poll))
        } else {
            Either::Narrow(Machine::new(program, text, scratch, poll))
        };
        let at = (start <= text.len()).then_some(start);
        Engine { py, machine, spare: Some(spare), at, must_advance: false }
    }

    /// The next match: begin and end. Errors: `MemoryError`; what a signal handler raises.
    pub fn next(&mut self, mode: Mode) -> Result<Option<(usize, usize)>> {
        let Some(at) = self.at else { return Ok(None) };
        let must_advance = self.must_advance.then_some(at);
        let found = each!(&mut self.machine, machine => {
            machine.must_advance = must_advance;
            machine.match_all = mode == Mode::FullMatch;
            match mode {
                Mode::Search => machine.search(at),
                Mode::Match | Mode::FullMatch => machine.run(at).map(|end| end.map(|end| (at, end))),
            }
        });
        match found {
            Ok(found) => {
                self.at = found.map(|(_, end)| end);
                self.must_advance = found.is_some_and(|(begin, end)| begin == end);
                Ok(found)
            }
            Err(Stop::Memory) => Err(self.py.out_of_memory()),
            Err(Stop::Poll) => Err(Raised),
        }
    }

    /// Begin and end of each group of the last match.
    pub fn marks(&self) -> &[usize] {
        each!(&self.machine, machine => &machine.marks)
    }

    /// The span of a group of the last match, counted from 0.
    pub fn group(&self, group: usize) -> Option<(usize, usize)> {
        span_of(self.marks(), group)
    }

    pub fn last_group(&self) -> u32 {
        each!(&self.machine, machine => machine.last_group)
    }
}

/// The span of a group, counted from 0, if it has matched.
pub fn span_of(marks: &[usize], group: usize) -> Option<(usize, usize)> {
    let (begin, end) = (marks[group * 2], marks[group * 2 + 1]);
    (begin != NOWHERE && end != NOWHERE && begin <= end).then_some((begin, end))
}

impl Drop for Engine<'_> {
    fn drop(&mut self) {
        let Some(mut spare) = self.spare.take() else { return };
        *spare = each!(&mut self.machine, machine => machine.take_scratch());
        self.py.vm().state::<Spare>().0.set(Some(spare));
    }
}
