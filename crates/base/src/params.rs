//! The parameters of the JIT: each is written once, in the list below, with its default, its range and its
//! meaning. The list makes the struct, the parser, the error messages and the help text.
//!
//! The text form is `name=value,name,off` (the option `--jit`, the environment, the API). Besides parameters it
//! accepts the stress knobs of the test suite, each with an optional `jit=` in front:
//!
//! | spelling | meaning |
//! |---|---|
//! | `off` | never trace (`threshold=0,function_threshold=0`) |
//! | `default` | every parameter back to its default |
//! | `no-<pass>` / `<pass>` | leave the pass out / put it back |
//! | `enable_opts=<pass>:<pass>…` or `all` | exactly these passes |
//! | `threshold-N` | `threshold=N,function_threshold=N` |
//! | `bridge-threshold-N` | `trace_eagerness=N` |
//! | `guard-fail-every-N` | `guard_fail_every=N`, not 0 |
//! | `trace-limit-small` | `trace_limit=200` |
//! | `ir-interp`, `sync-compile`, any switch | that switch = 1 |
//!
//! Dashes and underscores are the same in names. Later items win over earlier ones.

use std::fmt;

/// A type that a parameter can have. Everything travels as `u64` between text and field.
trait ParamValue: Copy {
    fn from_u64(value: u64) -> Self;
    fn to_u64(self) -> u64;
    const IS_SWITCH: bool = false;
}
impl ParamValue for u32 {
    fn from_u64(value: u64) -> u32 {
        u32::try_from(value).expect("the range of the parameter fits its type")
    }
    fn to_u64(self) -> u64 {
        self as u64
    }
}
impl ParamValue for u64 {
    fn from_u64(value: u64) -> u64 {
        value
    }
    fn to_u64(self) -> u64 {
        self
    }
}
impl ParamValue for bool {
    fn from_u64(value: u64) -> bool {
        value != 0
    }
    fn to_u64(self) -> u64 {
        self as u64
    }
    const IS_SWITCH: bool = true;
}

/// One line of the parameter table.
#[derive(Clone, Copy, Debug)]
pub struct ParamInfo {
    pub name: &'static str,
    pub default: u64,
    /// Smallest and largest value that is accepted.
    pub range: (u64, u64),
    /// Takes 0 or 1, and is set to 1 by its bare name.
    pub is_switch: bool,
    pub meaning: &'static str,
}

macro_rules! jit_params {
    ($($name:ident: $ty:ty = $default:literal, $low:literal ..= $high:literal, $meaning:literal;)*) => {
        /// See the module header.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Params {
            $(#[doc = $meaning] pub $name: $ty,)*
            /// Optimizer passes that are left out.
            pub disabled: PassSet,
        }

        impl Default for Params {
            fn default() -> Params {
                Params { $($name: <$ty>::from_u64($default),)* disabled: PassSet::NONE }
            }
        }

        /// All parameters, in the order of the list.
        pub const PARAMS: &[ParamInfo] = &[$(ParamInfo {
            name: stringify!($name),
            default: $default,
            range: ($low, $high),
            is_switch: <$ty as ParamValue>::IS_SWITCH,
            meaning: $meaning,
        }),*];

        const _: () = {
            let mut i = 0;
            while i < PARAMS.len() {
                let (low, high) = PARAMS[i].range;
                assert!(low <= PARAMS[i].default && PARAMS[i].default <= high, "default outside the range");
                i += 1;
            }
        };

        impl Params {
            /// The value of a parameter by name; `None` if there is none of that name.
            pub fn get(&self, name: &str) -> Option<u64> {
                match name { $(stringify!($name) => Some(self.$name.to_u64()),)* _ => None }
            }
            /// Precondition: `value` is in the range of the parameter `name`.
            fn set_checked(&mut self, name: &str, value: u64) {
                match name { $(stringify!($name) => self.$name = <$ty>::from_u64(value),)* _ => {} }
            }
        }
    };
}

