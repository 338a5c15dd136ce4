//! Time per recorded operation of the whole optimization, peeling included.
//!
//! Target: below 0.6 microseconds per recorded operation. The trace is a loop of `blocks` times eleven operations as an
//! interpreter records them: tests of classes, a field, arithmetic on integers and floats, a position each.

use heap::{FieldDescr, FieldKind, LayoutId, Mutability};
use metatrace_ir::{DescrTable, FieldKey, Trace, parse};
use metatrace_machine::NanBox;
use metatrace_opt::{Coding, Options, PlainEnv, Switches, optimize_loop};
use std::fmt::Write;
use std::time::Instant;

const POINT: LayoutId = LayoutId(100);

fn names() -> DescrTable {
    let mut table = DescrTable::new();
    table.use_encoding::<NanBox>().add_layout_id("point", POINT).add_address("main", 0x1000);
    let x = FieldDescr {
        layout: POINT,
        name: "x",
        offset: 8,
        kind: FieldKind::Value,
        mutability: Mutability::Mutable,
    };
    table.add_field("point.x", FieldKey::new(x));
    table
}

fn recorded(blocks: usize) -> Trace {
    let mut text = String::from("label 0 (%i0: value, %f0: value, %p: value)\n");
    let mut snapshots = String::new();
    let text = &mut text;
    for k in 0..blocks {
        let n = k + 1;
        writeln!(
            text,
            "at main@{k}\nguard_tag[int] %i{k} @s{k}\n%a{k} = unbox_int %i{k}\nguard_tag[float] %f{k} @s{k}\n\
             %b{k} = unbox_float %f{k}\nguard_tag[ref] %p @s{k}\n%r{k} = unbox_ref %p\n\
             guard_layout[point] %r{k} @s{k}\n%x{k} = load_field[point.x] %r{k}\nguard_tag[int] %x{k} @s{k}\n\
             %y{k} = unbox_int %x{k}\n%c{k} = int_lt %a{k}, %y{k}\nguard_true %c{k} @s{k}\n\
             %d{k} = int_add_ovf %a{k}, {n} @s{k}\n%i{n} = box_int %d{k}\n%e{k} = float_add %b{k}, {n}.5\n\
             %f{n} = box_float %e{k}"
        )
        .expect("a string accepts text");
        writeln!(snapshots, "snapshot @s{k} execute\n  frame main@{k} {{0: %i{k}, 1: %f{k}, 2: %p}}")
            .expect("a string accepts text");
    }
    writeln!(text, "jump 0 (%i{blocks}, %f{blocks}, %p) @end\n{snapshots}snapshot @end execute\n  frame main@0 {{0: %i{blocks}, 1: %f{blocks}, 2: %p}}")
        .expect("a string accepts text");
    parse(text, &names()).expect("the benchmark's trace is well formed")
}

fn main() {
    let env = PlainEnv(Coding::of::<NanBox>());
    for blocks in [2, 8, 32, 128] {
        let trace = recorded(blocks);
        let mut options = Options::default();
        for unroll in [true, false] {
            if !unroll {
                options.switches = Switches::default();
                options.switches.disable("unroll").expect("unroll is in the list");
            }
            // Many short samples: the shortest is one that nobody interrupted.
            let rounds = 1_000 / blocks;
            let mut best = f64::MAX;
            let mut ops = 0;
            for _ in 0..100 {
                let start = Instant::now();
                for _ in 0..rounds {
                    ops = optimize_loop(&trace, &env, &options).expect("the trace is sound").unit.ops.len();
                }
                best = best.min(start.elapsed().as_nanos() as f64 / rounds as f64);
            }
            let recorded = trace.ops.len();
            println!(
                "{recorded:5} recorded ops, {} -> {ops:5} ops: {:8.1} us, {:6.3} us per recorded op",
                if unroll { "peeled  " } else { "straight" },
                best / 1e3,
                best / 1e3 / recorded as f64
            );
        }
    }
}
