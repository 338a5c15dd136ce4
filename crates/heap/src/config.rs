//! Options of a heap: sizes, pacing, and the stress knobs that tests turn.
//!
//! One list ([`OPTIONS`]) names every option with its default and meaning. [`HeapConfig::set`] accepts three spellings:
//! the stress form (`gc`, `every-alloc`), the option's own name (`nursery`, `8M`) and the environment's (`GC_NURSERY`,
//! `PYPY_GC_NURSERY`).

/// When survivors of a minor collection are copied out of the blocks they were born in.
#[derive(Copy, Clone, PartialEq, Eq, Debug)]
pub enum Evacuation {
    /// Copy when little survives, else promote in place.
    Adaptive,
    Never,
    Always,
}

macro_rules! options {
    ($($field:ident: $ty:ty = $default:expr, $parse:ident, $meaning:literal;)*) => {
        /// Parameters of one heap. `HeapConfig::default()` is what production uses.
        #[derive(Clone, Debug)]
        pub struct HeapConfig { $(#[doc = $meaning] pub $field: $ty,)* }

        impl Default for HeapConfig {
            fn default() -> Self {
                HeapConfig { $($field: $default,)* }
            }
        }

        /// All options: name, default, meaning. The environment's spelling is `GC_` and the name in capitals.
        pub const OPTIONS: &[(&str, &str, &str)] = &[$((stringify!($field), stringify!($default), $meaning),)*];

        impl HeapConfig {
            fn set_field(&mut self, name: &str, value: &str) -> Option<Result<(), &'static str>> {
                match name {
                    $(stringify!($field) => Some($parse(value).map(|v| self.$field = v)),)*
                    _ => None,
                }
            }
        }
    };
}

options! {
    nursery: usize = 4 << 20, bytes, "most bytes allocated between two minor collections; begins with a quarter of this, and adapts";
    major_collect: f64 = 1.82, factor, "a major collection starts when the heap exceeds this times the live size of the last one";
    growth: f64 = 1.4, factor, "largest growth of that threshold from one major collection to the next";
    min: usize = 30 << 20, bytes, "live size assumed by that rule at least";
    max: usize = 0, bytes, "limit of the heap, 0 = none; beyond it allocation fails with OutOfMemory";
    pause_us: usize = 1000, count, "time that one increment of a major collection may take, microseconds";
    slice: usize = 0, count, "objects that one increment of a major collection marks, 0 = as many as time and pace say";
    reserve: usize = 0, bytes, "address space to reserve, 0 = max(64 GiB, twice the memory); smaller if refused";
    evacuate: Evacuation = Evacuation::Adaptive, evacuation, "copy survivors: auto, 0 (never) or always";
    remset: usize = 16384, count, "remembered objects that trigger a minor collection";
    stress: usize = 0, count, "minor collection at every n-th allocation, 0 = off";
    stress_major: usize = 0, count, "full collection at every n-th allocation, 0 = off";
    poison: bool = false, flag, "fill free memory with 0xDD and fresh memory with 0xAA";
    protect: bool = false, flag, "make vacated blocks inaccessible for 7 minor collections";
    verify: bool = false, flag, "check the whole heap after each collection";
    shadow: bool = false, flag, "check precise roots before each collection, and the marking of each major one by a plain traversal";
    cons_extra: usize = 0, count, "random heap words injected as conservative roots at each minor collection";
    seed: usize = 1, count, "seed of that randomness";
    log: Option<String> = None, text, "file that gets one line per collection";
}

impl HeapConfig {
    /// Sets one option from text. Errors say what was expected.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        if name == "gc" {
            return self.set_stress(value);
        }
        let lower = name.to_ascii_lowercase();
        let key = lower.strip_prefix("pypy_").unwrap_or(&lower);
        let key = key.strip_prefix("gc_").or(key.strip_prefix("gc:")).unwrap_or(key);
        match self.set_field(key, value) {
            Some(result) => result.map_err(|expected| format!("{name}: expected {expected}, got `{value}`")),
            None => {
                let known: Vec<&str> = OPTIONS.iter().map(|option| option.0).collect();
                Err(format!("{name}: no such option; expected gc or one of {}", known.join(", ")))
            }
        }
    }

    fn set_stress(&mut self, value: &str) -> Result<(), String> {
        match value {
            "every-alloc" => self.stress = 1,
            "tiny-nursery" => self.nursery = 64 << 10,
            "short-slices" => self.slice = 4,
            "poison" => self.poison = true,
            "verify" => self.verify = true,
            "shadow" => self.shadow = true,
            "protect" => self.protect = true,
            "no-evacuate" => self.evacuate = Evacuation::Never,
            "always-evacuate" => self.evacuate = Evacuation::Always,
            _ => {
                let n = value.strip_prefix("every-").and_then(|n| n.parse::<usize>().ok()).filter(|&n| n > 0);
                self.stress = n.ok_or_else(|| {
                    format!(
                        "gc: expected every-alloc, every-N, tiny-nursery, short-slices, poison, verify, shadow, protect, no-evacuate or \
                         always-evacuate, got `{value}`"
                    )
                })?;
            }
        }
        Ok(())
    }

    /// Applies every `GC_*` and `PYPY_GC_*` variable of the environment that names an option.
    /// Errors: the first value that does not parse; unknown names are left to others.
    pub fn set_from_environment(&mut self) -> Result<(), String> {
        for (field, _, _) in OPTIONS {
            for prefix in ["PYPY_GC_", "GC_"] {
                let name = format!("{prefix}{}", field.to_ascii_uppercase());
                if let Ok(value) = std::env::var(&name) {
                    self.set(&name, &value)?;
                }
            }
        }
        Ok(())
    }
}

