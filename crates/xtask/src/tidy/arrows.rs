//! Arrows between crates run one way, and some do not exist at all (ARCHITECTURE.md, "Crates").

use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Every crate of the workspace, lower ones first: a crate depends only on those before it.
const ORDER: &[&str] = &[
    "base",
    "heap-derive",
    "heap",
    "metatrace-machine",
    "metatrace-ir",
    "metatrace-record",
    "metatrace-opt",
    "metatrace-codegen",
    "metatrace-warm",
    "python-number",
    "python-text",
    "python-compile",
    "python-lib",
    "python-model",
    "python-types",
    "python-modules-core",
    "python-modules-source",
    "python-modules-data",
    "python-modules-text",
    "python-modules-os",
    "python-modules-io",
    "python-interp",
    "python-record",
    "python-embed",
    "toy",
    "testkit",
    "taipan",
    "xtask",
];

/// (crate or beginning of its name, dependency or beginning of its name): arrows that do not exist.
const FORBIDDEN: &[(&str, &str)] = &[
    // Interpreters know the machine, not the IR; the framework knows no language.
    ("python-", "metatrace-ir"),
    ("python-", "metatrace-opt"),
    ("python-", "metatrace-codegen"),
    ("toy", "metatrace-ir"),
    ("toy", "metatrace-opt"),
    ("toy", "metatrace-codegen"),
    // Builtin modules call back through a hook table.
    ("python-modules-", "python-interp"),
    ("python-types", "python-interp"),
    // Tests only.
    ("", "testkit"),
    ("", "xtask"),
];

/// The crates that may know Cranelift.
const KNOW_CRANELIFT: &[&str] = &["metatrace-codegen"];

/// Errors: cargo cannot say what depends on what.
pub fn check(root: &Path, problems: &mut Vec<String>) -> Result<(), String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .output()
        .map_err(|e| format!("cargo metadata cannot be started: {e}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let metadata: Value =
        serde_json::from_slice(&output.stdout).map_err(|e| format!("cargo metadata: {e}"))?;
    for package in list(&metadata["packages"]) {
        let name = text(&package["name"]);
        if !ORDER.contains(&name) {
            problems.push(format!(
                "crate {name} is not in the order of crates (crates/xtask/src/tidy/arrows.rs)"
            ));
        }
        // Tests may use anything.
        let dependencies = list(&package["dependencies"]).iter().filter(|d| d["kind"] != "dev");
        for dependency in dependencies {
            check_arrow(name, text(&dependency["name"]), problems);
        }
    }
    Ok(())
}

fn check_arrow(from: &str, to: &str, problems: &mut Vec<String>) {
    if to.starts_with("cranelift") && !KNOW_CRANELIFT.contains(&from) {
        problems.push(format!("{from} depends on {to}: only {} may", KNOW_CRANELIFT.join(", ")));
    }
    let place = |name: &str| ORDER.iter().position(|n| *n == name);
    if let (Some(from_place), Some(to_place)) = (place(from), place(to))
        && from_place <= to_place
    {
        problems.push(format!("{from} depends on {to}, which is above it"));
    }
    if FORBIDDEN.iter().any(|(f, t)| from.starts_with(f) && to.starts_with(t)) {
        problems.push(format!("{from} depends on {to}: there is no such arrow in the architecture"));
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(from: &str, to: &str) -> usize {
        let mut problems = Vec::new();
        check_arrow(from, to, &mut problems);
        problems.len()
    }

    #[test]
    fn wrong_arrows_are_reported() {
        assert_eq!(problems("metatrace-opt", "metatrace-ir"), 0);
        assert_eq!(problems("metatrace-codegen", "cranelift-codegen"), 0);
        assert_eq!(problems("heap", "libc"), 0);
        assert_eq!(problems("metatrace-ir", "metatrace-opt"), 1);
        assert_eq!(problems("metatrace-warm", "cranelift-codegen"), 1);
        assert_eq!(problems("toy", "metatrace-ir"), 1);
        assert_eq!(problems("cli", "testkit"), 1);
    }
}
