//! `sys.monitoring` (PEP 669): tools, and which of their callbacks get an event.
//!
//! What happened is found by [`crate::tracing`], which tells it here. A tool wants an event everywhere, or in some code objects. A callback that
//! returns `DISABLE` does not want it again at that instruction.
//!
//! Limits: branches are told for conditional jumps only, not for loops over iterators; `STOP_ITERATION` never comes; all code is observed
//! as soon as a tool wants anything anywhere.

use crate::events::{self, EVENTS, Event};
use heap::{Gc, Header, Slot};
use python_model::code::{Code, CodeInfo};
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::objects::*;
use python_model::observation::Level;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};

const TOOLS: &[(&str, i64)] =
    &[("DEBUGGER_ID", 0), ("COVERAGE_ID", 1), ("PROFILER_ID", 2), ("OPTIMIZER_ID", 5)];
const TOOL_COUNT: usize = 6;

/// Events that come with `CALL`, and not without it.
const OF_CALLS: i64 = Event::NativeReturn.bit() | Event::NativeRaise.bit();
/// The old event for both ways of a branch.
const BRANCH: i64 = Event::Branch.bit();
const BRANCHES: i64 = Event::BranchLeft.bit() | Event::BranchRight.bit();

#[derive(Default)]
struct Tool {
    /// Immortal; 0: the tool is not in use.
    name: Cell<Word>,
    events: Cell<i64>,
    /// Immortal, or 0.
    callbacks: [Cell<Word>; EVENTS.len()],
    /// Events of code objects, by address.
    local: RefCell<FxHashMap<usize, i64>>,
    /// Code object, pc and event that it does not want again.
    disabled: RefCell<FxHashSet<(usize, u32, u8)>>,
}

#[derive(Default)]
struct State {
    tools: [Tool; TOOL_COUNT],
    /// `DISABLE` and `MISSING`.
    disable: Cell<Word>,
    missing: Cell<Word>,
}

fn address(code: &Code) -> usize {
    std::ptr::from_ref(code.info) as usize
}

impl Tool {
    fn wants(&self, code: &Code, event: Event) -> bool {
        let local = || self.local.borrow().get(&address(code)).copied().unwrap_or(0);
        self.name.get() != 0 && (self.events.get() | local()) & event.wanted_by() != 0
    }
    fn clear(&self) {
        self.events.set(0);
        self.local.borrow_mut().clear();
        self.disabled.borrow_mut().clear();
        self.callbacks.iter().for_each(|callback| callback.set(0));
    }
}

/// How much of all code the tools want to see.
pub fn level(py: Py) -> Level {
    let state: &State = py.vm().state();
    let wanted = state.tools.iter().fold(0, |wanted, tool| {
        tool.local.borrow().values().fold(wanted | tool.events.get(), |wanted, local| wanted | local)
    });
    match wanted {
        0 => Level::Nothing,
        wanted if wanted & Event::Instruction.bit() != 0 => Level::Instructions,
        _ => Level::Lines,
    }
}

/// Whether a tool wants an event of some code.
pub fn is_wanted(py: Py, code: &Code, event: Event) -> bool {
    let state: &State = py.vm().state();
    state.tools.iter().any(|tool| tool.wants(code, event))
}

/// Tells the tools of an event at `pc`. `arguments`: what callbacks get besides the code object. Errors: what a callback raises.
pub fn tell(py: Py, code: &'static Code, pc: u32, event: Event, arguments: &[Word]) -> Result<()> {
    let state: &State = py.vm().state();
    for tool in state.tools.iter().rev().filter(|tool| tool.wants(code, event)) {
        let key = (address(code), pc, event as u8);
        let callback = tool.callbacks[event as usize].get();
        // The old event for branches has a callback of its own.
        let callback = match event {
            Event::BranchLeft | Event::BranchRight if callback == 0 => {
                tool.callbacks[Event::Branch as usize].get()
            }
            _ => callback,
        };
        if callback == 0 || tool.disabled.borrow().contains(&key) {
            continue;
        }
        let mut words = [py.code_value(code.info)?, UNSET, UNSET, UNSET];
        words[1..=arguments.len()].copy_from_slice(arguments);
        let result = events::unobserved(py, || py.call(callback, &words[..=arguments.len()]))?;
        if result != state.disable.get() {
            continue;
        }
        if !event.is_local() {
            tool.callbacks[event as usize].set(0);
            return Err(py.value_error(format!(
                "Cannot disable {} events. Callback removed.",
                EVENTS[event as usize]
            )));
        }
        tool.disabled.borrow_mut().insert(key);
    }
    Ok(())
}

