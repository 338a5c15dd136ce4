//! `_uuid`: identifiers of time and place (version 1, RFC 9562 section 5.1).
//!
//! The node is random, with the multicast bit that marks it as no real address; clock sequences of several processes are not
//! coordinated, which is why the result is not said to be safe.

use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::value::*;
use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

pub static MODULE: NativeModule = NativeModule {
    name: "_uuid",
    doc: "DCE compatible Universally Unique Identifier library.",
    functions: FUNCTIONS,
    fill: |py, own| {
        crate::constants::add(
            py,
            own,
            &[("has_uuid_generate_time_safe", 1), ("has_stable_extractable_node", 0)],
        )
    },
};

/// 100-nanosecond steps between 15 October 1582 and 1970.
const EPOCH: u64 = 0x01b2_1dd2_1381_4000;

#[derive(Default)]
struct State {
    /// Time of the last identifier: each is later than the one before.
    last: Cell<u64>,
    /// Node and clock sequence; `None` before the first.
    place: Cell<Option<[u8; 8]>>,
}

static FUNCTIONS: &[NativeDef] = &[def("generate_time_safe", "($self, /)", "", generate)];

fn generate(py: Py, _: &[Word]) -> Result {
    let state = py.vm().state::<State>();
    let mut place = match state.place.get() {
        Some(place) => place,
        None => {
            let mut random = [0_u8; 8];
            crate::calls::value!(libc::getrandom(random.as_mut_ptr().cast(), random.len(), 0));
            state.place.set(Some(random));
            random
        }
    };
    place[0] = place[0] & 0x3f | 0x80;
    place[2] |= 1;
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let time = ((since.as_nanos() / 100) as u64 + EPOCH).max(state.last.get() + 1);
    state.last.set(time);
    let mut bytes = [0_u8; 16];
    bytes[..4].copy_from_slice(&(time as u32).to_be_bytes());
    bytes[4..6].copy_from_slice(&((time >> 32) as u16).to_be_bytes());
    bytes[6..8].copy_from_slice(&((time >> 48) as u16 & 0x0fff | 0x1000).to_be_bytes());
    bytes[8..].copy_from_slice(&place);
    py.new_tuple(&[py.new_bytes(&bytes)?, small_int(-1)])
}
