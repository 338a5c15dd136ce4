//! What code generation costs and what the code is worth. `cargo bench -p metatrace-codegen` prints tables, `-- compile
//! loops` some of them (see `SECTIONS`), `-- asm` the machine code of the units.
//!
//! Compile time is the best of many compilations of one unit (the steady state of a warm compiler). Run time is beside
//! the same loop in Rust, in the same process.

#[path = "../tests/rig/mod.rs"]
mod rig;

use metatrace_codegen::{CodeMemory, CompiledUnit, Compiler, Protection, Stage, StageTimes, UnitRequest};
use metatrace_ir::{Aux, Opcode, Operand, ResumeMode, Tag, UnitId};
use metatrace_machine::{Kind, NanBox, TraceCell};
use rig::*;
use std::hint::black_box;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

type Section = (&'static str, fn());
const SECTIONS: [Section; 6] = [
    ("compile", compile_times),
    ("install", install_times),
    ("loops", loops),
    ("exits", exits),
    ("calls", calls),
    ("allocation", allocation),
];

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    if chosen.iter().any(|a| a == "asm") {
        return print_asm();
    }
    for (name, run) in SECTIONS {
        if chosen.is_empty() || chosen.iter().any(|a| a == name) {
            run();
        }
    }
}

// -- units

fn int_loop() -> Unit {
    let mut u = unit();
    let [n, s, i] = u.label(0, [Kind::Int; 3]);
    let below = u.op(Opcode::IntLt, &[i, n]);
    let snapshot = u.snapshot(&[n, s, i]);
    u.guard(Opcode::GuardTrue, &[below], Aux::NONE, snapshot);
    let seven = u.int(7);
    let x = u.op(Opcode::IntXor, &[i, seven]);
    let s = u.guard(Opcode::IntAddOvf, &[s, x], Aux::NONE, snapshot);
    let one = u.int(1);
    let i = u.guard(Opcode::IntAddOvf, &[i, one], Aux::NONE, snapshot);
    u.jump(UnitId::THIS, 0, &[n, s, i]);
    u
}

fn int_loop_in_rust(n: i64) -> i64 {
    let (mut s, mut i) = (0i64, 0i64);
    while i < n {
        let Some(sum) = s.checked_add(black_box(i) ^ 7) else { return -1 };
        s = sum;
        let Some(next) = i.checked_add(1) else { return -1 };
        i = next;
    }
    s
}

/// The escape loop of one point: leaves when it escapes or the count is reached.
fn mandelbrot() -> Unit {
    let mut u = unit();
    let [cr, ci, zr, zi, n] = u.label(0, [Kind::Float, Kind::Float, Kind::Float, Kind::Float, Kind::Int]);
    let zero = u.int(0);
    let more = u.op(Opcode::IntGt, &[n, zero]);
    let snapshot = u.snapshot(&[zr, zi, n]);
    u.guard(Opcode::GuardTrue, &[more], Aux::NONE, snapshot);
    let rr = u.op(Opcode::FloatMul, &[zr, zr]);
    let ii = u.op(Opcode::FloatMul, &[zi, zi]);
    let norm = u.op(Opcode::FloatAdd, &[rr, ii]);
    let four = u.float(4.0);
    let inside = u.op(Opcode::FloatLe, &[norm, four]);
    u.guard(Opcode::GuardTrue, &[inside], Aux::NONE, snapshot);
    let two = u.float(2.0);
    let ri = u.op(Opcode::FloatMul, &[zr, zi]);
    let ri = u.op(Opcode::FloatMul, &[ri, two]);
    let new_zi = u.op(Opcode::FloatAdd, &[ri, ci]);
    let difference = u.op(Opcode::FloatSub, &[rr, ii]);
    let new_zr = u.op(Opcode::FloatAdd, &[difference, cr]);
    let one = u.int(1);
    let n = u.guard(Opcode::IntSubOvf, &[n, one], Aux::NONE, snapshot);
    u.jump(UnitId::THIS, 0, &[cr, ci, new_zr, new_zi, n]);
    u
}

fn mandelbrot_in_rust(cr: f64, ci: f64, mut n: i64) -> i64 {
    let (mut zr, mut zi) = (0.0, 0.0);
    while n > 0 {
        let (rr, ii) = (zr * zr, zi * zi);
        if rr + ii > 4.0 {
            break;
        }
        zi = zr * zi * 2.0 + ci;
        zr = rr - ii + cr;
        n -= 1;
    }
    n
}

