//! `posix_spawn` and `posix_spawnp`.

use super::process::{argument_list, environment, pointers};
use crate::arguments;
use crate::calls::{OrRaise, check_number, value, zeroed};
use crate::paths;
use python_model::native::{NativeDef, def, given};
use python_model::objects::{List, Tuple};
use python_model::py::{Py, Result};
use python_model::value::*;
use python_modules_core::structseq;
use std::ffi::CString;

/// What an item of `file_actions` begins with.
pub const OPEN: i64 = 0;
pub const CLOSE: i64 = 1;
pub const DUP2: i64 = 2;
pub const CLOSE_FROM: i64 = 3;

pub const FUNCTIONS: &[NativeDef] = &[
    def(
        "posix_spawn",
        "($module, path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), \
         setsigdef=(), scheduler=None)",
        "Execute the program specified by path in a new process.",
        |py, a| spawn(py, a, "posix_spawn", false),
    ),
    def(
        "posix_spawnp",
        "($module, path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), \
         setsigdef=(), scheduler=None)",
        "Execute the program specified by path in a new process, looked for on PATH.",
        |py, a| spawn(py, a, "posix_spawnp", true),
    ),
];

/// The attributes, destroyed at the end.
struct Attributes(libc::posix_spawnattr_t);

impl Attributes {
    fn new() -> Attributes {
        let mut own = Attributes(zeroed!(libc::posix_spawnattr_t));
        value!(libc::posix_spawnattr_init(&mut own.0));
        own
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        value!(libc::posix_spawnattr_destroy(&mut self.0));
    }
}

/// The file actions, destroyed at the end.
struct Actions(libc::posix_spawn_file_actions_t);

impl Actions {
    fn new() -> Actions {
        let mut own = Actions(zeroed!(libc::posix_spawn_file_actions_t));
        value!(libc::posix_spawn_file_actions_init(&mut own.0));
        own
    }
}

impl Drop for Actions {
    fn drop(&mut self) {
        value!(libc::posix_spawn_file_actions_destroy(&mut self.0));
    }
}

fn spawn(py: Py, a: &[Word], function: &str, on_path: bool) -> Result {
    let path = paths::plain(py, a[0], function)?;
    let arguments = argument_list(py, a[1], &format!("{function}: argv"))?;
    let own_environment;
    let variables = if a[2] == NONE {
        None
    } else {
        own_environment = environment(py, a[2], function)?;
        Some(pointers(&own_environment))
    };
    let arguments = pointers(&arguments);
    // The names of files in the actions, alive until the call.
    let mut names = Vec::new();
    let mut actions = Actions::new();
    if let Some(list) = given(a[3]) {
        add_actions(py, list, &mut actions, &mut names)?;
    }
    let mut attributes = Attributes::new();
    set_attributes(py, a, function, &mut attributes)?;
    let mut pid = 0;
    // SAFETY: the process's own array.
    let inherited = unsafe { libc::environ };
    let variables = variables.as_ref().map_or(inherited.cast_const().cast(), |list| list.as_ptr());
    let (file, argv, envp) = (path.as_ptr(), arguments.as_ptr().cast(), variables.cast());
    let error = py.blocking(|| {
        if on_path {
            value!(libc::posix_spawnp(&mut pid, file, &actions.0, &attributes.0, argv, envp))
        } else {
            value!(libc::posix_spawn(&mut pid, file, &actions.0, &attributes.0, argv, envp))
        }
    });
    check_number(error).or_raise_for(py, path.shown)?;
    py.int(i64::from(pid))
}

