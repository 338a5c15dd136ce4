//! The JIT's log sections: what was recorded, abandoned, compiled.
//!
//! Sections: `jit-abort` (every abandoned recording, with its reason), `jit-log-opt-loop`, `jit-log-opt-bridge` (every
//! unit, in the IR's text form, which the IR parser reads back: debug builds do so), `jit-log-noopt` (recordings),
//! `jit-optimize` (what the optimizer made of each recording, in numbers), `jit-backend-times`
//! (what each stage of code generation took), `jit-backend-dump` (machine code, one instruction a line, with the names
//! of Cranelift's blocks); `TAIPANLOG=jit-backend:-` shows both.

use crate::compilation::Job;
use crate::place::PlaceIndex;
use crate::state::WarmState;
use crate::unit::{Unit, UnitKind};
use base::counters::Abort;
use metatrace_codegen::CodegenError;
use metatrace_ir::{DescrTable, Trace, parse, print};
use metatrace_machine::{Encoding, HotPlace};
use metatrace_opt::{InvalidLoop, Stats};
use std::fmt::Write;

fn describe<E: Encoding>(warm: &WarmState<'_, E>, place: PlaceIndex) -> String {
    let (code, pc, kind) = warm.with_place(place, |p| (p.code, p.pc, p.kind));
    let what = match kind {
        HotPlace::LoopHeader => "loop",
        HotPlace::FunctionEntry => "function",
    };
    format!("{what} {}", warm.interpreter.location(code, pc))
}

/// A trace as the IR's parser reads it.
fn text<E: Encoding>(trace: &Trace) -> String {
    let mut names = DescrTable::new();
    names.use_encoding::<E>().add_calls_of(trace);
    let text = print(trace, &names);
    if cfg!(debug_assertions) {
        let read =
            parse(&text, &names).unwrap_or_else(|error| panic!("the log cannot be read: {error}\n{text}"));
        assert_eq!(print(&read, &names), text, "the log reads as another trace");
    }
    text
}

/// A recording was abandoned, or the optimizer refused it.
pub fn aborted<E: Encoding>(warm: &WarmState<'_, E>, place: PlaceIndex, reason: Abort, ops_count: usize) {
    if let Some(mut section) = base::log::section("jit-abort") {
        let _ = writeln!(section, "{}: {} after {ops_count} ops", describe(warm, place), reason.text());
    }
}

/// A recording, before optimisation.
pub fn recorded<E: Encoding>(warm: &WarmState<'_, E>, place: PlaceIndex, trace: &Trace) {
    if let Some(mut section) = base::log::section("jit-log-noopt") {
        let _ = writeln!(section, "# {}: {} ops", describe(warm, place), trace.ops.len());
        let _ = writeln!(section, "{}", text::<E>(trace));
    }
}

/// A recording, after optimisation.
pub fn optimised<E: Encoding>(warm: &WarmState<'_, E>, place: PlaceIndex, stats: &Stats) {
    if let Some(mut section) = base::log::section("jit-optimize") {
        let _ = writeln!(section, "{}: {stats}", describe(warm, place));
    }
}

/// The optimizer proved that a recording contradicts itself.
pub fn contradicted<E: Encoding>(warm: &WarmState<'_, E>, place: PlaceIndex, InvalidLoop(why): InvalidLoop) {
    if let Some(mut section) = base::log::section("jit-abort") {
        let _ = writeln!(section, "{}: {}: {why}", describe(warm, place), Abort::InvalidLoop.text());
    }
}

/// The code generator refused a unit.
pub fn refused<E: Encoding>(warm: &WarmState<'_, E>, job: &Job, error: &CodegenError) {
    if let Some(mut section) = base::log::section("jit-abort") {
        let _ = writeln!(section, "{}: {error}", describe(warm, job.place));
    }
}

/// A unit is ready.
pub fn installed<E: Encoding>(warm: &WarmState<'_, E>, unit: &Unit) {
    let name = match unit.kind.get() {
        UnitKind::Bridge { .. } => "jit-log-opt-bridge",
        _ => "jit-log-opt-loop",
    };
    if let Some(mut section) = base::log::section(name) {
        let _ = match unit.kind.get() {
            UnitKind::Bridge { unit: parent, exit } => writeln!(
                section,
                "# bridge {} out of unit {} exit {exit} of {}: {} ops, {} bytes",
                unit.id.0,
                parent.0,
                describe(warm, unit.place),
                unit.trace.ops.len(),
                unit.compiled.code_bytes
            ),
            _ => writeln!(
                section,
                "# unit {}: {}: {} ops, {} bytes",
                unit.id.0,
                describe(warm, unit.place),
                unit.trace.ops.len(),
                unit.compiled.code_bytes
            ),
        };
        let _ = writeln!(section, "{}", text::<E>(&unit.trace));
    }
    if let Some(mut section) = base::log::section("jit-backend-times") {
        let (ops, exits, compiled) = (unit.trace.ops.len(), unit.exits.len(), &unit.compiled);
        let _ = writeln!(
            section,
            "# unit {}: {ops} ops, {exits} exits, {} bytes: {}",
            unit.id.0, compiled.code_bytes, compiled.timings
        );
    }
    if let Some(mut section) = base::log::section("jit-backend-dump") {
        let asm = unit.compiled.asm.as_deref().unwrap_or("");
        let _ = writeln!(section, "# unit {} at {:p}\n{asm}", unit.id.0, unit.compiled.code);
    }
}