/// What an optimised loop over tagged values looks like: a preamble of tag tests, and a body of arithmetic with
/// overflow checks, boxed values for a residual store, and twelve guards with eight live values each.
fn typical() -> Unit {
    let mut u = unit();
    let params = u.trace.emit_label(0, &[Kind::Value; 8]);
    let entry = u.snapshot(&params);
    let mut carried = Vec::new();
    for (i, p) in params.iter().enumerate() {
        let (tag, opcode) =
            if i < 6 { (Tag::Int, Opcode::UnboxInt) } else { (Tag::Float, Opcode::UnboxFloat) };
        u.guard_tag(*p, tag, entry);
        carried.push(u.op(opcode, &[*p]));
    }
    u.jump(UnitId::THIS, 1, &carried);
    let (i, f) = (Kind::Int, Kind::Float);
    let body = u.label(1, [i, i, i, i, i, i, f, f]);
    let [mut a, mut b, mut c, n, k, m, mut x, mut y] = body;
    let one = u.int(1);
    for step in 0..3i64 {
        let snapshot = u.snapshot(&[a, b, c, n, k, m, x, y]);
        let below = u.op(Opcode::IntLt, &[a, n]);
        u.guard(Opcode::GuardTrue, &[below], Aux::NONE, snapshot);
        a = u.guard(Opcode::IntAddOvf, &[a, one], Aux::NONE, snapshot);
        let snapshot = u.snapshot(&[a, b, c, n, k, m, x, y]);
        let product = u.guard(Opcode::IntMulOvf, &[a, k], Aux::NONE, snapshot);
        let low = u.op(Opcode::IntAnd, &[product, m]);
        let constant = u.int(step + 3);
        let low = u.op(Opcode::IntXor, &[low, constant]);
        b = u.guard(Opcode::IntAddOvf, &[b, low], Aux::NONE, snapshot);
        let float = u.op(Opcode::IntToFloat, &[low]);
        x = u.op(Opcode::FloatAdd, &[x, float]);
        let half = u.float(0.5);
        let scaled = u.op(Opcode::FloatMul, &[x, half]);
        let small = u.op(Opcode::FloatLt, &[scaled, y]);
        y = u.op(Opcode::FloatSub, &[y, scaled]);
        c = u.op(Opcode::Select, &[small, c, b]);
        let mask = u.int(0xFFFF);
        b = u.op(Opcode::IntAnd, &[b, mask]);
    }
    u.jump(UnitId::THIS, 1, &[a, b, c, n, k, m, x, y]);
    u
}

fn list_loop() -> Unit {
    let mut u = unit();
    let [n, list] = u.label(0, [Kind::Int, Kind::Ref]);
    let zero = u.int(0);
    let more = u.op(Opcode::IntGt, &[n, zero]);
    let snapshot = u.snapshot(&[list]);
    u.guard(Opcode::GuardTrue, &[more], Aux::NONE, snapshot);
    let boxed = u.op(Opcode::BoxInt, &[n]);
    let cell = u.new_object::<Cons>();
    u.store(Cons::HEAD, cell, boxed);
    let null = u.null();
    u.store(Cons::TAIL, cell, null);
    let one = u.int(1);
    let n = u.op(Opcode::IntSub, &[n, one]);
    u.jump(UnitId::THIS, 0, &[n, cell]);
    u
}

/// (optimise, single pass)
const OPTIONS: [(bool, bool); 4] = [(false, false), (false, true), (true, false), (true, true)];

type Build = fn() -> Unit;
const UNITS: [(&str, Build); 4] =
    [("int loop", int_loop), ("mandelbrot", mandelbrot), ("list loop", list_loop), ("typical", typical)];

// -- measuring

fn best<T>(times: usize, mut run: impl FnMut() -> T) -> Duration {
    (0..times)
        .map(|_| {
            let begin = Instant::now();
            black_box(run());
            begin.elapsed()
        })
        .min()
        .expect("at least one run")
}

fn nanos(duration: Duration, count: u64) -> f64 {
    duration.as_secs_f64() * 1e9 / count as f64
}