jit_params! {
    threshold: u32 = 400, 0..=0x7FFF_FFFF,
        "iterations of a loop before it is traced; 0 = never";
    function_threshold: u32 = 500, 0..=0x7FFF_FFFF,
        "calls of a function before it is traced from its entry; 0 = never";
    trace_eagerness: u32 = 400, 0..=0x7FFF_FFFF,
        "failures of a guard before a bridge is traced from it; 0 = never";
    trace_limit: u32 = 6000, 1..=1_000_000,
        "operations recorded before a trace is abandoned as too long";
    inlining: bool = 1, 0..=1,
        "trace into called functions";
    inline_depth: u32 = 40, 1..=10_000,
        "frames that a trace may push above the one it started in";
    loop_longevity: u32 = 1000, 0..=0x7FFF_FFFF,
        "generations that an unused compiled loop is kept; 0 = for ever";
    max_unroll_recursion: u32 = 4, 1..=1000,
        "frames of one function that a trace may hold before a call of it becomes a call of its trace";
    max_unroll_loops: u32 = 7, 0..=1000,
        "times that a trace goes through a loop without code before the recording is abandoned";
    retrace_limit: u32 = 4, 0..=1000,
        "labels at one join point, by the state of the values; the last is for all; 0 = none";
    max_bridges: u32 = 400, 0..=1_000_000,
        "bridges of one loop; more exits go to the interpreter";
    join_threshold: u32 = 10, 0..=1_000_000,
        "bridges of one loop before it is compiled again with them as one unit; 0 = never";
    code_limit_bytes: u64 = 134_217_728, 65_536..=0xFFFF_FFFF_FFFF,
        "machine code kept; above it nothing is compiled until old code is dropped";
    vec: bool = 0, 0..=1,
        "vectorize loops";
    sync_compile: bool = 0, 0..=1,
        "generate machine code in the thread that traced, at once (deterministic)";
    install_after: u32 = 0, 0..=1_000_000,
        "with sync_compile, looks at what is queued before new machine code is used, as if a thread were busy with it";
    entry_us: u32 = 0, 0..=1_000_000,
        "microseconds that each entry of machine code counts for, in place of the clock that fusions wait for; 0 = off";
    ir_interp: bool = 0, 0..=1,
        "execute optimised traces with the IR interpreter, generate no machine code";
    guard_fail_every: u32 = 0, 0..=0x7FFF_FFFF,
        "every n-th guard executed leaves although its condition holds; 0 = off";
}

macro_rules! passes {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {
        /// The optimizer's passes, in the order in which they see an operation.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Pass { $($(#[$doc])* $name,)* }

        impl Pass {
            pub const ALL: &'static [Pass] = &[$(Pass::$name),*];
            pub const fn name(self) -> &'static str { match self { $(Pass::$name => $text,)* } }
        }
    };
}

passes! {
    /// Integer ranges and known bits.
    IntBounds "intbounds";
    /// Algebra, strength reduction.
    Rewrite "rewrite";
    /// Allocation removal.
    Virtualize "virtualize";
    /// Strings built lazily.
    Strings "strings";
    /// Common subexpressions, constant folding of calls.
    Pure "pure";
    /// Field and array caching, delayed stores.
    Heap "heap";
    /// Implied and strengthened guards.
    Guards "guards";
    /// Loop peeling.
    Unroll "unroll";
    /// Labels inside a loop body that bridges jump to.
    Sink "sink";
    Joins "joins";
    /// Vector operations.
    Vectorize "vectorize";
    /// Dead code.
    Dce "dce";
}

const _: () = assert!(Pass::ALL.len() <= 32, "a pass set is 32 bits wide");

impl Pass {
    pub fn from_name(name: &str) -> Option<Pass> {
        Pass::ALL.iter().copied().find(|p| p.name() == name)
    }
}

/// A set of passes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct PassSet(u32);

impl PassSet {
    pub const NONE: PassSet = PassSet(0);
    pub const ALL: PassSet = PassSet(((1u64 << Pass::ALL.len()) - 1) as u32);
    pub const fn contains(self, pass: Pass) -> bool {
        self.0 >> pass as u32 & 1 != 0
    }
    pub const fn insert(&mut self, pass: Pass) {
        self.0 |= 1 << pass as u32;
    }
    pub const fn remove(&mut self, pass: Pass) {
        self.0 &= !(1 << pass as u32);
    }
}

/// An item of the parameter text that means nothing, and what was expected in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamsError {
    /// The item, as it was written.
    pub item: String,
    pub expected: String,
}

impl fmt::Display for ParamsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JIT parameter '{}': expected {}", self.item, self.expected)
    }
}
impl std::error::Error for ParamsError {}

const SMALL_TRACE_LIMIT: u64 = 200;

impl Params {
    /// The defaults, changed by `text`. Errors: see [`Params::apply`].
    pub fn parse(text: &str) -> Result<Params, ParamsError> {
        let mut params = Params::default();
        params.apply(text)?;
        Ok(params)
    }

    /// Changes parameters as `text` says; see the module header. Errors: the first item that is not a known
    /// name, or whose value is out of range; the items before it have been applied.
    pub fn apply(&mut self, text: &str) -> Result<(), ParamsError> {
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .try_for_each(|item| self.apply_item(item))
    }

