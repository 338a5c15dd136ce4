//! The grammar as data: sections of weighted alternatives. The notation is described at the top of `grammar.txt`.

use std::collections::{HashMap, HashSet};

/// One way to write what a section stands for.
pub struct Alternative {
    weight: usize,
    /// Where it may stand: `loop`, `function`, ...; empty: anywhere.
    pub place: &'static str,
    pub text: String,
}

/// By name of the section.
pub struct Grammar(HashMap<&'static str, Vec<Alternative>>);

impl Grammar {
    pub fn read(text: &'static str) -> Grammar {
        let mut sections: HashMap<&'static str, Vec<Alternative>> = HashMap::new();
        let mut section = "";
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ") && *line != "#") {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
                && name.chars().all(|c| c.is_ascii_lowercase() || c == ' ')
                && !name.is_empty()
            {
                section = name;
                continue;
            }
            let alternatives = sections.entry(section).or_default();
            if let Some(more) = line.strip_prefix('|') {
                let last = alternatives.last_mut().expect("a continued line has a first one");
                last.text.push('\n');
                last.text.push_str(more.strip_prefix(' ').unwrap_or(more));
                continue;
            }
            let (weight, line) = match line.split_once("* ") {
                Some((digits, rest)) if digits.parse::<usize>().is_ok() => {
                    (digits.parse().expect("digits are a number"), rest)
                }
                _ => (1, line),
            };
            let (place, text) = match line.strip_prefix('?').and_then(|rest| rest.split_once(' ')) {
                Some((place, text)) => (place, text),
                None => ("", line),
            };
            alternatives.push(Alternative { weight, place, text: text.to_string() });
        }
        Grammar(sections)
    }

    pub fn has(&self, section: &str) -> bool {
        self.0.contains_key(section)
    }

    pub fn sections(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// The names of all holes.
    pub fn holes(&self) -> HashSet<String> {
        let all = self.0.values().flatten();
        let without_braces = all.map(|alternative| alternative.text.replace("{{", "").replace("}}", ""));
        without_braces
            .flat_map(|text| {
                let ends = text
                    .split('{')
                    .skip(1)
                    .map(|rest| rest.split('}').next().unwrap_or_default().to_string());
                ends.collect::<Vec<_>>()
            })
            .collect()
    }

    pub fn alternatives(&self, section: &str) -> &[Alternative] {
        self.0.get(section).unwrap_or_else(|| panic!("the grammar has no section [{section}]"))
    }

    /// One of the alternatives that may stand where `is_place` says; `number`, any number, decides which.
    pub fn choose(&self, section: &str, number: u64, is_place: impl Fn(&str) -> bool) -> &Alternative {
        let possible: Vec<&Alternative> = self
            .alternatives(section)
            .iter()
            .filter(|alternative| alternative.place.is_empty() || is_place(alternative.place))
            .collect();
        let total: usize = possible.iter().map(|alternative| alternative.weight).sum();
        let mut left = (number % total as u64) as usize;
        for alternative in possible {
            if left < alternative.weight {
                return alternative;
            }
            left -= alternative.weight;
        }
        unreachable!("the number is below the sum of the weights")
    }
}