fn compile_times() {
    println!("## compile time, best of 300 by stage, microseconds\n");
    print!("unit         ops exits | opt   registers    |");
    for stage in Stage::ALL {
        print!(" {:>8}", stage.name());
    }
    println!(" |  total us/op | bytes");
    for (name, build) in UNITS {
        for (optimise, single_pass) in OPTIONS {
            let mut rig = Rig::new();
            rig.options.optimise = optimise;
            rig.options.single_pass_regalloc = single_pass;
            let unit = build();
            let ops = unit.trace.ops.len();
            let request = UnitRequest {
                trace: unit.trace,
                first_exit: 0,
                id: UnitId(0),
                called_label: None,
                validity: None,
                options: rig.options.clone(),
            };
            let mut least: Option<StageTimes> = None;
            let mut least_total = Duration::MAX;
            let mut last: Option<CompiledUnit> = None;
            for _ in 0..300 {
                let compiled = rig.compiler.compile(&request, &rig.cells).expect("the unit compiles");
                least.get_or_insert(compiled.timings).keep_least(&compiled.timings);
                least_total = least_total.min(compiled.timings.total());
                last = Some(compiled);
            }
            let (last, least) = last.zip(least).expect("300 compilations");
            let us = |d: Duration| d.as_secs_f64() * 1e6;
            print!(
                "{name:12} {ops:3} {:5} | {:5} {:12} |",
                last.slots.len(),
                if optimise { "speed" } else { "none" },
                if single_pass { "single_pass" } else { "backtracking" },
            );
            for stage in Stage::ALL {
                print!(" {:8.1}", us(least.get(*stage)));
            }
            println!(" | {:6.1} {:5.2} | {}", us(least_total), us(least_total) / ops as f64, last.code_bytes);
        }
    }
    println!();
}

fn install_times() {
    println!("## code memory: copy a unit of 162 bytes into it, nanoseconds, best of 500\n");
    for protection in [Protection::Toggle, Protection::Open] {
        let memory = CodeMemory::new(64 << 20, protection);
        let mut compiler = Compiler::<NanBox>::with_memory(memory).expect("a compiler");
        let request = UnitRequest {
            trace: int_loop().trace,
            first_exit: 0,
            id: UnitId(0),
            called_label: None,
            validity: None,
            options: Default::default(),
        };
        let cells = Cells::default();
        let install = (0..500)
            .map(|_| {
                compiler.compile(&request, &cells).expect("the unit compiles").timings.get(Stage::Install)
            })
            .min()
            .expect("500 compilations");
        println!("{protection:?}: {} ns", install.as_nanos());
    }
    println!();
}

/// Nanoseconds per iteration of a unit for each of the four option sets.
fn variants(build: fn() -> Unit, iterations: u64, args: &[u64]) -> Vec<f64> {
    OPTIONS
        .iter()
        .map(|(optimise, single_pass)| {
            let mut rig = Rig::new();
            rig.options.optimise = *optimise;
            rig.options.single_pass_regalloc = *single_pass;
            let compiled = rig.compile(build(), 0);
            nanos(best(7, || rig.enter(&compiled, 0, args)), iterations)
        })
        .collect()
}

fn loops() {
    println!("## loops, nanoseconds per iteration\n");
    println!("loop         | none+bt none+sp speed+bt speed+sp | rust | best ratio");
    let n = 50_000_000;
    let rows = [
        (
            "int loop",
            variants(int_loop, n, &[n, 0, 0]),
            nanos(best(7, || int_loop_in_rust(black_box(n as i64))), n),
        ),
        (
            "mandelbrot",
            variants(mandelbrot, n, &[(-0.5f64).to_bits(), 0.25f64.to_bits(), 0, 0, n]),
            nanos(best(7, || mandelbrot_in_rust(black_box(-0.5), 0.25, n as i64)), n),
        ),
        (
            "typical/3",
            {
                let args =
                    [tagged_int(0), tagged_int(0), tagged_int(0), tagged_int(30_000_000), tagged_int(5)];
                let rest = [tagged_int(0xFF), tagged_float(0.0), tagged_float(1e9)];
                variants(typical, 30_000_000, &[&args[..], &rest[..]].concat())
            },
            f64::NAN,
        ),
    ];
    for (name, ours, rust) in rows {
        let least = ours.iter().copied().fold(f64::MAX, f64::min);
        let all: Vec<String> = ours.iter().map(|x| format!("{x:7.3}")).collect();
        println!("{name:12} | {} | {rust:.3} | {:.2}", all.join(" "), least / rust);
    }
    println!();
}