    /// Whether nothing is ever traced.
    pub fn is_off(&self) -> bool {
        self.threshold == 0 && self.function_threshold == 0
    }

    pub fn is_enabled(&self, pass: Pass) -> bool {
        !self.disabled.contains(pass) && (pass != Pass::Vectorize || self.vec)
    }

    fn apply_item(&mut self, item: &str) -> Result<(), ParamsError> {
        let knob = item.strip_prefix("jit=").unwrap_or(item);
        if let Some((name, value)) = knob.split_once('=') {
            let name = name.trim().replace('-', "_");
            return if name == "enable_opts" {
                self.set_passes(item, value.trim())
            } else {
                self.set_text(item, &name, value.trim())
            };
        }
        let name = knob.replace('-', "_");
        if let Some(info) = info(&name) {
            return if info.is_switch {
                self.set(item, info, 1)
            } else {
                Err(expected(item, range_text(info, true)))
            };
        }
        if let Some(pass) = Pass::from_name(&name) {
            self.disabled.remove(pass);
            return Ok(());
        }
        if let Some(pass) = name.strip_prefix("no_") {
            return self.disable(item, pass);
        }
        match name.as_str() {
            "off" => (self.threshold, self.function_threshold) = (0, 0),
            "default" => *self = Params::default(),
            "trace_limit_small" => self.set_text(item, "trace_limit", &SMALL_TRACE_LIMIT.to_string())?,
            _ => return self.apply_numbered_knob(item, &name),
        }
        Ok(())
    }

    /// `threshold-1` and its like.
    fn apply_numbered_knob(&mut self, item: &str, name: &str) -> Result<(), ParamsError> {
        let Some((knob, number)) = name.rsplit_once('_') else { return Err(unknown(item)) };
        match knob {
            "threshold" => {
                self.set_text(item, "threshold", number)?;
                self.set_text(item, "function_threshold", number)
            }
            "bridge_threshold" => self.set_text(item, "trace_eagerness", number),
            // Zero would be off, and a stress mode that is none goes unnoticed.
            "guard_fail_every" if number.parse() == Ok(0u64) => Err(expected(
                item,
                "guard-fail-every-N with N from 1, or guard_fail_every=0 for off".to_string(),
            )),
            "guard_fail_every" => self.set_text(item, "guard_fail_every", number),
            _ => Err(unknown(item)),
        }
    }

    fn set_text(&mut self, item: &str, name: &str, value: &str) -> Result<(), ParamsError> {
        let Some(info) = info(name) else { return Err(unknown(item)) };
        match value.parse::<u64>() {
            Ok(number) => self.set(item, info, number),
            Err(_) => Err(expected(item, range_text(info, false))),
        }
    }

    fn set(&mut self, item: &str, info: &ParamInfo, value: u64) -> Result<(), ParamsError> {
        if value < info.range.0 || value > info.range.1 {
            return Err(expected(item, range_text(info, false)));
        }
        self.set_checked(info.name, value);
        Ok(())
    }

    fn disable(&mut self, item: &str, pass: &str) -> Result<(), ParamsError> {
        if let Some(switch) = info(pass).filter(|p| p.is_switch) {
            return self.set(item, switch, 0);
        }
        match Pass::from_name(pass) {
            Some(pass) => {
                self.disabled.insert(pass);
                Ok(())
            }
            None => Err(expected(item, format!("no-<pass>, with a pass of {}", pass_names()))),
        }
    }

    fn set_passes(&mut self, item: &str, list: &str) -> Result<(), ParamsError> {
        let mut disabled = if list == "all" { PassSet::NONE } else { PassSet::ALL };
        if list != "all" {
            for name in list.split(':').filter(|n| !n.is_empty()) {
                let pass = Pass::from_name(name).ok_or_else(|| {
                    expected(item, format!("'all' or passes of {}, separated by ':'", pass_names()))
                })?;
                disabled.remove(pass);
            }
        }
        self.disabled = disabled;
        Ok(())
    }

    /// The table of parameters, for `--jit help`.
    pub fn help() -> String {
        use fmt::Write;
        let mut text = String::new();
        for p in PARAMS {
            let _ = writeln!(text, "  {:<22} {} (default {})", format!("{}=N", p.name), p.meaning, p.default);
        }
        let _ = writeln!(text, "  {:<22} leave out an optimizer pass: {}", "no-<pass>", pass_names());
        let _ = writeln!(text, "  {:<22} never trace", "off");
        let _ = writeln!(text, "  {:<22} back to the defaults", "default");
        text
    }
}

