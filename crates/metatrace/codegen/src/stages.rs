//! Where compile time goes, stage by stage.
//!
//! Cranelift reports the beginning and the end of its passes to a profiler of the thread. Ours adds them up by
//! [`Stage`]; what no pass claims (block order, set-up of the register allocator's view, growing tables) is the rest
//! of Cranelift's time. Time goes to the innermost pass, so the stages add up to the whole.
//!
//! The cost is what Cranelift's own profiler takes anyway: two readings of the clock and one small box per pass, about
//! a microsecond per unit.

use cranelift_codegen::timing::{Pass, Profiler, set_thread_profiler};
use std::any::Any;
use std::cell::Cell;
use std::time::{Duration, Instant};

macro_rules! stages {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {
        /// A stage of compiling one unit.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Stage { $($(#[$doc])* $name,)* }

        impl Stage {
            pub const ALL: &'static [Stage] = &[$(Stage::$name),*];
            pub const fn name(self) -> &'static str { match self { $(Stage::$name => $text,)* } }
        }
    };
}

stages! {
    /// IR to CLIF: the only stage that is our own code.
    Build "build";
    /// Control flow, dominators, removal of constant block parameters.
    Flow "flow";
    /// Mid-end rewriting; only with [`CodegenOptions::optimise`](crate::CodegenOptions::optimise).
    Rewrite "rewrite";
    /// CLIF to machine instructions over virtual registers.
    Select "select";
    /// Register allocation.
    Allocate "allocate";
    /// Machine instructions to bytes.
    Emit "emit";
    /// What Cranelift does between its passes.
    Rest "rest";
    /// Relocation and copy into executable memory.
    Install "install";
}

const STAGES: usize = Stage::ALL.len();

/// Time by stage, of one unit or of several added up.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct StageTimes([Duration; STAGES]);

impl StageTimes {
    pub fn get(&self, stage: Stage) -> Duration {
        self.0[stage as usize]
    }
    pub fn set(&mut self, stage: Stage, time: Duration) {
        self.0[stage as usize] = time;
    }
    pub fn total(&self) -> Duration {
        self.0.iter().sum()
    }
    pub fn add(&mut self, other: &StageTimes) {
        self.combine(other, |a, b| a + b);
    }
    /// The smaller time of each stage.
    pub fn keep_least(&mut self, other: &StageTimes) {
        self.combine(other, Duration::min);
    }
    fn combine(&mut self, other: &StageTimes, f: impl Fn(Duration, Duration) -> Duration) {
        for (a, b) in self.0.iter_mut().zip(other.0) {
            *a = f(*a, b);
        }
    }
}

/// `build 12.1 select 80.0 ... us`
impl std::fmt::Display for StageTimes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for stage in Stage::ALL.iter().filter(|s| !self.get(**s).is_zero()) {
            write!(f, "{} {:.1} ", stage.name(), self.get(*stage).as_secs_f64() * 1e6)?;
        }
        f.write_str("us")
    }
}

/// The compilation that runs on this thread.
#[derive(Clone, Copy)]
struct Clock {
    times: StageTimes,
    /// What time goes to at present, and since when it is not accounted for.
    stage: Stage,
    since: Instant,
}

impl Clock {
    fn charge(&mut self) {
        let now = Instant::now();
        self.times.0[self.stage as usize] += now - self.since;
        self.since = now;
    }
}

thread_local! {
    static CLOCK: Cell<Option<Clock>> = const { Cell::new(None) };
}

/// Ends the stage of the running compilation, if any, and begins another; returns the one that ended.
fn switch_to(stage: Stage) -> Option<Stage> {
    CLOCK.with(|cell| {
        let mut clock = cell.get()?;
        clock.charge();
        let before = std::mem::replace(&mut clock.stage, stage);
        cell.set(Some(clock));
        Some(before)
    })
}

struct StageProfiler;

/// A running pass: goes back to the stage around it when it ends.
struct Running {
    around: Option<Stage>,
}

impl Profiler for StageProfiler {
    fn start_pass(&self, pass: Pass) -> Box<dyn Any> {
        let stage = match pass {
            Pass::flowgraph | Pass::domtree | Pass::unreachable_code | Pass::remove_constant_phis => {
                Stage::Flow
            }
            Pass::egraph => Stage::Rewrite,
            Pass::vcode_lower => Stage::Select,
            Pass::regalloc => Stage::Allocate,
            Pass::vcode_emit | Pass::vcode_emit_finish => Stage::Emit,
            // It contains the others, or belongs to the one around it.
            _ => return Box::new(()),
        };
        Box::new(Running { around: switch_to(stage) })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(stage) = self.around {
            switch_to(stage);
        }
    }
}

/// Runs one compilation by Cranelift; the times of its stages, those of [`Stage::Build`] and [`Stage::Install`] zero.
pub(crate) fn timed<T>(compile: impl FnOnce() -> T) -> (T, StageTimes) {
    thread_local! {
        static IS_SET: Cell<bool> = const { Cell::new(false) };
    }
    if !IS_SET.replace(true) {
        set_thread_profiler(Box::new(StageProfiler));
    }
    CLOCK.set(Some(Clock { times: StageTimes::default(), stage: Stage::Rest, since: Instant::now() }));
    let result = compile();
    switch_to(Stage::Rest);
    let times = CLOCK.take().map_or(StageTimes::default(), |clock| clock.times);
    (result, times)
}