/// Two units that hand over to each other at every iteration.
fn exits() {
    println!("## seams, nanoseconds\n");
    let n = 10_000_000u64;
    // A loop whose guard fails at every iteration, with a bridge that comes back through the loop's cell.
    let mut rig = Rig::new();
    rig.cells.add(1, 0);
    let mut u = unit_numbered(1);
    let [i, limit, f] = u.label(0, [Kind::Int, Kind::Int, Kind::Float]);
    let never = u.op(Opcode::IntLt, &[limit, i]);
    let snapshot = u.snapshot(&[i, limit, f]);
    u.guard(Opcode::GuardTrue, &[never], Aux::NONE, snapshot);
    u.finish(i);
    let looping = rig.compile(u, 0);
    let mut u = unit_numbered(2);
    let [i, limit, f] = u.label(0, [Kind::Int, Kind::Int, Kind::Float]);
    let more = u.op(Opcode::IntLt, &[i, limit]);
    let snapshot = u.snapshot(&[i]);
    u.guard(Opcode::GuardTrue, &[more], Aux::NONE, snapshot);
    let one = u.int(1);
    let i = u.op(Opcode::IntAdd, &[i, one]);
    u.jump(UnitId(1), 0, &[i, limit, f]);
    let bridge = rig.compile(u, 10);
    rig.cells.point(1, 0, looping.code);
    looping.slots[0].target.store(bridge.code.cast_mut(), Ordering::Release);
    let time = best(7, || rig.enter(&looping, 0, &[0, n, 0]));
    println!("exit through its slot to a bridge and back by a cell, 3 live values: {:.2}", nanos(time, n));

    let mut u = unit();
    let [x] = u.label(0, [Kind::Bool]);
    let snapshot = u.snapshot(&[x]);
    u.guard(Opcode::GuardTrue, &[x], Aux::NONE, snapshot);
    u.finish(x);
    let leaving = rig.compile(u, 0);
    let time = best(7, || {
        for _ in 0..n {
            black_box(rig.enter(&leaving, 0, &[0]));
        }
    });
    println!("enter from Rust, guard fails, back in Rust: {:.2}\n", nanos(time, n));
}

fn fib(cell: *const TraceCell) -> Unit {
    let mut u = unit_numbered(1);
    let [n] = u.label(0, [Kind::Int]);
    let two = u.int(2);
    let small = u.op(Opcode::IntLt, &[n, two]);
    let snapshot = u.snapshot(&[n]);
    u.guard(Opcode::GuardFalse, &[small], Aux::NONE, snapshot);
    let one = u.int(1);
    let n1 = u.op(Opcode::IntSub, &[n, one]);
    let a = call_trace(&mut u, cell, &[n1], &[n]);
    let n2 = u.op(Opcode::IntSub, &[n, two]);
    let b = call_trace(&mut u, cell, &[n2], &[n, a]);
    let sum = u.guard(Opcode::IntAddOvf, &[a, b], Aux::NONE, snapshot);
    u.finish(sum);
    u
}

fn call_trace(u: &mut Unit, cell: *const TraceCell, args: &[Operand], live: &[Operand]) -> Operand {
    let result = Operand::op(u.trace.ops.len() as u32);
    let snapshot = u.snapshot_mode(live, ResumeMode::Deliver, result);
    u.trace.emit_var(Opcode::CallTrace, Some(Kind::Int), args, Aux(cell as u64), snapshot)
}

#[inline(never)]
fn fib_in_rust(n: i64) -> i64 {
    if n < 2 { n } else { fib_in_rust(black_box(n - 1)).checked_add(fib_in_rust(n - 2)).unwrap_or(0) }
}

fn calls() {
    println!("## fib(32), nanoseconds per call\n");
    let calls = 7_049_155;
    let mut rig = Rig::new();
    let cell = rig.cells.add(1, 0);
    let caller = rig.compile(fib(cell), 0);
    let mut u = unit_numbered(2);
    let [n] = u.label(0, [Kind::Int]);
    u.finish(n);
    let base = rig.compile(u, 10);
    rig.cells.point(1, 0, caller.code);
    caller.slots[0].target.store(base.code.cast_mut(), Ordering::Release);
    let ours = nanos(best(5, || assert_eq!(rig.enter(&caller, 0, &[32]), int(2_178_309))), calls);
    let rust = nanos(best(5, || assert_eq!(fib_in_rust(black_box(32)), 2_178_309)), calls);
    println!("call_trace {ours:.2}, Rust {rust:.2}, ratio {:.2}\n", ours / rust);
}

fn allocation() {
    println!("## allocation, nanoseconds per object of 24 bytes, dying young\n");
    let n = 5_000_000;
    let mut rig = Rig::new();
    let compiled = rig.compile(list_loop(), 0);
    let ours = nanos(best(5, || rig.enter(&compiled, 0, &[n, 0])), n);
    let rust = best(5, || {
        for i in 0..n {
            let head = heap::WordSlot::new(tagged_int(black_box(i as i64)));
            let cons = Cons { header: heap::Header::EMPTY, head, tail: heap::Slot::NULL };
            let _ = black_box(rig.mutator.alloc(cons));
        }
    });
    println!("machine code {ours:.2}, Mutator::alloc {:.2}", nanos(rust, n));
}

fn print_asm() {
    for (name, build) in UNITS {
        let mut rig = Rig::new();
        rig.options.disassemble = true;
        let compiled = rig.compile(build(), 0);
        println!("# {name}\n{}", compiled.asm.as_deref().unwrap_or(""));
    }
}