fn info(name: &str) -> Option<&'static ParamInfo> {
    PARAMS.iter().find(|p| p.name == name)
}

fn expected(item: &str, expected: String) -> ParamsError {
    ParamsError { item: item.to_string(), expected }
}

fn range_text(info: &ParamInfo, with_name: bool) -> String {
    let name = if with_name { format!("{}=", info.name) } else { String::new() };
    if info.is_switch {
        format!("{name}0 or {name}1")
    } else {
        format!("{name}N with N from {} to {}", info.range.0, info.range.1)
    }
}

fn pass_names() -> String {
    Pass::ALL.iter().map(|p| p.name()).collect::<Vec<_>>().join(", ")
}

fn unknown(item: &str) -> ParamsError {
    let names = PARAMS.iter().map(|p| p.name).collect::<Vec<_>>().join(", ");
    expected(item, format!("a parameter ({names}), 'off', 'default', no-<pass> or a stress knob"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Params {
        Params::parse(text).expect(text)
    }

    #[test]
    fn empty_text_is_the_defaults() {
        assert_eq!(parse(""), Params::default());
        assert_eq!(parse(" , "), Params::default());
    }

    #[test]
    fn every_parameter_can_be_set_and_read_by_name_at_both_ends_of_its_range() {
        for info in PARAMS {
            for value in [info.range.0, info.range.1, info.default] {
                let p = parse(&format!("{}={value}", info.name));
                assert_eq!(p.get(info.name), Some(value), "{}", info.name);
            }
            assert!(Params::parse(&format!("{}={}", info.name, info.range.1 + 1)).is_err(), "{}", info.name);
        }
    }

    #[test]
    fn stress_knobs_set_the_parameters_they_stand_for() {
        let p = parse(
            "jit=threshold-1,bridge-threshold-2,guard-fail-every-7,trace-limit-small,ir-interp,sync-compile",
        );
        assert_eq!((p.threshold, p.function_threshold, p.trace_eagerness), (1, 1, 2));
        assert_eq!((p.guard_fail_every, p.trace_limit), (7, 200));
        assert!(p.ir_interp && p.sync_compile && !p.is_off());
        assert!(parse("off").is_off());
        assert_eq!(parse("threshold=3,default"), Params::default());
    }

    #[test]
    fn passes_are_left_out_and_put_back() {
        for pass in Pass::ALL {
            let p = parse(&format!("vec=1,jit=no-{}", pass.name()));
            assert!(!p.is_enabled(*pass), "{}", pass.name());
            assert!(parse(&format!("vec,no-{0},{0}", pass.name())).is_enabled(*pass));
        }
        let p = parse("enable_opts=pure:heap");
        assert!(p.is_enabled(Pass::Pure) && p.is_enabled(Pass::Heap) && !p.is_enabled(Pass::Unroll));
        assert_eq!(parse("enable_opts=pure,enable_opts=all").disabled, PassSet::NONE);
        assert!(!parse("no-inlining").inlining);
        assert!(!Params::default().is_enabled(Pass::Vectorize));
    }

    #[test]
    fn errors_name_the_item_and_what_was_expected() {
        let error = |text| Params::parse(text).expect_err(text).to_string();
        assert_eq!(error("vec=2"), "JIT parameter 'vec=2': expected 0 or 1");
        assert_eq!(
            error("threshold"),
            "JIT parameter 'threshold': expected threshold=N with N from 0 to 2147483647"
        );
        assert_eq!(
            error("off,trace_limit=0"),
            "JIT parameter 'trace_limit=0': expected N with N from 1 to 1000000"
        );
        assert_eq!(
            error("retrace_limit=-1"),
            "JIT parameter 'retrace_limit=-1': expected N with N from 0 to 1000"
        );
        assert!(error("no-such").contains("no-<pass>, with a pass of intbounds, rewrite"));
        assert!(error("banana").starts_with("JIT parameter 'banana': expected a parameter (threshold,"));
        assert!(error("threshold-x").contains("N from 0"));
        assert!(error("guard-fail-every-0").contains("N from 1, or guard_fail_every=0"));
        assert_eq!(parse("guard-fail-every-3,guard_fail_every=0").guard_fail_every, 0);
    }

    #[test]
    fn help_mentions_every_parameter_and_pass() {
        let help = Params::help();
        assert!(PARAMS.iter().all(|p| help.contains(p.name) && help.contains(p.meaning)));
        assert!(Pass::ALL.iter().all(|p| help.contains(p.name())));
    }
}