fn set_attributes(py: Py, a: &[Word], function: &str, attributes: &mut Attributes) -> Result<()> {
    let [group, reset, session, mask, defaults, scheduler] = [a[4], a[5], a[6], a[7], a[8], a[9]];
    let own = &mut attributes.0;
    let mut flags = 0;
    if let Some(group) = given(group) {
        let group = arguments::int(py, group)?;
        check_number(value!(libc::posix_spawnattr_setpgroup(own, group))).or_raise(py)?;
        flags |= libc::POSIX_SPAWN_SETPGROUP;
    }
    if arguments::boolean(py, reset, false)? {
        flags |= libc::POSIX_SPAWN_RESETIDS;
    }
    if arguments::boolean(py, session, false)? {
        flags |= i32::from(libc::POSIX_SPAWN_SETSID);
    }
    if mask != UNSET {
        let set = crate::signals::signal_set(py, mask)?;
        check_number(value!(libc::posix_spawnattr_setsigmask(own, &set))).or_raise(py)?;
        flags |= libc::POSIX_SPAWN_SETSIGMASK;
    }
    if defaults != UNSET {
        let set = crate::signals::signal_set(py, defaults)?;
        check_number(value!(libc::posix_spawnattr_setsigdefault(own, &set))).or_raise(py)?;
        flags |= libc::POSIX_SPAWN_SETSIGDEF;
    }
    if let Some(scheduler) = given(scheduler) {
        let pair = py.cast::<Tuple>(scheduler);
        let Some([policy, parameter]) = pair.as_ref().map(|pair| pair.items()) else {
            return Err(py.type_error(format!("{function}: A scheduler tuple must have two elements")));
        };
        if policy.get() != NONE {
            let policy = arguments::int(py, policy.get())?;
            check_number(value!(libc::posix_spawnattr_setschedpolicy(own, policy))).or_raise(py)?;
            flags |= libc::POSIX_SPAWN_SETSCHEDULER;
        }
        let mut made = zeroed!(libc::sched_param);
        let priority = structseq::field(py, parameter.get(), "sched_priority")
            .map_err(|_| py.type_error("must have a sched_param object"))?;
        made.sched_priority = arguments::int(py, priority)?;
        check_number(value!(libc::posix_spawnattr_setschedparam(own, &made))).or_raise(py)?;
        flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
    }
    check_number(value!(libc::posix_spawnattr_setflags(own, flags as libc::c_short))).or_raise(py)
}

fn add_actions(py: Py, list: Word, actions: &mut Actions, names: &mut Vec<CString>) -> Result<()> {
    if py.cast::<List>(list).is_none() && py.cast::<Tuple>(list).is_none() {
        return Err(py.type_error("file_actions must be a sequence or None"));
    }
    let list = py.tuple_from_iterable(list)?;
    for action in list.items() {
        let Some(parts) = py.cast::<Tuple>(action.get()).filter(|parts| !parts.items().is_empty()) else {
            return Err(py.type_error("Each file_actions element must be a non-empty tuple"));
        };
        let parts = parts.items();
        let counted = |count: usize, name: &str| {
            if parts.len() == count {
                return Ok(());
            }
            Err(py.type_error(format!("A {name} file_action tuple must have {count} elements")))
        };
        let number = |index: usize| arguments::int(py, parts[index].get());
        match as_i64(py.to_index(parts[0].get())?) {
            Some(OPEN) => {
                counted(5, "open")?;
                let name = paths::c_string(py, parts[2].get())?;
                let (descriptor, flags, mode) = (number(1)?, number(3)?, number(4)? as libc::mode_t);
                let own = &mut actions.0;
                check_number(value!(libc::posix_spawn_file_actions_addopen(
                    own,
                    descriptor,
                    name.as_ptr(),
                    flags,
                    mode
                )))
                .or_raise(py)?;
                names.push(name);
            }
            Some(CLOSE) => {
                counted(2, "close")?;
                let descriptor = number(1)?;
                check_number(value!(libc::posix_spawn_file_actions_addclose(&mut actions.0, descriptor)))
                    .or_raise(py)?;
            }
            Some(DUP2) => {
                counted(3, "dup2")?;
                let (from, to) = (number(1)?, number(2)?);
                check_number(value!(libc::posix_spawn_file_actions_adddup2(&mut actions.0, from, to)))
                    .or_raise(py)?;
            }
            Some(CLOSE_FROM) => {
                counted(2, "closefrom")?;
                let first = number(1)?;
                check_number(close_from(actions, first)).or_raise(py)?;
            }
            _ => return Err(py.type_error("Unknown file_actions identifier")),
        }
    }
    Ok(())
}

fn close_from(actions: &mut Actions, first: i32) -> i32 {
    unsafe extern "C" {
        fn posix_spawn_file_actions_addclosefrom_np(
            actions: *mut libc::posix_spawn_file_actions_t,
            first: libc::c_int,
        ) -> libc::c_int;
    }
    value!(posix_spawn_file_actions_addclosefrom_np(&mut actions.0, first))
}