fn bytes(text: &str) -> Result<usize, &'static str> {
    const EXPECTED: &str = "a size such as 65536, 64K, 4M or 1.5G";
    let text = text.trim().trim_end_matches(['B', 'b']);
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'k' | b'K') => (&text[..text.len() - 1], 1u64 << 10),
        Some(b'm' | b'M') => (&text[..text.len() - 1], 1 << 20),
        Some(b'g' | b'G') => (&text[..text.len() - 1], 1 << 30),
        _ => (text, 1),
    };
    let number: f64 = digits.parse().map_err(|_| EXPECTED)?;
    let bytes = number * unit as f64;
    if (0.0..1e15).contains(&bytes) { Ok(bytes as usize) } else { Err(EXPECTED) }
}

fn factor(text: &str) -> Result<f64, &'static str> {
    text.parse().ok().filter(|f| (1.0..1000.0).contains(f)).ok_or("a factor of at least 1")
}

fn count(text: &str) -> Result<usize, &'static str> {
    text.parse().map_err(|_| "a whole number")
}

fn flag(text: &str) -> Result<bool, &'static str> {
    match text {
        "1" | "on" | "true" => Ok(true),
        "0" | "off" | "false" => Ok(false),
        _ => Err("0 or 1"),
    }
}

fn evacuation(text: &str) -> Result<Evacuation, &'static str> {
    match text {
        "auto" | "1" => Ok(Evacuation::Adaptive),
        "0" | "never" => Ok(Evacuation::Never),
        "always" => Ok(Evacuation::Always),
        _ => Err("auto, 0 or always"),
    }
}

fn text(text: &str) -> Result<Option<String>, &'static str> {
    Ok(Some(text.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_spellings_of_an_option() {
        let mut c = HeapConfig::default();
        c.set("nursery", "8M").unwrap();
        assert_eq!(c.nursery, 8 << 20);
        c.set("GC_NURSERY", "64k").unwrap();
        assert_eq!(c.nursery, 64 << 10);
        c.set("PYPY_GC_MAX", "1.5G").unwrap();
        assert_eq!(c.max, 3 << 29);
        c.set("gc", "every-7").unwrap();
        assert_eq!(c.stress, 7);
        c.set("gc", "always-evacuate").unwrap();
        assert_eq!(c.evacuate, Evacuation::Always);
    }

    #[test]
    fn errors_say_what_was_expected() {
        let mut c = HeapConfig::default();
        assert!(c.set("nursery", "many").unwrap_err().contains("a size such as"));
        assert!(c.set("gc", "every-0").unwrap_err().contains("every-alloc, every-N"));
        assert!(c.set("nursry", "1").unwrap_err().contains("nursery, major_collect"));
    }
}