/// What is given for the first argument of a call without any.
pub fn missing(py: Py) -> Word {
    py.vm().state::<State>().missing.get()
}

fn tool(py: Py<'_>, id: Word) -> Result<(&Tool, i64)> {
    let id = py.index(id)?;
    match usize::try_from(id).ok().and_then(|id| py.vm().state::<State>().tools.get(id)) {
        Some(tool) => Ok((tool, id)),
        None => Err(py.value_error(format!("invalid tool {id} (must be between 0 and 5)"))),
    }
}

fn tool_in_use(py: Py<'_>, id: Word) -> Result<&Tool> {
    match tool(py, id)? {
        (tool, _) if tool.name.get() != 0 => Ok(tool),
        (_, id) => Err(py.value_error(format!("tool {id} is not in use"))),
    }
}

/// A set of events as it is kept. Errors: `ValueError`.
fn event_set(py: Py, value: Word, what: &str, all: i64) -> Result<i64> {
    let mut events = py.index(value)?;
    if events < 0 || events >= 1 << EVENTS.len() {
        return Err(py.value_error(format!("invalid {what} 0x{:x}", events as u32)));
    }
    if events & OF_CALLS != 0 {
        if events & Event::Call.bit() == 0 || events & OF_CALLS != OF_CALLS {
            return Err(py.value_error("cannot set C_RETURN or C_RAISE events independently"));
        }
        events &= !OF_CALLS;
    }
    if events & BRANCH != 0 {
        events = events & !BRANCH | BRANCHES;
    }
    if events & !all != 0 {
        return Err(py.value_error(format!("invalid {what} 0x{events:x}")));
    }
    Ok(events)
}

fn code_argument(py: Py, value: Word) -> Result<&'static CodeInfo> {
    match as_object::<CodeRef>(value) {
        Some(code) => Ok(code.info()),
        None => Err(py.type_error("code must be a code object")),
    }
}

fn use_tool(py: Py, a: &[Word]) -> Result {
    let (tool, id) = tool(py, a[0])?;
    if py.as_str(a[1]).is_none() {
        return Err(py.value_error("tool name must be a str"));
    }
    if tool.name.get() != 0 {
        return Err(py.value_error(format!("tool {id} is already in use")));
    }
    tool.name.set(py.vm().immortal(a[1]));
    Ok(NONE)
}

fn clear_tool(py: Py, a: &[Word]) -> Result {
    let (tool, _) = tool(py, a[0])?;
    if tool.name.get() != 0 {
        tool.clear();
        events::update(py);
    }
    Ok(NONE)
}

fn free_tool(py: Py, a: &[Word]) -> Result {
    clear_tool(py, a)?;
    tool(py, a[0])?.0.name.set(0);
    Ok(NONE)
}

fn register_callback(py: Py, a: &[Word]) -> Result {
    let (tool, _) = tool(py, a[0])?;
    let event = py.index(a[1])?;
    if event <= 0 || event.count_ones() != 1 {
        return Err(py.value_error("The callback can only be set for one event at a time"));
    }
    let Some(callback) = tool.callbacks.get(event.trailing_zeros() as usize) else {
        return Err(py.value_error(format!("invalid event {event}")));
    };
    let new = if a[2] == NONE { 0 } else { py.vm().immortal(a[2]) };
    Ok(match callback.replace(new) {
        0 => NONE,
        old => old,
    })
}

static FUNCTIONS: &[NativeDef] = &[
    def("use_tool_id", "(tool_id, name, /)", "", use_tool),
    def("clear_tool_id", "(tool_id, /)", "", clear_tool),
    def("free_tool_id", "(tool_id, /)", "", free_tool),
    def("get_tool", "(tool_id, /)", "", |py, a| {
        Ok(match tool(py, a[0])?.0.name.get() {
            0 => NONE,
            name => name,
        })
    }),
    def("register_callback", "(tool_id, event, func, /)", "", register_callback),
    def("get_events", "(tool_id, /)", "", |py, a| py.int(tool(py, a[0])?.0.events.get())),
    def("set_events", "(tool_id, event_set, /)", "", |py, a| {
        let tool = tool(py, a[0])?.0;
        let events = event_set(py, a[1], "event set", i64::MAX)?;
        tool_in_use(py, a[0])?;
        tool.events.set(events);
        events::update(py);
        Ok(NONE)
    }),
    def("get_local_events", "(tool_id, code, /)", "", |py, a| {
        let code = code_argument(py, a[1])?;
        let tool = tool(py, a[0])?.0;
        let events = tool.local.borrow().get(&(std::ptr::from_ref(code) as usize)).copied();
        py.int(events.unwrap_or(0))
    }),
    def("set_local_events", "(tool_id, code, event_set, /)", "", |py, a| {
        let code = code_argument(py, a[1])?;
        let tool = tool(py, a[0])?.0;
        let events = event_set(py, a[2], "local event set", events::LOCAL)?;
        tool_in_use(py, a[0])?;
        tool.local.borrow_mut().insert(std::ptr::from_ref(code) as usize, events);
        events::update(py);
        Ok(NONE)
    }),
    def("restart_events", "()", "", |py, _a| {
        let state: &State = py.vm().state();
        state.tools.iter().for_each(|tool| tool.disabled.borrow_mut().clear());
        Ok(NONE)
    }),
    def("_all_events", "()", "", |py, _a| {
        let all = dict::new(py)?;
        for (bit, name) in EVENTS.iter().enumerate().take(Event::NativeReturn as usize) {
            let users = py.vm().state::<State>().tools.iter().enumerate();
            let users = users.filter(|(_, tool)| tool.events.get() & 1 << bit != 0);
            let users: i64 = users.map(|(id, _)| 1 << id).sum();
            if users != 0 {
                dict::set(py, all, py.str(name)?, py.int(users)?)?;
            }
        }
        Ok(word(all))
    }),
];

pub static MODULE: NativeModule = NativeModule {
    name: "sys.monitoring",
    doc: "",
    functions: FUNCTIONS,
    fill: |py, own| {
        for (name, number) in TOOLS {
            dict::set_symbol(py, own, py.intern(name)?, small_int(*number))?;
        }
        let state: &State = py.vm().state();
        for (name, cell) in [("DISABLE", &state.disable), ("MISSING", &state.missing)] {
            let marker = py.call(py.ty(Ty::Object).word(), &[])?;
            cell.set(py.vm().immortal(marker));
            dict::set_symbol(py, own, py.intern(name)?, marker)?;
        }
        let events = names(py)?;
        dict::set_symbol(py, own, py.intern("events")?, events)
    },
};

fn names(py: Py) -> Result {
    let named = dict::new(py)?;
    for (bit, name) in EVENTS.iter().enumerate() {
        dict::set_symbol(py, named, py.intern(name)?, small_int(1 << bit))?;
    }
    dict::set_symbol(py, named, py.intern("NO_EVENTS")?, small_int(0))?;
    let namespace = SimpleNamespace { header: Header::EMPTY, dict: Slot::new(Some(named)) };
    let namespace: Gc<SimpleNamespace> = py.alloc(namespace)?;
    Ok(word(namespace))
}
